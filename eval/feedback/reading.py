"""A conversation with feedback, its answers read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from footnote.rag.answer import Answer
from footnote.store.chats.feedback import FeedbackKind, FeedbackSignal, Given, Reviewed
from footnote.store.chats.records import StoredTurn


@dataclass(frozen=True)
class ReadConversation:
    """answers: by the number of their turn; those that can't be read are left out."""

    stored: Reviewed
    answers: Mapping[int, Answer]

    @cached_property
    def _said(self) -> dict[tuple[int, int | None], dict[FeedbackKind | FeedbackSignal, Given]]:
        found: dict[tuple[int, int | None], dict[FeedbackKind | FeedbackSignal, Given]] = {}
        for given in self.stored.given:
            found.setdefault((given.number, given.footnote), {})[given.kind] = given
        return found

    def feedback_on(
        self, number: int, footnote: int | None = None
    ) -> Mapping[FeedbackKind | FeedbackSignal, Given]:
        """The feedback on a turn, or on one of its footnotes, by kind."""
        return self._said.get((number, footnote), {})

    def turn(self, number: int) -> StoredTurn:
        """Turns are numbered from 1, without a gap."""
        return self.stored.turns[number - 1]

    def provenance(self, number: int) -> dict[str, Any]:
        """All of a turn that it takes to ask it again, but the conversation before it."""
        answer = self.answers[number]
        return {
            "turn": f"{self.stored.name}-{number}",
            "asked": self.turn(number).asked.isoformat(),
            "standalone": answer.standalone,
            "filters": answer.filters.model_dump(mode="json") if answer.filters else None,
            "mode": answer.mode,
            "model": answer.model,
            "settings": self.turn(number).settings,
        }


def is_new(given: Given | None, since: datetime | None) -> bool:
    """Whether there is feedback, given at `since` or later."""
    return given is not None and (since is None or given.given >= since)
