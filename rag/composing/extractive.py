"""Answers with no model: the few sentences of the best papers that state the answer, verbatim."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple

import numpy as np

from rag.answer import Usage
from rag.compose import Declined, Draft, Evidence
from rag.composing.evidence import sentence_scores
from store.lexical import analyzer
from store.library import Library
from store.papers import Paper

_PAPERS = 6
_SHARPNESS = 30.0
"""How fast trust in a paper falls with its distance in score from the best one."""
_FLOOR = 0.06
"""A quote with less than this chance of holding the answer is left out."""


class Quote(NamedTuple):
    """A sentence chosen: which paper (0 is the best), which sentence (1-based), its worth."""

    paper: int
    sentence: int
    worth: float


def choose(
    paper_scores: Sequence[float], sentence_scores: Sequence[Sequence[float]], limit: int
) -> list[Quote]:
    """The sentences worth quoting, best paper first and within it in the abstract's order.

    A sentence's worth is the chance that its paper is meant times the chance that it holds the
    answer there. The best one is always taken; others only above a floor.
    """
    trust = np.exp(_SHARPNESS * (np.array(paper_scores[:_PAPERS]) - paper_scores[0]))
    trust /= trust.sum()
    ranked = sorted(
        (
            Quote(p, n, float(trust[p] * score))
            for p, scores in enumerate(sentence_scores[:_PAPERS])
            for n, score in enumerate(scores, start=1)
        ),
        key=lambda q: (-q.worth, q.paper, q.sentence),
    )
    chosen: list[Quote] = []
    for quote in ranked:
        if len(chosen) == limit or (chosen and quote.worth < _FLOOR):
            break
        chosen.append(quote)
    return sorted(chosen, key=lambda q: (q.paper, q.sentence))


def introduction(paper: Paper) -> str:
    """The words that introduce a paper's quotes."""
    year = f" ({paper.year})" if paper.year else ""
    return f"From “{paper.display_title}”{year}:"


class ExtractiveComposer:
    """Quotes at most `max_quotes` sentences."""

    def __init__(self, library: Library, *, max_quotes: int) -> None:
        self._library = library
        self._max_quotes = max_quotes

    async def compose(
        self, question: str, evidence: Sequence[Evidence]
    ) -> AsyncGenerator[Draft | Declined | Usage]:
        """One draft a quote; see `rag.compose.Composer`."""
        if not evidence:
            yield Declined()
            return
        vector = self._library.embedder.embed_question(question)
        idf = self._library.lexical.idf(analyzer().analyze(question))
        scores = [sentence_scores(question, vector, e, idf) for e in evidence[:_PAPERS]]
        before: int | None = None
        for quote in choose([e.score for e in evidence], [s.tolist() for s in scores], self._max_quotes):
            paper = evidence[quote.paper]
            citation = paper.cite(quote.sentence)
            lead = introduction(paper.paper) if quote.paper != before else None
            before = quote.paper
            yield Draft(text=citation.quote, cited=(citation,), lead=lead, quoted=True)
