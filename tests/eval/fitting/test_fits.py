"""What the fits rest on: logistic regression, its cross-validation, ListNet."""

from __future__ import annotations

import numpy as np
import pytest

from footnote.eval.errors import FitError
from footnote.eval.fitting.listnet import RankedList, fit_listnet
from footnote.eval.fitting.logistic import Vector, cross_validated, fit_logistic, sigmoid
from footnote.eval.measures.metrics import auroc


def drawn(weights: Vector, bias: float, rows: int) -> tuple[Vector, Vector]:
    random = np.random.default_rng(7)
    table = random.normal(3.0, 2.0, (rows, len(weights)))
    labels = (random.random(rows) < sigmoid(table @ weights + bias)).astype(np.float64)
    return table, labels


def test_logistic_regression_recovers_the_weights_that_labels_were_drawn_with() -> None:
    truth, bias = np.array([1.2, -0.7, 0.0]), -1.5
    table, labels = drawn(truth, bias, 20_000)
    found = fit_logistic(table, labels, np.ones(len(labels)), ridge=1.0)
    assert found.weights == pytest.approx(truth, abs=0.05)
    assert found.bias == pytest.approx(bias, abs=0.15)
    # Log odds that mean what they say: the mean chance is the share of label 1.
    assert sigmoid(found.log_odds(table)).mean() == pytest.approx(labels.mean(), abs=1e-6)


def test_a_row_that_weighs_double_counts_as_two() -> None:
    table, labels = drawn(np.array([1.0, 0.5]), -2.0, 300)
    weights = np.where(np.arange(300) < 100, 2.0, 1.0)
    doubled = np.concatenate([np.arange(300), np.arange(100)])
    one = fit_logistic(table, labels, weights, ridge=1e-6)
    other = fit_logistic(table[doubled], labels[doubled], np.ones(400), ridge=1e-6)
    assert one.weights == pytest.approx(other.weights, abs=1e-4)
    assert one.bias == pytest.approx(other.bias, abs=1e-4)


def test_a_ridge_bounds_what_separates_and_a_constant_column_gets_nothing() -> None:
    table = np.column_stack([np.arange(20.0), np.full(20, 4.0)])
    labels = (np.arange(20) >= 10).astype(np.float64)
    found = fit_logistic(table, labels, np.ones(20), ridge=3.0)
    assert 0 < found.weights[0] < 1
    assert found.weights[1] == pytest.approx(0, abs=1e-9)
    stricter = fit_logistic(table, labels, np.ones(20), ridge=30.0)
    assert 0 < stricter.weights[0] < found.weights[0]


def test_labels_of_one_kind_are_refused() -> None:
    with pytest.raises(FitError, match="same label"):
        fit_logistic(np.ones((3, 1)), np.ones(3), np.ones(3), ridge=1.0)


def test_cross_validation_hasnt_seen_a_rows_group() -> None:
    # A column for each group: it tells the label of rows seen, and nothing of a group that isn't.
    groups = [n // 2 for n in range(80)]
    table = np.eye(40)[groups]
    labels = np.array([float(group % 2) for group in groups])
    weights = np.ones(80)
    seen = fit_logistic(table, labels, weights, ridge=0.1).log_odds(table)
    unseen = cross_validated(table, labels, weights, groups, ridge=0.1, folds=8, repeats=3)
    assert auroc(seen[labels == 1].tolist(), seen[labels == 0].tolist()) == 1
    assert auroc(unseen[labels == 1].tolist(), unseen[labels == 0].tolist()) < 0.6


def test_listnet_recovers_the_weights_that_choices_were_drawn_with() -> None:
    random = np.random.default_rng(3)
    truth = np.array([2.0, -1.0, 0.0])
    lists = []
    for _ in range(4_000):
        signals = random.random((12, 3))
        chances = np.exp(signals @ truth)
        chosen = random.choice(12, p=chances / chances.sum())
        lists.append(RankedList(signals=signals, relevant=np.eye(12)[chosen]))
    weights = fit_listnet(lists, [1 / len(lists)] * len(lists), ridge=1e-6)
    assert weights == pytest.approx(truth, abs=0.2)


def test_lists_without_a_relevant_candidate_teach_nothing() -> None:
    taught = RankedList(signals=np.array([[1.0], [0.0]]), relevant=np.array([1.0, 0.0]))
    mute = RankedList(signals=np.array([[0.0], [1.0]]), relevant=np.zeros(2))
    empty = RankedList(signals=np.zeros((0, 1)), relevant=np.zeros(0))
    alone = fit_listnet([taught], [1.0], ridge=0.1)
    assert fit_listnet([mute, taught, empty], [1.0, 1.0, 1.0], ridge=0.1) == pytest.approx(alone)
    assert alone[0] > 0
    with pytest.raises(FitError, match="nothing to fit"):
        fit_listnet([mute], [1.0], ridge=0.1)
