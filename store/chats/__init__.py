"""Conversations that last, and what readers said of the answers in them."""
