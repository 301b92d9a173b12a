"""Weights of a linear ranking by softmax cross-entropy over lists.

ListNet's top-one loss (Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach",
2007) for a linear score. It is convex, so Newton's method finds the one best solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footnote.eval.errors import FitError
from footnote.eval.fitting.newton import Vector, minimise


@dataclass(frozen=True, kw_only=True, eq=False)
class RankedList:
    """What one query's candidates are scored by: a row of signals each, and whether it is relevant."""

    signals: Vector
    relevant: Vector


def fit_listnet(lists: Sequence[RankedList], list_weights: Sequence[float], *, ridge: float) -> Vector:
    """Weights of the signals under which the relevant candidates of each list come out likeliest.

    list_weights: how much each list counts. ridge: half of it times the squares of the weights is
    added to the loss. Lists without a relevant candidate teach nothing. Raises FitError where all
    are such.
    """
    used = [(one, weight) for one, weight in zip(lists, list_weights, strict=True) if one.relevant.any()]
    if not used:
        raise FitError("no candidate of any query is relevant: there is nothing to fit to")
    signals = used[0][0].signals.shape[1]

    def loss(point: Vector) -> tuple[float, Vector, Vector]:
        value = ridge * float(point @ point) / 2
        gradient, hessian = ridge * point, ridge * np.eye(signals)
        for one, weight in used:
            target = one.relevant / one.relevant.sum()
            scores = one.signals @ point
            log_chance = scores - np.logaddexp.reduce(scores)
            chance = np.exp(log_chance)
            mean = chance @ one.signals
            value -= weight * float(target @ log_chance)
            gradient = gradient + weight * (mean - target @ one.signals)
            spread = one.signals.T @ (chance[:, None] * one.signals) - np.outer(mean, mean)
            hessian = hessian + weight * spread
        return value, gradient, hessian

    return minimise(loss, np.zeros(signals))
