"""Calls of a chat model (retried, shared, cached, priced), and the parsing of its replies."""
