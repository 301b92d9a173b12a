"""A follow-up becomes a question that stands alone, by rule: no model is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.conversation.leaning import has_topic, leans_back
from rag.conversation.messages import MAX_MESSAGES, Message, as_messages, checked, cleaned
from rag.conversation.references import name_references

__all__ = [
    "MAX_HISTORY_CHARS",
    "MAX_MESSAGES",
    "Message",
    "as_messages",
    "checked",
    "cleaned",
    "condense",
    "leans_back",
]

MAX_HISTORY_CHARS = 4000
_BETWEEN = 2
"""Follow-ups that are kept between a question and the one that it leans on."""


def condense(question: str, history: Sequence[Message]) -> str:
    """The standalone form of `question`, cleaned.

    What points at papers of an earlier answer ("the second one") becomes their titles. A question
    that leans back then stands behind the one that it leans on; where that leans in turn, behind
    the last one that doesn't, with those between that bring a topic. All within
    `MAX_HISTORY_CHARS`, the question itself not counted.
    """
    asked = name_references(cleaned(question), history)
    if not leans_back(asked):
        return asked
    first, between = "", list[str]()
    for earlier, complete in _earlier(history):
        if first and has_topic(first):
            between.insert(0, first)
        first = earlier
        if complete or not leans_back(earlier):
            break
    return _within(MAX_HISTORY_CHARS, first, between, asked)


def _earlier(history: Sequence[Message]) -> Iterator[tuple[str, bool]]:
    """The earlier questions, newest first, and whether each is known to be complete.

    What they pointed at is named. Where a model made one stand alone, it is that form.
    """
    for at in reversed(range(len(history))):
        if history[at].role != "user":
            continue
        asked = cleaned(history[at].content)
        answer = history[at + 1].answer if at + 1 < len(history) else None
        if answer is not None and not answer.standalone.endswith(asked):
            yield cleaned(answer.standalone), True
        elif asked:
            yield name_references(asked, history[:at]), False


def _within(room: int, first: str, between: Sequence[str], asked: str) -> str:
    """The parts joined; where they are too long, the oldest of those between go first."""
    parts = [first] if len(first) <= room else []
    room -= sum(map(len, parts))
    kept: list[str] = []
    for part in reversed(between):
        room -= len(part) + 1
        if room < 0 or len(kept) == _BETWEEN:
            break
        kept.insert(0, part)
    return " ".join(filter(None, [*parts, *kept, asked]))
