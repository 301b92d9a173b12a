"""How good the product's confidence is on a set: see `eval.measures.calibration` for the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footnote.eval.errors import BenchError
from footnote.eval.fitting.trials import GROUPS, Group, TrialResult
from footnote.eval.measures.calibration import (
    Area,
    Reliability,
    ThresholdRow,
    areas,
    reliability,
    threshold_rows,
)
from footnote.rag.retrieval.confidence import confidence


@dataclass(frozen=True, kw_only=True)
class ConfidenceRecord:
    """Figures of one set. counts: trials by group. notes: what a reader of the figures should know."""

    set: str
    dataset_hash: str
    notes: tuple[str, ...]
    counts: dict[Group, int]
    refuse_below: float
    auroc: dict[Group, Area]
    thresholds: tuple[ThresholdRow, ...]
    reliability: Reliability


def measure(
    tried: Sequence[TrialResult],
    *,
    name: str,
    dataset_hash: str,
    refuse_below: float,
    notes: Sequence[str] = (),
) -> ConfidenceRecord:
    """The figures. Raises BenchError for a set without an answerable question."""
    by_group: dict[Group, list[float]] = {
        group: values
        for group in GROUPS
        if (values := [confidence(one.signs) for one in tried if one.trial.group == group])
    }
    if "answerable" not in by_group:
        raise BenchError(f"{name}: no question is answerable, so there is nothing to compare")
    return ConfidenceRecord(
        set=name,
        dataset_hash=dataset_hash,
        notes=tuple(notes),
        counts={group: len(values) for group, values in by_group.items()},
        refuse_below=refuse_below,
        auroc=areas(by_group),
        thresholds=tuple(threshold_rows(by_group, refuse_below)),
        reliability=reliability(by_group),
    )
