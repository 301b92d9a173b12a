"""Runs compared question by question: differences with intervals, wins and losses, the worst questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from footnote.eval.errors import RunError
from footnote.eval.measures.bootstrap import holm, ratio_differences
from footnote.eval.measures.intervals import counts
from footnote.eval.measures.metrics import COSTS, LESS_IS_BETTER, SCORED
from footnote.eval.measures.outcomes import Score
from footnote.eval.runs.record import RunRecord, read_run
from footnote.eval.runs.samples import Sample, read_samples
from footnote.eval.runs.scoring import SAMPLES

_SAME = 1e-9
WORST = 10


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeasureDifference(_Record):
    """A measure in a run less the same in the baseline, with its 95 % interval.

    p_holm: p corrected for all differences that are compared. wins, ties, losses: questions that the run does
    better, equally, worse; those that count in one run only are left out. worse, better: whether the interval
    lies on that side of 0.
    """

    measure: str
    less_is_better: bool
    baseline: float
    value: float
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    wins: int
    ties: int
    losses: int

    @property
    def worse(self) -> bool:
        """Whether the interval excludes 0 on the wrong side."""
        return self.low > 0 if self.less_is_better else self.high < 0

    @property
    def better(self) -> bool:
        """Whether the interval excludes 0 on the right side."""
        return self.high < 0 if self.less_is_better else self.low > 0


class QuestionPair(_Record):
    """A question that the run does worse. lost: how much, by measure; both answers or errors as text."""

    id: str
    question: str
    lost: dict[str, float]
    baseline: str
    run: str


class Comparison(_Record):
    """A run against the baseline. n: questions that both asked. not_compared: reason by measure."""

    baseline: str
    run: str
    n: int
    differences: tuple[MeasureDifference, ...]
    not_compared: dict[str, str]
    worst: tuple[QuestionPair, ...]

    def failed(self, measures: Collection[str]) -> list[str]:
        """Those of the measures that are worse. Raises RunError for one that couldn't be compared."""
        by_name = {one.measure: one for one in self.differences}
        for name in measures:
            if name not in by_name:
                raise RunError(f"{name} can't be compared in {self.run}: {self.not_compared[name]}")
        return [name for name in measures if by_name[name].worse]


def compare_runs(folders: Sequence[Path]) -> list[Comparison]:
    """Each run but the first against the first.

    Questions are resampled, and each measure is computed again from each resample: a ratio pooled over
    citations is pooled again. Raises RunError for runs of different question sets, or without a question
    in common.
    """
    runs = [(folder, read_run(folder), read_samples(folder / SAMPLES)) for folder in folders]
    baseline, record, samples = runs[0]
    made = [
        _compared((str(baseline), record, samples), (str(folder), other, others))
        for folder, other, others in runs[1:]
    ]
    every = {(n, one.measure): one.p for n, each in enumerate(made) for one in each.differences}
    corrected = holm({f"{n} {measure}": p for (n, measure), p in every.items()})
    return [
        each.model_copy(
            update={
                "differences": tuple(
                    one.model_copy(update={"p_holm": corrected[f"{n} {one.measure}"]})
                    for one in each.differences
                )
            }
        )
        for n, each in enumerate(made)
    ]


_Run = tuple[str, RunRecord, Sequence[Sample]]


def _compared(a: _Run, b: _Run) -> Comparison:
    if a[1].dataset_hash != b[1].dataset_hash:
        raise RunError(f"{a[0]} and {b[0]} asked different question sets, so they can't be compared")
    firsts, seconds = ({sample.id: sample for sample in run[2]} for run in (a, b))
    ids = [ident for ident in firsts if ident in seconds]
    if not ids:
        raise RunError(f"{a[0]} and {b[0]} have no question in common, so they can't be compared")
    pairs = [(firsts[ident], seconds[ident]) for ident in ids]
    scores = [([x.scores for x, _ in pairs]), ([y.scores for _, y in pairs])]
    names, left_out = [], {}
    for name in SCORED:
        empty = [run for run, side in zip((a[0], b[0]), scores, strict=True) if not _counted(side, name)]
        if empty:
            left_out[name] = f"no question of {empty[0]} counts in it"
        else:
            names.append(name)
    return Comparison(
        baseline=a[0],
        run=b[0],
        n=len(ids),
        differences=_differences(scores[0], scores[1], names),
        not_compared=left_out,
        worst=_worst(pairs, names),
    )


def _counted(side: Sequence[dict[str, Score]], name: str) -> bool:
    return any(name in scores and scores[name].of for scores in side)


def _differences(
    firsts: Sequence[dict[str, Score]], seconds: Sequence[dict[str, Score]], names: Sequence[str]
) -> tuple[MeasureDifference, ...]:
    a, b = counts(firsts, names), counts(seconds, names)
    found: list[MeasureDifference] = []
    for column, (name, one) in enumerate(zip(names, ratio_differences(a, b), strict=True)):
        gains = np.array([_gain(name, x[name], y[name]) for x, y in zip(firsts, seconds, strict=True)])
        base, value = (float(got[:, column].sum() / of[:, column].sum()) for got, of in (a, b))
        found.append(
            MeasureDifference(
                measure=name,
                less_is_better=name in LESS_IS_BETTER,
                baseline=base,
                value=value,
                difference=one.mean,
                low=one.low,
                high=one.high,
                p=one.p,
                p_holm=one.p,
                wins=int((gains > _SAME).sum()),
                ties=int((np.abs(gains) <= _SAME).sum()),
                losses=int((gains < -_SAME).sum()),
            )
        )
    return tuple(found)


def _gain(name: str, before: Score, after: Score) -> float:
    """How much better a question does; NaN where it counts in one run only."""
    if before.value is None or after.value is None:
        return float("nan")
    return (before.value - after.value) if name in LESS_IS_BETTER else (after.value - before.value)


def _worst(pairs: Sequence[tuple[Sample, Sample]], names: Sequence[str]) -> tuple[QuestionPair, ...]:
    """The questions that lose most: what they lose less what they gain, summed over shares in 0 … 1.

    Costs don't count, nor whether quotes are shown as an answer or as the closest passages.
    """
    shares = [name for name in names if name not in (*COSTS, "closest_rate")]
    found: list[tuple[float, QuestionPair]] = []
    for before, after in pairs:
        old, new = before.scores, after.scores
        gains = {name: _gain(name, old[name], new[name]) for name in shares}
        total = float(np.nansum(list(gains.values())))
        if total < -_SAME:
            lost = {name: -gain for name, gain in gains.items() if gain < -_SAME}
            pair = QuestionPair(
                id=after.id,
                question=after.question,
                lost=lost,
                baseline=_said(before),
                run=_said(after),
            )
            found.append((total, pair))
    return tuple(pair for _, pair in sorted(found, key=lambda each: each[0])[:WORST])


def _said(sample: Sample) -> str:
    if sample.error:
        return f"{sample.error.type}: {sample.error.message}"
    return sample.text or f"ranking: {', '.join((sample.ranking or ())[:5])}"
