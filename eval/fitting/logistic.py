"""Ridge logistic regression by scikit-learn, and its cross-validation by groups."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from footnote.eval.errors import FitError

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """log odds = table · weights + bias."""

    weights: Vector
    bias: float

    def log_odds(self, table: Vector) -> Vector:
        """One value a row."""
        odds: Vector = table @ self.weights + self.bias
        return odds


def fit_logistic(table: Vector, labels: Vector, row_weights: Vector, *, ridge: float) -> Logistic:
    """Weights for the columns of `table` that separate label 1 from 0.

    ridge: half of it times the squares of the weights is added to the loss, columns scaled to
    variance 1 and row weights to mean 1 first; the bias is free. A column that is the same
    everywhere gets 0. Raises FitError where one label is missing.
    """
    if len(np.unique(labels)) < 2:
        raise FitError("all rows have the same label: give questions of both kinds")
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=1 / ridge, solver="newton-cholesky", tol=1e-8)
    model.fit(scaler.transform(table), labels, sample_weight=row_weights / row_weights.mean())
    weights: Vector = model.coef_[0] / scaler.scale_
    return Logistic(weights=weights, bias=float(model.intercept_[0] - weights @ scaler.mean_))


def cross_validated(
    table: Vector,
    labels: Vector,
    row_weights: Vector,
    groups: Sequence[Hashable],
    *,
    ridge: float,
    folds: int,
    repeats: int,
) -> Vector:
    """Log odds of each row by fits to other groups than the row's: a mean over `repeats` divisions.

    There must be at least as many groups as folds. Raises FitError where the rows outside a fold
    all have the same label.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    group_numbers = [numbers[group] for group in groups]
    odds = np.zeros(len(labels))
    for seed in range(repeats):
        division = GroupKFold(folds, shuffle=True, random_state=seed)
        for rest, held_out in division.split(table, groups=group_numbers):
            fitted = fit_logistic(table[rest], labels[rest], row_weights[rest], ridge=ridge)
            odds[held_out] += fitted.log_odds(table[held_out]) / repeats
    return odds


def sigmoid(odds: Vector) -> Vector:
    """Log odds → probability, without overflow."""
    chance: Vector = np.exp(-np.logaddexp(0, -odds))
    return chance
