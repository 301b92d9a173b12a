"""The retrieval bench: several configurations of the search on one set of queries."""
