"""What every composer takes and gives, whether it quotes or asks a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from footnote.rag.answer import Cell, Citation, Usage
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


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A claim that a composer proposes; the gate decides whether it stands.

    unknown: markers that name no sentence shown. lead, quoted, cell: as in `Claim`.
    """

    text: str
    cited: tuple[Citation, ...]
    unknown: tuple[str, ...] = ()
    lead: str | None = None
    quoted: bool = False
    cell: Cell | None = None


@dataclass(frozen=True)
class LeftOpen:
    """What the composer says that the evidence leaves open of the question."""

    text: str


@dataclass(frozen=True)
class Declined:
    """The composer found nothing in the evidence that answers the question."""


Composed = Draft | LeftOpen | Declined | Usage
"""What a composer gives."""


class Composer(Protocol):
    """Turns a standalone question and its evidence into drafts, one sentence at a time."""

    def compose(self, question: str, evidence: Sequence[Evidence]) -> AsyncGenerator[Composed]:
        """Drafts as they come; `Declined` instead where nothing answers; `Usage` last, if any.

        Raises rag.errors.ModelError when a chat model fails; drafts given before then stand.
        Closing the generator ends the call.
        """
        ...
