"""What the charts of a report show of a run's samples. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

Points = list[tuple[float, float]]


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> Points:
    """(coverage, risk): of the n most confident questions, the share that isn't right, for every n.

    El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification" (2010). Questions of
    equal confidence come in together.
    """
    order = sorted(zip(confidences, right, strict=True), key=lambda each: -each[0])
    points: Points = []
    wrong = 0
    for n, (confidence, is_right) in enumerate(order, start=1):
        wrong += not is_right
        if n == len(order) or order[n][0] < confidence:
            points.append((n / len(order), wrong / n))
    return points


def calibration(confidences: Sequence[float], answerable: Sequence[bool], bins: int = 10) -> Points:
    """(mean confidence, share answerable) of each of `bins` equal intervals that holds a question."""
    members: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, label in zip(confidences, answerable, strict=True):
        members[min(bins - 1, int(confidence * bins))].append((confidence, label))
    return [
        (sum(c for c, _ in some) / len(some), sum(label for _, label in some) / len(some))
        for some in members
        if some
    ]


def cumulative(values: Sequence[float]) -> Points:
    """(value, share of the values that are at most it), in order."""
    ordered = sorted(values)
    return [(value, n / len(ordered)) for n, value in enumerate(ordered, start=1)]
