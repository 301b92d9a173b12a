"""Runs: a question set answered by an assistant, kept in a folder."""
