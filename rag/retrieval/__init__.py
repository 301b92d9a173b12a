"""From a question to papers: the search, the fusion of its signals, and the confidence in what it found."""
