"""Readers' feedback as question sets and pairs of answers."""
