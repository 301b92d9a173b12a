"""Fits the weights of `rag.retrieval.confidence` over several fields, and measures each field held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from footnote.eval.errors import FitError
from footnote.eval.fitting.logistic import Logistic, Vector, fit_logistic, sigmoid
from footnote.eval.fitting.trials import OWN, Group, TrialResult
from footnote.eval.measures.calibration import PRIOR, Reliability, ThresholdRow, reliability, threshold_rows
from footnote.eval.measures.metrics import auroc
from footnote.rag.retrieval.confidence import ASKED_LIMIT, NOWHERE, QUESTION_WORDS, ConfidenceFeatures

NEAR = ("passage", "support")
FOUND = ("passage", "support", "lead", "nearer")
STATED = ("support", "leads_away", "unknown_names", "kind_far", "missing", "pieces")
"""The features of each chance."""
RIDGE_NEAR, RIDGE_FOUND, RIDGE_STATED = 14.0, 10.0, 70.0
LEAST = 8
"""Questions with an answer, and without one, that a field must have."""
LEAST_USES = 0.01
"""Share of the questions that a question word must stand in to get a weight."""
_NEAR_SHARES: Mapping[Group, float] = {
    "answerable": PRIOR, "removed": 0.05, "foreign": 0.12, "everyday": 0.08,
}  # fmt: skip
_FOUND_SHARES: Mapping[Group, float] = {
    "answerable": 0.8, "removed": 0.1, "foreign": 0.06, "everyday": 0.04,
}  # fmt: skip
_STATED_SHARES: Mapping[Group, float] = {"answerable": PRIOR, "unanswerable": 1 - PRIOR}
"""What a reader asks, by group: the rows of a field that a chance is fitted to weigh as much."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights by name. asked: of the question words, which count for *stated*."""

    near: dict[str, float]
    near_bias: float
    found: dict[str, float]
    found_bias: float
    stated: dict[str, float]
    stated_bias: float
    asked: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class FieldFigures:
    """A field by weights that haven't seen it. Shares 0 … 1.

    best_right: answerable questions whose best paper answers. auroc: of the confidence, answerable against
    unanswerable questions. auroc_question: of the question words alone, without a search: what can be
    guessed from the question. auroc_strangers: of the confidence, answerable questions against those of
    other fields and of everyday life. refused, unanswerable_refused, strangers_refused: with a confidence
    below the threshold. answers, unanswerable_answered, strangers_answered: shown as answered. wrong: of
    all that is shown as answered to a reader of whose questions `PRIOR` are answerable: no paper answers,
    or the best one doesn't.
    """

    field: str
    answerable: int
    unanswerable: int
    strangers: int
    best_right: float
    auroc: float
    auroc_question: float
    auroc_strangers: float
    refused: float
    unanswerable_refused: float
    strangers_refused: float
    answers: float
    unanswerable_answered: float
    strangers_answered: float
    wrong: float


@dataclass(frozen=True, kw_only=True)
class ConfidenceFit:
    """The weights fitted to every field, and what weights are worth on a field they haven't seen.

    counts: trials by field and group. left_out: those that found nothing. thresholds, reliability: of the
    questions over the library in use, held out.
    """

    weights: Weights
    prior: float
    refuse_below: float
    answer_from: float
    counts: dict[str, dict[Group, int]]
    left_out: int
    held_out: tuple[FieldFigures, ...]
    thresholds: tuple[ThresholdRow, ...]
    reliability: Reliability


@dataclass(frozen=True, eq=False)
class _Table:
    """Trials as arrays, a row each."""

    near: Vector
    found: Vector
    stated: Vector
    words: Vector
    groups: npt.NDArray[np.str_]
    fields: npt.NDArray[np.str_]
    right: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, tried: Sequence[TrialResult]) -> _Table:
        used = [(one, one.signs) for one in tried if one.signs is not None]
        return cls(
            near=_columns([signs for _, signs in used], NEAR),
            found=_columns([signs for _, signs in used], FOUND),
            stated=_columns([signs for _, signs in used], STATED),
            words=np.array(
                [[word in signs.question_words for word in QUESTION_WORDS] for _, signs in used], np.float64
            ),
            groups=np.array([one.trial.group for one, _ in used]),
            fields=np.array([one.trial.field for one, _ in used]),
            right=np.array([one.right and one.trial.group == "answerable" for one, _ in used]),
        )

    def weights(self, rows: npt.NDArray[np.bool_], shares: Mapping[Group, float]) -> Vector:
        """Each field weighs the same, and in it each group its share."""
        weights = np.zeros(len(rows))
        for field in np.unique(self.fields):
            for group, share in shares.items():
                some = rows & (self.fields == field) & (self.groups == group)
                if some.any():
                    weights[some] = share / some.sum()
        return weights


def _columns(signs: Sequence[ConfidenceFeatures], names: Sequence[str]) -> Vector:
    return np.array([[getattr(one, name) for name in names] for one in signs], np.float64)


def fit_confidence(tried: Sequence[TrialResult], *, refuse_below: float, answer_from: float) -> ConfidenceFit:
    """Ridge logistic regressions of the three chances; each field is also measured by a fit to the others.

    *near* is fitted to answerable questions against those of other fields and everyday life, *found* to
    whether the best paper answers, *stated* to answerable against unanswerable questions: each for a reader
    of whose questions `PRIOR` are answerable. refuse_below, answer_from: the thresholds in force. With one
    field alone, it is measured by the weights fitted to it. Raises FitError where a field has too few
    questions of either kind.
    """
    table = _Table.of(tried)
    names = list(dict.fromkeys(table.fields.tolist()))
    for name in names:
        for group in ("answerable", "unanswerable"):
            if ((table.fields == name) & (table.groups == group)).sum() < LEAST:
                raise FitError(
                    f"{name}: a fit needs {LEAST} answerable questions and {LEAST} others at least"
                )
    everything = np.ones(len(table.fields), bool)
    held_out: list[FieldFigures] = []
    own: dict[Group, list[float]] = {}
    for name in names:
        inside = table.fields == name
        weights = _fit(table, everything if len(names) == 1 else ~inside)
        chances = _chances(table, weights)
        held_out.append(_figures(name, table, inside, chances, refuse_below, answer_from))
        if name == OWN or not own:
            own = _by_group(table, inside, chances.library)
    return ConfidenceFit(
        weights=_fit(table, everything),
        prior=PRIOR,
        refuse_below=refuse_below,
        answer_from=answer_from,
        counts={
            name: {
                group: int(((table.fields == name) & (table.groups == group)).sum())
                for group in dict.fromkeys(table.groups[table.fields == name].tolist())
            }
            for name in names
        },
        left_out=len(tried) - len(table.fields),
        held_out=tuple(held_out),
        thresholds=tuple(threshold_rows(own, refuse_below)),
        reliability=reliability(own),
    )


def _fit(table: _Table, rows: npt.NDArray[np.bool_]) -> Weights:
    answerable, right = (table.groups == "answerable").astype(np.float64), table.right.astype(np.float64)
    near = _logistic(table.near, answerable, table.weights(rows, _NEAR_SHARES), RIDGE_NEAR)
    found = _logistic(table.found, right, table.weights(rows, _FOUND_SHARES), RIDGE_FOUND)
    shares = table.weights(rows, _STATED_SHARES)
    used = shares > 0
    common = table.words[used].mean(axis=0) >= LEAST_USES
    columns = np.hstack([table.stated, table.words[:, common]])
    stated = _logistic(columns, answerable, shares, RIDGE_STATED)
    words = [word for word, kept in zip(QUESTION_WORDS, common, strict=True) if kept]
    return Weights(
        near=dict(zip(NEAR, near.weights.tolist(), strict=True)),
        near_bias=near.bias,
        found=dict(zip(FOUND, found.weights.tolist(), strict=True)),
        found_bias=found.bias,
        stated=dict(zip(STATED, stated.weights[: len(STATED)].tolist(), strict=True)),
        stated_bias=stated.bias,
        asked=dict(zip(words, stated.weights[len(STATED) :].tolist(), strict=True)),
    )


def _logistic(columns: Vector, labels: Vector, row_weights: Vector, ridge: float) -> Logistic:
    used = row_weights > 0
    return fit_logistic(columns[used], labels[used], row_weights[used], ridge=ridge)


class _Chances(NamedTuple):
    """Of each row: that the library answers, that the best paper does; and its words' log odds alone."""

    library: Vector
    quotes: Vector
    asked: Vector


def _chances(table: _Table, weights: Weights) -> _Chances:
    def odds(columns: Vector, named: Mapping[str, float], bias: float) -> Vector:
        summed: Vector = columns @ np.array(list(named.values())) + bias
        return summed

    asked = odds(table.words, {word: weights.asked.get(word, 0.0) for word in QUESTION_WORDS}, 0.0)
    asked = np.clip(asked, -ASKED_LIMIT, ASKED_LIMIT)
    stated = sigmoid(odds(table.stated, weights.stated, weights.stated_bias) + asked)
    near = sigmoid(odds(table.near, weights.near, weights.near_bias))
    found = sigmoid(odds(table.found, weights.found, weights.found_bias))
    has_all = table.stated[:, STATED.index("missing")] < NOWHERE
    return _Chances(near * stated, found * stated * has_all, asked)


def _by_group(table: _Table, rows: npt.NDArray[np.bool_], chances: Vector) -> dict[Group, list[float]]:
    return {
        group: chances[rows & (table.groups == group)].tolist()
        for group in dict.fromkeys(table.groups[rows].tolist())
    }


def _figures(
    name: str,
    table: _Table,
    rows: npt.NDArray[np.bool_],
    chances: _Chances,
    refuse_below: float,
    answer_from: float,
) -> FieldFigures:
    answerable, unanswerable = (rows & (table.groups == group) for group in ("answerable", "unanswerable"))
    strangers = rows & np.isin(table.groups, ("foreign", "everyday"))
    refused, shown = chances.library < refuse_below, chances.quotes >= answer_from

    def share(of: npt.NDArray[np.bool_], some: npt.NDArray[np.bool_]) -> float:
        return float(of[some].mean())

    def area(values: Vector, others: npt.NDArray[np.bool_]) -> float:
        return auroc(values[answerable].tolist(), values[others].tolist())

    unfounded = (1 - PRIOR) * share(shown, unanswerable)
    wrong = PRIOR * share(shown & ~table.right, answerable) + unfounded
    given = PRIOR * share(shown, answerable) + unfounded
    return FieldFigures(
        field=name,
        answerable=int(answerable.sum()),
        unanswerable=int(unanswerable.sum()),
        strangers=int(strangers.sum()),
        best_right=share(table.right, answerable),
        auroc=area(chances.library, unanswerable),
        auroc_question=area(chances.asked, unanswerable),
        auroc_strangers=area(chances.library, strangers),
        refused=share(refused, answerable),
        unanswerable_refused=share(refused, unanswerable),
        strangers_refused=share(refused, strangers),
        answers=share(shown, answerable),
        unanswerable_answered=share(shown, unanswerable),
        strangers_answered=share(shown, strangers),
        wrong=wrong / given if given else 0.0,
    )
