"""The paired bootstrap against cases that can be worked out, and Holm's correction."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from footnote.eval.measures.bootstrap import RESAMPLES, holm, paired_bootstrap


def test_the_interval_is_that_of_all_possible_resamples() -> None:
    differences = [0.4, -0.1, 0.3, 0.0, 0.2]
    every = [sum(drawn) / 5 for drawn in itertools.product(differences, repeat=5)]
    (found,) = paired_bootstrap([[d] for d in differences])
    assert found.mean == pytest.approx(0.16)
    assert [found.low, found.high] == pytest.approx(np.percentile(every, [2.5, 97.5]), abs=0.011)
    assert found.p == pytest.approx(2 * np.mean(np.array(every) < 1e-12), abs=0.01)


def test_the_interval_agrees_with_scipy() -> None:
    column = np.random.default_rng(11).gamma(0.5, 0.4, 60) - 0.15
    (found,) = paired_bootstrap(column[:, np.newaxis])
    reference = stats.bootstrap((column,), np.mean, n_resamples=10_000, method="percentile", rng=1)
    low, high = reference.confidence_interval
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.004)
    assert found.high - found.low > 0.1


def test_the_interval_of_many_questions_is_the_normal_one() -> None:
    column = np.random.default_rng(3).normal(0.02, 0.3, 900)
    (found,) = paired_bootstrap(column[:, np.newaxis])
    half = 1.96 * column.std() / 30
    assert [found.low, found.high] == pytest.approx([column.mean() - half, column.mean() + half], abs=0.001)


def test_no_difference_is_no_difference_and_a_constant_one_is_certain() -> None:
    same, more = paired_bootstrap([[0.0, 0.1]] * 7)
    assert (same.mean, same.low, same.high, same.p) == (0, 0, 0, 1)
    assert (more.low, more.high) == pytest.approx((0.1, 0.1))
    assert more.p == 2 / (RESAMPLES + 1)


def test_columns_are_resampled_alike_and_every_time_the_same() -> None:
    column = np.random.default_rng(5).normal(0, 1, 40)
    both = np.stack([column, -column], axis=1)
    one, mirrored = paired_bootstrap(both)
    assert (one.low, one.high) == pytest.approx((-mirrored.high, -mirrored.low))
    assert one.p == mirrored.p
    assert paired_bootstrap(both) == [one, mirrored]


def test_holm_corrects_by_rank_and_never_reverses_the_order() -> None:
    corrected = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005, "e": 0.9})
    assert corrected == pytest.approx({"a": 0.04, "b": 0.09, "c": 0.09, "d": 0.025, "e": 0.9})
    assert holm({"x": 0.7, "y": 0.8}) == {"x": 1.0, "y": 1.0}
    assert holm({}) == {}
