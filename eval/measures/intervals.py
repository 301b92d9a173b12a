"""95 % intervals of a run's measures: the percentile bootstrap over questions (see `measures.bootstrap`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from footnote.eval.datasets.gold import Gold
from footnote.eval.measures.bootstrap import Numbers, draws, interval, resampled_ratios
from footnote.eval.measures.metrics import SCORED, confidences
from footnote.eval.measures.outcomes import Measure, Outcome, Score


def counts(scores: Sequence[Mapping[str, Score]], names: Sequence[str]) -> tuple[Numbers, Numbers]:
    """What each question got and of how many: two arrays of shape (questions, names)."""
    got = [[score[name].got for name in names] for score in scores]
    of = [[score[name].of for name in names] for score in scores]
    return np.asarray(got, np.float64), np.asarray(of, np.float64)


def with_intervals(
    measures: Mapping[str, Measure],
    questions: Sequence[tuple[Gold, Outcome]],
    scores: Sequence[Mapping[str, Score]],
) -> dict[str, Measure]:
    """The measures with their intervals; those that couldn't be taken stay as they are.

    Ratios are computed again in each resample; so is the area under the ROC curve, whose positive and
    negative questions are drawn together.
    """
    names = [name for name in SCORED if measures[name].value is not None]
    found: dict[str, tuple[float, float]] = {}
    if names:
        ratios = resampled_ratios(*counts(scores, names))
        found = {name: interval(column) for name, column in zip(names, ratios.T, strict=True)}
    if measures["confidence_auroc"].value is not None:
        found["confidence_auroc"] = _auroc_interval(confidences(questions))
    for percent in (50, 95):
        if measures[name := f"latency_p{percent}_s"].value is not None:
            found[name] = _latency_interval([outcome for _, outcome in questions], percent)
    return {
        name: replace(measure, low=found[name][0], high=found[name][1])
        if name in found and all(map(math.isfinite, found[name]))
        else measure
        for name, measure in measures.items()
    }


def _auroc_interval(values: Mapping[bool, Sequence[float]]) -> tuple[float, float]:
    above, below = (np.asarray(values[answerable], np.float64) for answerable in (True, False))
    wins = (above[:, None] > below) + (above[:, None] == below) / 2
    areas: list[Numbers] = []
    for drawn in draws(len(above) + len(below)):
        first, second = drawn[:, : len(above)], drawn[:, len(above) :]
        pairs = first.sum(1) * second.sum(1)
        won = ((first @ wins) * second).sum(1)
        areas.append(np.divide(won, pairs, out=np.full_like(won, np.nan), where=pairs > 0))
    return interval(np.concatenate(areas))


def _latency_interval(outcomes: Sequence[Outcome], percent: int) -> tuple[float, float]:
    ordered = sorted(math.inf if outcome.failed else outcome.latency_s for outcome in outcomes)
    rank = -(-percent * len(ordered) // 100)
    places = np.concatenate([(drawn.cumsum(1) >= rank).argmax(1) for drawn in draws(len(ordered))])
    low, high = np.percentile(places, [2.5, 97.5], method="nearest")
    return ordered[int(low)], ordered[int(high)]
