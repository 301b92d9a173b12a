"""Which sentences are quoted, and in what order; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MAX_PAPERS = 6
"""Papers that one question's quotes may come from."""
_SHARPNESS = 10.0
"""How fast the chance of a paper falls with its distance in score from the best one."""
_FLOOR = 0.055
"""A sentence with less than this chance of holding the answer is left out."""

MAX_SURVEYED = 5
_RELEVANCE = 0.8
"""Weight of a paper's relevance against its likeness to those chosen already."""


class Quote(NamedTuple):
    """What is quoted of a paper (0 is the best): a sentence (1-based), or it and the next, up to `last`.

    worth: of its best sentence.
    """

    paper: int
    sentence: int
    last: int
    worth: float

    @property
    def sentences(self) -> range:
        """The numbers of its sentences."""
        return range(self.sentence, self.last + 1)

    def with_neighbour(self, other: Quote) -> Quote | None:
        """Both as one, where they are neighbours and each is one sentence; else None."""
        first, last = min(self.sentence, other.sentence), max(self.last, other.last)
        if self.paper != other.paper or last - first != 1:
            return None
        return Quote(self.paper, first, last, max(self.worth, other.worth))


def choose(
    paper_scores: Sequence[float],
    sentence_scores: Sequence[Sequence[float]],
    limit: int,
    *,
    best_is_right: float = 1.0,
    enough: float = 0.0,
) -> list[Quote]:
    """The sentences worth quoting, as at most `limit` quotes, in the order in which they are shown.

    A sentence's worth is the chance that its paper is meant times the chance that it holds the
    answer there. The best one is always taken; others only above a floor, and above the share
    `enough` of the best one's worth. A sentence next to one quoted joins its quote; no quote has
    more than two. Sentences with a score of 0 are never taken.

    best_is_right: the chance that the best paper is the right one. The less it is, the fewer quotes.
    """
    trust = np.exp(_SHARPNESS * (np.array(paper_scores[:MAX_PAPERS]) - paper_scores[0]))
    trust *= best_is_right / trust.sum()
    ranked = sorted(
        (
            Quote(p, n, n, float(trust[p] * score))
            for p, scores in enumerate(sentence_scores[:MAX_PAPERS])
            for n, score in enumerate(scores, start=1)
            if score
        ),
        key=lambda q: (-q.worth, q.paper, q.sentence),
    )
    if not ranked:
        return []
    least = max(_FLOOR, enough * ranked[0].worth)
    chosen = ranked[:1]
    for quote in ranked[1:]:
        if quote.worth < least:
            break
        joined = ((at, both) for at, each in enumerate(chosen) if (both := each.with_neighbour(quote)))
        if found := next(joined, None):
            chosen[found[0]] = found[1]
        elif len(chosen) < limit:
            chosen.append(quote)
    return _as_shown(chosen)


def of_each(
    papers: Sequence[int], sentence_scores: Sequence[Sequence[float]], most: int = 2, enough: float = 0.9
) -> list[Quote]:
    """The best sentence of each of these papers, and the next ones that are nearly as good.

    most: quotes of one paper. enough: share of the best one's worth from which another is as good. A
    paper's stand in the abstract's order; one whose sentences all have a score of 0 has none.
    """
    chosen: list[Quote] = []
    for p in papers:
        quotes = [
            Quote(p, n, n, float(score)) for n, score in enumerate(sentence_scores[p], start=1) if score
        ]
        best = sorted(quotes, key=lambda q: (-q.worth, q.sentence))[:most]
        chosen += sorted((q for q in best if q.worth >= enough * best[0].worth), key=lambda q: q.sentence)
    return chosen


def surveyed(
    relevance: Sequence[float], vectors: npt.NDArray[np.float32], most: int = MAX_SURVEYED
) -> list[int]:
    """The papers of a survey, by relevance and difference; the most relevant first.

    relevance: of each paper, 0 … 1, 0 for one that isn't about it. vectors: a unit row each. Maximal
    marginal relevance: Carbonell and Goldstein, "The Use of MMR" (1998).
    """
    likeness = np.einsum("ik,jk->ij", vectors, vectors)
    left = [n for n, score in enumerate(relevance) if score]
    chosen: list[int] = []
    while left and len(chosen) < most:
        best = max(
            left,
            key=lambda n: (
                _RELEVANCE * relevance[n]
                - (1 - _RELEVANCE) * max((float(likeness[n, c]) for c in chosen), default=0.0)
            ),
        )
        chosen.append(best)
        left.remove(best)
    return chosen


def best_of(sentence_scores: Sequence[Sequence[float]], paper: int) -> Quote | None:
    """The sentence of a paper with the best score; None where all have 0."""
    return next(iter(of_each([paper], sentence_scores, most=1)), None)


def with_rivals(chosen: Sequence[Quote], rivals: Sequence[Quote | None], limit: int) -> list[Quote]:
    """The quotes, and after them one of each rival; at most `limit`, where the first quote stays.

    Where there is no room for all, the quotes of least worth make room.
    """
    new = [quote for quote in rivals if quote][: max(0, limit - 1)]
    kept = sorted(chosen, key=lambda q: -q.worth)[: limit - len(new)]
    return [*(quote for quote in chosen if quote in kept), *new]


def _as_shown(chosen: Sequence[Quote]) -> list[Quote]:
    """The best quote first, then its paper's others in the abstract's order, then the other papers'.

    chosen: best first.
    """
    best = chosen[0]
    return sorted(chosen, key=lambda q: (q.paper != best.paper, q.paper, q != best, q.sentence))
