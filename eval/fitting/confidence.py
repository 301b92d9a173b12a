"""Fits the weights of `rag.retrieval.confidence`: how, and how good they are on unseen questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from footnote.eval.errors import FitError
from footnote.eval.fitting.logistic import Vector, cross_validated, fit_logistic, sigmoid
from footnote.eval.fitting.trials import GROUPS, Group, TrialResult
from footnote.eval.measures.calibration import (
    PRIOR,
    Area,
    Reliability,
    ThresholdRow,
    areas,
    reliability,
    threshold_rows,
    weights_of,
)
from footnote.eval.measures.metrics import auroc
from footnote.rag.retrieval.confidence import ConfidenceFeatures, confidence

RIDGE = 3.0
FOLDS = 8
REPEATS = 10
NAMES = tuple(field.name for field in fields(ConfidenceFeatures))


@dataclass(frozen=True, kw_only=True)
class ConfidenceFit:
    """weights, bias: of the signs, by name, for a reader of whose questions `prior` are answerable.

    counts: trials by group. left_out: those that found nothing, whose confidence is 0 by rule.
    cross_validated: by questions that the weights haven't seen. in_sample: by those they were fitted
    to. product: the areas of the weights in `rag.retrieval.confidence`. signs: of each sign alone by
    group; below .5 where it speaks against an answer. thresholds, reliability: of the cross-validated
    confidences.
    """

    weights: dict[str, float]
    bias: float
    prior: float
    ridge: float
    folds: int
    repeats: int
    counts: dict[Group, int]
    left_out: int
    cross_validated: dict[Group, Area]
    in_sample: dict[Group, Area]
    product: dict[Group, Area]
    signs: dict[str, dict[Group, float]]
    thresholds: tuple[ThresholdRow, ...]
    reliability: Reliability


def fit_confidence(tried: Sequence[TrialResult], *, refuse_below: float) -> ConfidenceFit:
    """Ridge logistic regression of answerable against the rest, each side weighing the same.

    The rest are divided by `eval.measures.calibration.SHARES`; the bias is then moved to `PRIOR`. Folds keep
    a question's trials together. refuse_below: the threshold in force, to be marked. Raises FitError
    where there are fewer questions of either side than folds.
    """
    used = [(one.trial, one.signs) for one in tried if one.signs is not None]
    labels = np.array([trial.group == "answerable" for trial, _ in used], np.float64)
    if labels.sum() < FOLDS or (1 - labels).sum() < FOLDS:
        raise FitError(f"a fit needs {FOLDS} answerable questions and {FOLDS} others at least")
    table = np.array([[getattr(signs, name) for name in NAMES] for _, signs in used], np.float64)
    groups = [trial.group for trial, _ in used]
    weights = weights_of(groups, prior=0.5)
    fitted = fit_logistic(table, labels, weights, ridge=RIDGE)
    unseen = cross_validated(
        table, labels, weights, [trial.id for trial, _ in used], ridge=RIDGE, folds=FOLDS, repeats=REPEATS
    )
    shift = float(np.log(PRIOR / (1 - PRIOR)))
    probable = _by_group(groups, sigmoid(unseen + shift))
    product = np.array([confidence(signs) for _, signs in used])
    return ConfidenceFit(
        weights=dict(zip(NAMES, fitted.weights.tolist(), strict=True)),
        bias=fitted.bias + shift,
        prior=PRIOR,
        ridge=RIDGE,
        folds=FOLDS,
        repeats=REPEATS,
        counts={group: groups.count(group) for group in GROUPS if group in groups},
        left_out=len(tried) - len(used),
        cross_validated=areas(_by_group(groups, unseen)),
        in_sample=areas(_by_group(groups, fitted.log_odds(table))),
        product=areas(_by_group(groups, product)),
        signs={name: _alone(groups, column) for name, column in zip(NAMES, table.T, strict=True)},
        thresholds=tuple(threshold_rows(probable, refuse_below)),
        reliability=reliability(probable),
    )


def _by_group(groups: Sequence[Group], values: Vector) -> dict[Group, list[float]]:
    return {
        group: [value for own, value in zip(groups, values.tolist(), strict=True) if own == group]
        for group in GROUPS
        if group in groups
    }


def _alone(groups: Sequence[Group], column: Vector) -> dict[Group, float]:
    values = _by_group(groups, column)
    return {g: auroc(values["answerable"], other) for g, other in values.items() if g != "answerable"}
