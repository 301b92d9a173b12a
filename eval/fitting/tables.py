"""The results of fits and the figures of the confidence, as tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.console import plain_table
from footnote.eval.fitting.trials import Group
from footnote.eval.measures.calibration import Area, Reliability, ThresholdRow
from footnote.eval.measures.confidence import ConfidenceRecord
from footnote.eval.measures.ranking import RANKING

# Only their types: the modules need the optional group `fit`, and measuring the confidence doesn't.
if TYPE_CHECKING:
    from footnote.eval.fitting.confidence import ConfidenceFit, FieldFigures
    from footnote.eval.fitting.ranking import RankingFit
    from footnote.eval.fitting.sentences import SentenceFit


def confidence_tables(record: ConfidenceRecord) -> Iterator[RenderableType]:
    """AUROC, thresholds, reliability and notes of one set."""
    yield _areas(f"{record.set}: AUROC, answerable against", {"product's": record.auroc})
    yield _thresholds(record.thresholds)
    yield from _reliability(record.reliability)
    yield from map(Text, record.notes)


def confidence_fit_tables(fit: ConfidenceFit) -> Iterator[RenderableType]:
    """Weights, each field by weights that haven't seen it, thresholds and reliability."""
    found = fit.weights
    yield _weights("Near", found.near, found.near_bias)
    yield _weights("Found", found.found, found.found_bias)
    yield _weights("Stated", found.stated, found.stated_bias)
    yield _weights("Question words", found.asked, None)
    declined, shown = f"declined below {fit.refuse_below:g}", f"answered from {fit.answer_from:g}"
    rows: list[tuple[str, Callable[[FieldFigures], float | int]]] = [
        ("answerable questions", lambda one: one.answerable),
        ("unanswerable questions", lambda one: one.unanswerable),
        ("strangers (other fields, everyday life)", lambda one: one.strangers),
        ("best paper answers", lambda one: one.best_right),
        ("AUROC against unanswerable", lambda one: one.auroc),
        ("AUROC of the question words alone", lambda one: one.auroc_question),
        ("AUROC against strangers", lambda one: one.auroc_strangers),
        (f"{declined}: answerable", lambda one: one.refused),
        (f"{declined}: unanswerable", lambda one: one.unanswerable_refused),
        (f"{declined}: strangers", lambda one: one.strangers_refused),
        (f"{shown}: answerable", lambda one: one.answers),
        (f"{shown}: unanswerable", lambda one: one.unanswerable_answered),
        (f"{shown}: strangers", lambda one: one.strangers_answered),
        (f"wrong answers, {fit.prior:.0%} answerable", lambda one: one.wrong),
    ]
    table = plain_table("Each field, by a fit to the others", "", *(one.field for one in fit.held_out))
    for name, value in rows:
        figures = map(value, fit.held_out)
        table.add_row(name, *(str(one) if isinstance(one, int) else f"{one:.3f}" for one in figures))
    yield table
    yield _thresholds(fit.thresholds)
    yield from _reliability(fit.reliability)
    yield Text(
        "Thresholds and reliability: the library in use, by a fit to the other fields. "
        f"{fit.left_out} trials that found nothing are left out."
    )


def ranking_fit_tables(fit: RankingFit) -> Iterator[RenderableType]:
    """Weights, and the measures of each set under them and under the product's."""
    weights = plain_table("Weights of the ranking", *fit.weights)
    weights.add_row(*(f"{value:.2f}" for value in fit.weights.values()))
    yield weights
    for figures in fit.figures:
        table = plain_table(f"{figures.set}: {figures.n} queries", "weights", *RANKING)
        for name, values in (("fitted", figures.fitted), ("product's", figures.product)):
            table.add_row(name, *(f"{values[measure]:.3f}" for measure in RANKING))
        yield table
        yield Text(f"fitted: {figures.how}; product's: as they ship, which may have seen these")


def sentence_fit_tables(fit: SentenceFit) -> Iterator[RenderableType]:
    """Weights, and how often a gold sentence is among its paper's best three."""
    yield _weights("Weights of the choice of sentences", fit.weights, fit.bias)
    table = plain_table(
        "Gold sentences among a paper's best three", "set", "n", "fitted", "product's", "cosine"
    )
    for one in fit.figures:
        table.add_row(one.set, str(one.n), *(f"{v:.3f}" for v in (one.fitted, one.product, one.cosine)))
    yield table
    yield Text(
        f"fitted: cross-validated, {fit.folds} folds by question, mean of {fit.repeats} divisions; "
        f"product's: as they ship, which may have seen these. Ridge {fit.ridge:g}."
    )


def _weights(title: str, weights: Mapping[str, float], bias: float | None) -> Table:
    table = plain_table(title, "feature", "weight")
    for name, value in {**weights, **({} if bias is None else {"bias": bias})}.items():
        table.add_row(name, f"{value:.2f}")
    return table


def _areas(title: str, rows: Mapping[str, Mapping[Group, Area]]) -> Table:
    table = plain_table(title, "weights", "group", "n", "AUROC", "95 % interval")
    for name, areas in rows.items():
        for group, area in areas.items():
            interval = f"{area.low:.3f} to {area.high:.3f}"
            table.add_row(name, group, str(area.n), f"{area.value:.3f}", interval)
    return table


def _thresholds(rows: tuple[ThresholdRow, ...]) -> Table:
    groups = rows[0].refusals
    table = plain_table("Share refused below (* is in force)", "below", "answerable", *groups)
    for row in rows:
        mark = " *" if row.current else ""
        shares = (row.false_refusals, *row.refusals.values())
        table.add_row(f"{row.threshold:.2f}{mark}", *(f"{share:.3f}" for share in shares))
    return table


def _reliability(figures: Reliability) -> Iterator[RenderableType]:
    table = plain_table(
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
