"""How far a confidence can be trusted: pure functions from confidences by group to figures.

Groups other than `answerable` hold questions that the library doesn't answer. How many there are of
each is up to who made the set, not to readers; so figures that depend on it (reliability, Brier score,
calibration error) weigh the questions as a reader is taken to ask: `PRIOR` of them answerable, the
rest divided by `SHARES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.eval.fitting.trials import Group
from footnote.eval.measures.metrics import auroc

Vector = npt.NDArray[np.float64]
Confidences = Mapping[Group, Sequence[float]]
"""Confidences, 0 … 1, by group. No group is empty, and `answerable` is there."""

PRIOR = 0.75
"""Share of a reader's questions that the library answers."""
SHARES: Mapping[Group, float] = {"unanswerable": 0.45, "removed": 0.35, "foreign": 0.1, "everyday": 0.1}
"""What the others are: mostly near misses. Groups that are missing leave their share to the rest."""
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
BINS = 10
RESAMPLES = 2_000
_SEED = 20_240_901


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area under the ROC curve with its 95 % interval; n: questions of the other group."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class ThresholdRow:
    """What refusing below a threshold does. Shares of questions, 0 … 1.

    false_refusals: of the answerable ones, those refused. refusals: of each other group.
    """

    threshold: float
    current: bool
    false_refusals: float
    refusals: dict[Group, float]


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Confidences from `low` to below `high` (the last bin has 1 too).

    answerable, others: how many questions. weight: share of a reader's questions. confidence: their
    mean. observed: share of them that is answerable. The last two are weighted, None for an empty bin.
    """

    low: float
    high: float
    answerable: int
    others: int
    weight: float
    confidence: float | None
    observed: float | None


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Bins, and two figures of all questions: less is better.

    brier: mean squared distance of the confidence to 1 where the library answers, to 0 where not
    (Brier 1950). brier_of_prior: that of always giving the prior. calibration_error: mean distance of
    a bin's confidence to what is observed in it (ECE; Naeini et al. 2015).
    """

    prior: float
    bins: tuple[Bin, ...]
    brier: float
    brier_of_prior: float
    calibration_error: float


def areas(by_group: Confidences) -> dict[Group, Area]:
    """The AUROC of answerable questions against each other group.

    Intervals are by bootstrap: each group resampled for itself, percentiles of 2,000 areas.
    """
    positive = np.asarray(by_group["answerable"])
    random = np.random.default_rng(_SEED)
    found: dict[Group, Area] = {}
    for group, values in by_group.items():
        if group == "answerable":
            continue
        negative = np.asarray(values)
        drawn = [
            auroc(
                random.choice(positive, len(positive)).tolist(),
                random.choice(negative, len(negative)).tolist(),
            )
            for _ in range(RESAMPLES)
        ]
        low, high = np.percentile(drawn, [2.5, 97.5])
        value = auroc(by_group["answerable"], values)
        found[group] = Area(value=value, low=float(low), high=float(high), n=len(negative))
    return found


def threshold_rows(by_group: Confidences, current: float) -> list[ThresholdRow]:
    """A row for each of `THRESHOLDS` and for the threshold in force, which is marked."""
    return [
        ThresholdRow(
            threshold=threshold,
            current=threshold == current,
            false_refusals=_share_below(by_group["answerable"], threshold),
            refusals={
                group: _share_below(values, threshold)
                for group, values in by_group.items()
                if group != "answerable"
            },
        )
        for threshold in sorted({*THRESHOLDS, current})
    ]


def _share_below(values: Sequence[float], threshold: float) -> float:
    # As the product has it: refused below the threshold, answered from it on.
    return float(np.mean(np.asarray(values) < threshold))


def reliability(by_group: Confidences, *, prior: float = PRIOR) -> Reliability:
    """The figures of a reliability diagram, questions weighted as a reader asks (see above)."""
    groups = list(by_group)
    confidences = np.concatenate([np.asarray(by_group[group], np.float64) for group in groups])
    names = [group for group in groups for _ in by_group[group]]
    labels = np.array([name == "answerable" for name in names], np.float64)
    weights = weights_of(names, prior=prior)
    number = np.minimum((confidences * BINS).astype(int), BINS - 1)
    # A bin's weight times its distance is what its questions' weighted distances sum to.
    distances = np.bincount(number, weights * (confidences - labels))
    return Reliability(
        prior=prior,
        bins=_bins(number, confidences, labels, weights),
        brier=float(weights @ (confidences - labels) ** 2),
        brier_of_prior=prior * (1 - prior),
        calibration_error=float(np.abs(distances).sum()),
    )


def weights_of(groups: Sequence[Group], *, prior: float) -> Vector:
    """Each question's share of a reader's questions, by its group: they sum to 1.

    There must be answerable questions and others.
    """
    counts = {group: groups.count(group) for group in dict.fromkeys(groups)}
    others = sum(SHARES[group] for group in counts if group != "answerable")
    shares = {g: prior if g == "answerable" else (1 - prior) * SHARES[g] / others for g in counts}
    return np.array([shares[group] / counts[group] for group in groups])


def _bins(
    number: npt.NDArray[np.int64], confidences: Vector, labels: Vector, weights: Vector
) -> tuple[Bin, ...]:
    bins: list[Bin] = []
    for n in range(BINS):
        inside = number == n
        weight = float(weights[inside].sum())
        bins.append(
            Bin(
                low=n / BINS,
                high=(n + 1) / BINS,
                answerable=int(labels[inside].sum()),
                others=int((1 - labels[inside]).sum()),
                weight=weight,
                confidence=float(weights[inside] @ confidences[inside]) / weight if weight else None,
                observed=float(weights[inside] @ labels[inside]) / weight if weight else None,
            )
        )
    return tuple(bins)
