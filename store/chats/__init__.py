"""Stored conversations, and feedback on their answers."""
