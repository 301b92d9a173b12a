"""Several signals made one ranking: a weighted sum of scores brought to the same scale.

Convex combination as in Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval"
(2022). What was tried and what each signal is worth is in docs/retrieval.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from footnote.rag.weights import FITS

Signal = Literal["lexical", "dense", "coverage", "sentences", "grams"]
Weights = Mapping[Signal, float]

LEARNED: Weights = {signal: FITS.ranking.weights[signal] for signal in get_args(Signal)}
"""Fitted by softmax cross-entropy over each question's candidates (ListNet; Cao et al., 2007) on the
development questions and a third of SciFact train, each set weighing the same."""
EQUAL: Weights = {"lexical": 1.0, "dense": 1.0}
"""The two indexes' own scores and nothing else."""

_SCALE = 100
"""A signal counts 1 for its best paper and 0 from its hundredth on, however many were scored."""
_A_SHARE: frozenset[Signal] = frozenset({"coverage"})
"""Signals that are shares, and mean what they say as they are."""


class Fused(NamedTuple):
    """A paper's place in the fused ranking; the parts are None where an index didn't propose it.

    score: 0 … 1. dense: best cosine of its passages. lexical: BM25. signals: what the score was made
    from, each 0 … 1.
    """

    paper: str
    score: float
    dense: float | None
    lexical: float | None
    signals: Mapping[Signal, float] = MappingProxyType({})


def fuse(scores: Mapping[Signal, Mapping[str, float]], weights: Weights) -> list[Fused]:
    """Every paper that a signal scored, best first. scores: of each signal, by paper.

    A paper that a signal didn't score counts 0 there; signals without a weight don't count. Ties
    fall by id, so the order is stable.
    """
    dense, lexical = scores.get("dense", {}), scores.get("lexical", {})
    used = {name: weight for name, weight in weights.items() if name in scores}
    scaled = {name: scores[name] if name in _A_SHARE else stretch(scores[name]) for name in used}
    total = sum(used.values())
    fused = []
    for paper in set[str]().union(*(scores[name] for name in used)):
        signals = {name: scaled[name].get(paper, 0.0) for name in used}
        fused.append(
            Fused(
                paper=paper,
                score=sum(used[name] * value for name, value in signals.items()) / total,
                dense=dense.get(paper),
                lexical=lexical.get(paper),
                signals=signals,
            )
        )
    return sorted(fused, key=lambda f: (-f.score, f.paper))


def stretch(scores: Mapping[str, float], among: int = _SCALE) -> dict[str, float]:
    """Scores moved to 0 … 1 over the best `among`; others count 0; a lone score, or equal ones, 1."""
    if not scores:
        return {}
    ordered = sorted(scores.values(), reverse=True)
    high, low = ordered[0], ordered[: max(2, among)][-1]
    if high == low:
        return {paper: float(score == high) for paper, score in scores.items()}
    return {paper: max(0.0, (score - low) / (high - low)) for paper, score in scores.items()}
