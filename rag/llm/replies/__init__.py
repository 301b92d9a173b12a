"""Parses a chat model's reply, in any of its forms, into sentences with markers."""
