"""The interface of composers: one quotes, the other asks a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote.rag.answer import AnswerWarning, DraftClaim, Usage
from footnote.rag.retrieved_paper import RetrievedPaper


@dataclass(frozen=True)
class LeftOpen:
    """The part of the question that, by the composer, the evidence leaves open."""

    text: str


@dataclass(frozen=True)
class Declined:
    """The composer found nothing in the evidence that answers the question."""


Composed = DraftClaim | LeftOpen | Declined | AnswerWarning | Usage
"""An item of a composer's output. A warning is about its model: `cut` or `prompt`."""


class Composer(Protocol):
    """Turns a standalone question and its evidence into drafts, one sentence at a time."""

    def compose(self, question: str, evidence: Sequence[RetrievedPaper]) -> AsyncGenerator[Composed]:
        """Drafts as they come; `Declined` instead where nothing answers; `Usage` last, if any.

        Raises rag.errors.ModelError when a chat model fails; drafts yielded before remain valid.
        Closing the generator ends the call.
        """
        ...
