"""A retrieved paper as composers and checks see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.rag.answer import Citation
from footnote.store.papers import Paper
from footnote.store.sentences import Span


@dataclass(frozen=True, kw_only=True)
class RetrievedPaper:
    """A paper that retrieval found, with its sentences.

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
