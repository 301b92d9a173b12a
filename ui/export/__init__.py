"""Answers and conversations to take away."""
