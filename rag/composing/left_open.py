"""The part of a question that, by the model, the papers leave open: what of it may reach the reader."""

from __future__ import annotations

from footnote.store.lexical import analyzer

MAX_CHARS = 300
_OF_THE_QUESTION = 0.5
"""Share of its terms that must come from the question, so that it names a part of it and claims nothing."""
UNNAMED = "a part of what you asked."


def left_open(text: str, question: str) -> str | None:
    """The model's line where its words are the question's; else a fixed phrase. None where it is empty.

    This line isn't checked against papers, so a model that follows orders in a paper must not be able
    to put a claim in it.
    """
    text = " ".join(text.split())
    terms = set(analyzer().analyze(text))
    if not any(c.isalnum() for c in text):
        return None
    asked = set(analyzer().analyze(question))
    if len(text) > MAX_CHARS or len(terms & asked) < _OF_THE_QUESTION * len(terms) or not terms:
        return UNNAMED
    return text
