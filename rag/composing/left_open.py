"""What a model says that the papers leave open, as far as it may reach the reader."""

from __future__ import annotations

from footnote.store.lexical import analyzer

MAX_CHARS = 300
_OF_THE_QUESTION = 0.5
"""Share of its terms that must be the question's: it names a part of the question, and claims nothing."""
UNNAMED = "a part of what you asked."


def left_open(text: str, question: str) -> str | None:
    """The model's line where it is about the question; else that a part is open, without its words.

    Nothing checks this line against papers, so a model that was led astray must not be able to say
    anything in it. None where it says nothing.
    """
    text = " ".join(text.split())
    terms = set(analyzer().analyze(text))
    if not any(c.isalnum() for c in text):
        return None
    asked = set(analyzer().analyze(question))
    if len(text) > MAX_CHARS or len(terms & asked) < _OF_THE_QUESTION * len(terms) or not terms:
        return UNNAMED
    return text
