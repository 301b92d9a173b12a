"""Weights of a linear ranking by softmax cross-entropy over lists.

ListNet's top-one loss (Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach",
2007) for a linear score. It is convex: scipy's BFGS finds the one best solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import log_softmax

from footnote.eval.errors import FitError

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class RankedList:
    """One query's candidates: a row of signals each, and whether each is relevant (1 or 0)."""

    signals: Vector
    relevant: Vector


def fit_listnet(lists: Sequence[RankedList], list_weights: Sequence[float], *, ridge: float) -> Vector:
    """Weights of the signals that make the relevant candidates of each list most likely.

    list_weights: how much each list counts. ridge: half of it times the squares of the weights is
    added to the loss. Lists without a relevant candidate have no effect. Raises FitError where all
    are such, or where the minimum isn't found.
    """
    used = [(one, weight) for one, weight in zip(lists, list_weights, strict=True) if one.relevant.any()]
    if not used:
        raise FitError("no candidate of any query is relevant: there is nothing to fit to")

    def loss(point: Vector) -> tuple[float, Vector]:
        value, gradient = ridge * float(point @ point) / 2, ridge * point
        for one, weight in used:
            target = one.relevant / one.relevant.sum()
            log_chance = log_softmax(one.signals @ point)
            value -= weight * float(target @ log_chance)
            gradient = gradient + weight * ((np.exp(log_chance) - target) @ one.signals)
        return value, gradient

    start = np.zeros(used[0][0].signals.shape[1])
    found = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-8})
    # BFGS stops for "precision loss" where no step makes it better: at the minimum that is right.
    if np.abs(loss(found.x)[1]).max() > 1e-5:
        raise FitError(f"the fit doesn't converge: {found.message}")
    weights: Vector = found.x
    return weights
