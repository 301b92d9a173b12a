"""Score fusion: one ranking from several signals, by a weighted sum of scores on the same scale.

Convex combination as in Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval"
(2022). docs/retrieval.md has what was tried, and what each signal is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from footnote.rag.weights import FITS

Signal = Literal["lexical", "dense", "coverage", "sentences", "grams", "tokens"]
Weights = Mapping[Signal, float]

LEARNED: Weights = {signal: FITS.ranking.weights[signal] for signal in get_args(Signal)}
"""Fitted by softmax cross-entropy over each question's candidates (ListNet; Cao et al., 2007) on the
development questions and a third of SciFact train, each set weighing the same."""
EQUAL: Weights = {"lexical": 1.0, "dense": 1.0}
"""The scores of the two indexes alone."""

_SCALE = 100
"""A signal is scaled to 1 for its best paper and 0 from its hundredth on, however many were scored."""
_SHARES: frozenset[Signal] = frozenset({"coverage"})
"""Signals that are shares, and are not scaled."""


class FusedScore(NamedTuple):
    """A paper in the fused ranking. dense, lexical: None where that index didn't propose it.

    paper: its id. score: 0 … 1. dense: best cosine of its passages. lexical: BM25. signals: the scaled
    signals that the score is the weighted mean of, each 0 … 1.
    """

    paper: str
    score: float
    dense: float | None
    lexical: float | None
    signals: Mapping[Signal, float] = MappingProxyType({})


def fuse(scores: Mapping[Signal, Mapping[str, float]], weights: Weights) -> list[FusedScore]:
    """Every paper that a signal scored, best first. scores: of each signal, by paper.

    A signal is 0 for a paper that it didn't score; signals without a weight don't count. Ties are
    ordered by id.
    """
    dense, lexical = scores.get("dense", {}), scores.get("lexical", {})
    used = {name: weight for name, weight in weights.items() if name in scores}
    scaled = {name: scores[name] if name in _SHARES else stretch(scores[name]) for name in used}
    total = sum(used.values())
    fused = []
    for paper in set[str]().union(*(scores[name] for name in used)):
        signals = {name: scaled[name].get(paper, 0.0) for name in used}
        fused.append(
            FusedScore(
                paper=paper,
                score=sum(used[name] * value for name, value in signals.items()) / total,
                dense=dense.get(paper),
                lexical=lexical.get(paper),
                signals=signals,
            )
        )
    return sorted(fused, key=lambda f: (-f.score, f.paper))


def stretch(scores: Mapping[str, float], among: int = _SCALE) -> dict[str, float]:
    """Scores scaled to 0 … 1 over the best `among`; the others are 0; a single score, or equal ones, 1."""
    if not scores:
        return {}
    ordered = sorted(scores.values(), reverse=True)
    high, low = ordered[0], ordered[: max(2, among)][-1]
    if high == low:
        return {paper: float(score == high) for paper, score in scores.items()}
    return {paper: max(0.0, (score - low) / (high - low)) for paper, score in scores.items()}
