"""Runs and their comparisons as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.console import plain_table
from footnote.eval.measures.metrics import NAMES
from footnote.eval.runs.compare import Comparison
from footnote.eval.runs.record import MeasureRecord, RunRecord


def number(value: float | None, *, sign: bool = False) -> str:
    """Three digits after the point, fewer of what is large; a dash for what isn't there."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 else 3
    return f"{value:{'+' if sign else ''},.{digits}f}"


def interval(low: float | None, high: float | None) -> str:
    """`low to high`, nothing where there is no interval."""
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


def _short(value: float, *, sign: bool = False) -> str:
    """Without the 0 before the point: a comparison has many columns."""
    return number(value, sign=sign).replace("0.", ".", 1) if abs(value) < 1 else number(value, sign=sign)


def run_tables(records: Sequence[RunRecord]) -> Iterator[RenderableType]:
    """Each run's measures with 95 % intervals, and what went wrong in it."""
    for record in records:
        yield _measures(record)
        yield from map(Text, remarks(record))


def overview(runs: Sequence[tuple[str, RunRecord]]) -> Table:
    """The measures of several runs side by side; what can't be taken is a dash. runs: folder and record."""
    names = [name for name in NAMES if any(_value(record, name) is not None for _, record in runs)]
    table = plain_table("All runs", "measure", *(folder.rstrip("/").rpartition("/")[2] for folder, _ in runs))
    for name in names:
        table.add_row(Text(name), *(number(_value(record, name)) for _, record in runs))
    return table


def _value(record: RunRecord, name: str) -> float | None:
    measure = record.metrics.get(name)
    return measure.value if measure else None


def comparison_tables(comparison: Comparison) -> Iterator[RenderableType]:
    """Differences to the baseline, and the questions that the run does worst against it."""
    title = f"A: {comparison.baseline}, B: {comparison.run}; {comparison.n} questions, p by Holm"
    table = plain_table(title, "measure", "A", "B", "B − A", "95 %", "p", "+/=/−", "")
    table.columns[0].no_wrap = True
    for one in comparison.differences:
        table.add_row(
            Text(one.measure),
            *(_short(value) for value in (one.baseline, one.value)),
            _short(one.difference, sign=True),
            f"{_short(one.low, sign=True)}…{_short(one.high, sign=True)}",
            _short(one.p_holm),
            f"{one.wins}/{one.ties}/{one.losses}",
            Text("worse", "red") if one.worse else Text("better", "green") if one.better else "",
        )
    yield table
    for name, reason in comparison.not_compared.items():
        yield Text(f"{name}: not compared, {reason}")
    if comparison.worst:
        pairs = Table("question", "A", "B", title="Questions that B does worse", show_lines=True)
        for pair in comparison.worst:
            lost = ", ".join(f"{name} −{amount:.2f}" for name, amount in pair.lost.items())
            pairs.add_row(Text(f"{pair.id}: {pair.question}\n{lost}"), Text(pair.baseline), Text(pair.run))
        yield pairs


def _measures(record: RunRecord) -> Table:
    title = f"{name_of(record)}: {record.asked} of {record.questions} questions"
    table = plain_table(title, "measure", "value", "95 % interval", "n", "")
    table.columns[-1].justify = "left"
    for name, measure in record.metrics.items():
        table.add_row(*map(Text, _row(name, measure)))
    return table


def _row(name: str, measure: MeasureRecord) -> tuple[str, ...]:
    between = interval(measure.low, measure.high)
    return name, number(measure.value), between, str(measure.n), measure.reason or ""


def name_of(record: RunRecord) -> str:
    """The system and its model."""
    return f"{record.system}, {record.model}" if record.model else record.system


def remarks(record: RunRecord) -> Iterator[str]:
    """Errors, answers that fell back to quotes, and what the chat model was sent."""
    if record.failed:
        yield f"{record.failed} questions ended in an error and count as failed."
    if record.fallbacks:
        yield f"{record.fallbacks} answers quote because the chat model gave none."
    if record.usage:
        sent, received = record.usage.prompt_tokens, record.usage.completion_tokens
        cost = "no price set" if record.usage.cost_usd is None else f"${record.usage.cost_usd:.4f}"
        estimated = ", estimated" if record.usage.estimated else ""
        yield (
            f"{record.usage.calls:,} calls of the chat model: {sent:,} tokens sent and {received:,} received"
            f"{estimated}; {cost}."
        )
