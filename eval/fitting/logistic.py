"""Logistic regression with a ridge, and its cross-validation."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.eval.errors import FitError
from footnote.eval.fitting.folds import fold_of_each
from footnote.eval.fitting.newton import Vector, minimise


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
    """Weights for the columns of `table` that tell label 1 from 0.

    ridge: half of it times the squares of the weights is added to the loss, columns brought to
    variance 1 and row weights to mean 1 first; the bias is free. A column that is the same
    everywhere gets 0. Raises FitError where one label is missing.
    """
    if len(np.unique(labels)) < 2:
        raise FitError("all rows have the same label: give questions of both kinds")
    mean, spread = table.mean(axis=0), table.std(axis=0)
    spread = np.where(spread > 1e-12, spread, 1.0)
    design = np.column_stack([(table - mean) / spread, np.ones(len(table))])
    share = row_weights / row_weights.mean()
    penalty = np.full(design.shape[1], ridge)
    penalty[-1] = 1e-9  # the bias: so little that it only keeps the Hessian regular

    def loss(point: Vector) -> tuple[float, Vector, Vector]:
        odds = design @ point
        chance = sigmoid(odds)
        value = share @ (np.logaddexp(0, odds) - labels * odds) + penalty @ point**2 / 2
        gradient = design.T @ (share * (chance - labels)) + penalty * point
        hessian = design.T @ ((share * chance * (1 - chance))[:, None] * design) + np.diag(penalty)
        return float(value), gradient, hessian

    found = minimise(loss, np.zeros(design.shape[1]))
    weights = found[:-1] / spread
    return Logistic(weights=weights, bias=float(found[-1] - weights @ mean))


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
    """Log odds of each row from fits that haven't seen its group, as a mean over `repeats` dealings.

    Raises FitError where a fold leaves one label only to fit on.
    """
    odds = np.zeros(len(labels))
    for seed in range(repeats):
        fold = fold_of_each(groups, folds, seed)
        for held_out in np.unique(fold):
            rest, there = fold != held_out, fold == held_out
            fitted = fit_logistic(table[rest], labels[rest], row_weights[rest], ridge=ridge)
            odds[there] += fitted.log_odds(table[there]) / repeats
    return odds


def sigmoid(odds: Vector) -> Vector:
    """Log odds → probability, without overflow."""
    chance: Vector = np.exp(-np.logaddexp(0, -odds))
    return chance
