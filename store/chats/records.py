"""What is read of conversations: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class StoredTurn:
    """A question and its answer.

    answer, filters: JSON text. fault: why there is no answer, or why it isn't whole. settings: digest
    of those that shaped the answer.
    """

    number: int
    question: str
    answer: str | None
    fault: str | None
    filters: str | None
    settings: str | None
    asked: datetime


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A conversation as a list shows it."""

    id: str
    title: str
    created: datetime
    updated: datetime
    turns: int
    shared: bool


@dataclass(frozen=True)
class Shared:
    """What a link shows: nothing says whose it is."""

    title: str
    turns: tuple[StoredTurn, ...]
