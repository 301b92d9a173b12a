"""From a question to papers: the search, what it weighs, and how far it can be trusted."""
