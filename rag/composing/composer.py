"""The interface of composers: one quotes, the other asks a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from footnote.rag.answer import Citation, DraftClaim, Usage
from footnote.store.papers import Paper
from footnote.store.sentences import Span


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A retrieved paper as a composer sees it, best paper first.

    score: retrieval score in 0 … 1. vectors: one unit row (384) a sentence.
    """

    paper: Paper
    sentences: tuple[Span, ...]
    score: float
    vectors: npt.NDArray[np.float32]

    def cite(self, number: int) -> Citation:
        """The citation of the sentence with this 1-based number; IndexError where there is none."""
        if not 1 <= number <= len(self.sentences):
            raise IndexError(number)
        return Citation.of(self.paper, *self.sentences[number - 1])


@dataclass(frozen=True)
class LeftOpen:
    """The part of the question that, by the composer, the evidence leaves open."""

    text: str


@dataclass(frozen=True)
class Declined:
    """The composer found nothing in the evidence that answers the question."""


Composed = DraftClaim | LeftOpen | Declined | Usage
"""An item of a composer's output."""


class Composer(Protocol):
    """Turns a standalone question and its evidence into drafts, one sentence at a time."""

    def compose(self, question: str, evidence: Sequence[Evidence]) -> AsyncGenerator[Composed]:
        """Drafts as they come; `Declined` instead where nothing answers; `Usage` last, if any.

        Raises rag.errors.ModelError when a chat model fails; drafts yielded before remain valid.
        Closing the generator ends the call.
        """
        ...
