"""The results of fits and the figures of the confidence, as tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.eval.fitting.trials import Group
from footnote.eval.measures.calibration import Area, Reliability, ThresholdRow
from footnote.eval.measures.confidence import ConfidenceRecord
from footnote.eval.measures.ranking import RANKING

# Only their types: the modules need the optional group `fit`, and measuring the confidence doesn't.
if TYPE_CHECKING:
    from footnote.eval.fitting.confidence import ConfidenceFit
    from footnote.eval.fitting.ranking import RankingFit
    from footnote.eval.fitting.sentences import SentenceFit


def confidence_tables(record: ConfidenceRecord) -> Iterator[RenderableType]:
    """AUROC, thresholds, reliability and notes of one set."""
    yield _areas(f"{record.set}: AUROC, answerable against", {"product's": record.auroc})
    yield _thresholds(record.thresholds)
    yield from _reliability(record.reliability)
    yield from map(Text, record.notes)


def confidence_fit_tables(fit: ConfidenceFit) -> Iterator[RenderableType]:
    """Weights, how good they are, how good each sign is alone, and reliability."""
    weights = _table("Weights of the confidence", *fit.weights, "bias")
    weights.add_row(*(f"{value:.2f}" for value in (*fit.weights.values(), fit.bias)))
    yield weights
    rows = {
        "cross-validated": fit.cross_validated,
        "in sample": fit.in_sample,
        "product's": fit.product,
    }
    yield _areas("AUROC, answerable against", rows)
    alone = _table("AUROC of each sign alone (below .5: it speaks against an answer)", "sign", *fit.product)
    for name, values in fit.signs.items():
        alone.add_row(name, *(f"{value:.3f}" for value in values.values()))
    yield alone
    yield _thresholds(fit.thresholds)
    yield from _reliability(fit.reliability)
    yield Text("Thresholds and reliability are cross-validated.")
    counts = ", ".join(f"{count} {group}" for group, count in fit.counts.items())
    yield Text(
        f"{counts}; {fit.left_out} that found nothing left out. Ridge {fit.ridge:g}, {fit.folds} folds by "
        f"question, mean of {fit.repeats} divisions; bias for {fit.prior:.0%} answerable."
    )


def ranking_fit_tables(fit: RankingFit) -> Iterator[RenderableType]:
    """Weights, and the measures of each set under them and under the product's."""
    weights = _table("Weights of the ranking", *fit.weights)
    weights.add_row(*(f"{value:.2f}" for value in fit.weights.values()))
    yield weights
    for figures in fit.figures:
        table = _table(f"{figures.set}: {figures.n} queries", "weights", *RANKING)
        for name, values in (("fitted", figures.fitted), ("product's", figures.product)):
            table.add_row(name, *(f"{values[measure]:.3f}" for measure in RANKING))
        yield table
        yield Text(f"fitted: {figures.how}; product's: as they ship, which may have seen these")


def sentence_fit_tables(fit: SentenceFit) -> Iterator[RenderableType]:
    """Weights, and how often a gold sentence is among its paper's best three."""
    yield _weights("Weights of the choice of sentences", fit.weights, fit.bias)
    table = _table("Gold sentences among a paper's best three", "set", "n", "fitted", "product's", "cosine")
    for one in fit.figures:
        table.add_row(one.set, str(one.n), *(f"{v:.3f}" for v in (one.fitted, one.product, one.cosine)))
    yield table
    yield Text(
        f"fitted: cross-validated, {fit.folds} folds by question, mean of {fit.repeats} divisions; "
        f"product's: as they ship, which may have seen these. Ridge {fit.ridge:g}."
    )


def _weights(title: str, weights: Mapping[str, float], bias: float) -> Table:
    table = _table(title, "feature", "weight")
    for name, value in {**weights, "bias": bias}.items():
        table.add_row(name, f"{value:.2f}")
    return table


def _areas(title: str, rows: Mapping[str, Mapping[Group, Area]]) -> Table:
    table = _table(title, "weights", "group", "n", "AUROC", "95 % interval")
    for name, areas in rows.items():
        for group, area in areas.items():
            interval = f"{area.low:.3f} to {area.high:.3f}"
            table.add_row(name, group, str(area.n), f"{area.value:.3f}", interval)
    return table


def _thresholds(rows: tuple[ThresholdRow, ...]) -> Table:
    groups = rows[0].refusals
    table = _table("Share refused below (* is in force)", "below", "answerable", *groups)
    for row in rows:
        mark = " *" if row.current else ""
        shares = (row.false_refusals, *row.refusals.values())
        table.add_row(f"{row.threshold:.2f}{mark}", *(f"{share:.3f}" for share in shares))
    return table


def _reliability(figures: Reliability) -> Iterator[RenderableType]:
    table = _table(
        f"Reliability, weighted to {figures.prior:.0%} answerable",
        "confidence",
        "answerable",
        "others",
        "weight",
        "mean",
        "observed",
    )
    for one in figures.bins:
        table.add_row(
            f"{one.low:.1f} to {one.high:.1f}",
            str(one.answerable),
            str(one.others),
            f"{one.weight:.3f}",
            *("–" if value is None else f"{value:.3f}" for value in (one.confidence, one.observed)),
        )
    yield table
    yield Text(
        f"Brier score {figures.brier:.3f} ({figures.brier_of_prior:.3f} for always giving "
        f"{figures.prior:g}), expected calibration error {figures.calibration_error:.3f}"
    )


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=Text(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    table.add_column(Text(columns[0]), overflow="fold")
    for column in columns[1:]:
        table.add_column(Text(column), justify="right")
    return table
