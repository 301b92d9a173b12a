"""Runs: a question set put to an assistant, kept in a folder."""
