"""Calls of a chat model: made, shared, tried again, kept, paid for; and its replies, read."""
