"""What the retrieval bench found, as tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.eval.measures.ranking import RANKING
from footnote.eval.retrieval.bench import TESTED
from footnote.eval.retrieval.record import SetRecord

_WIDEST = 8
"""Columns that fit side by side; with more of them their names are broken into lines."""


def tables(record: SetRecord) -> Iterator[RenderableType]:
    """Measures, differences to the baseline, slices where the set has any, and notes."""
    yield _measures(record)
    if len(record.rows) > 1:
        yield _differences(record)
    for kind in record.rows[0].slices:
        yield _slices(record, kind)
    for note in record.notes:
        yield Text(note)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=Text(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    table.add_column(Text(columns[0]), overflow="fold")  # where there is no room, it is the names that give
    for column in columns[1:]:
        table.add_column(Text(column), justify="right", no_wrap=len(columns) <= _WIDEST)
    return table


def _measures(record: SetRecord) -> Table:
    costs = {"latency_p50_ms": "p50 ms", "latency_p95_ms": "p95 ms"}
    if any("model_tokens" in row.metrics for row in record.rows):
        costs |= {"model_calls": "calls", "model_tokens": "tokens"}
    title = f"{record.set}: {record.n:,} queries, {record.library.papers:,} papers"
    table = _table(title, "row", *RANKING, *costs.values())
    for row in record.rows:
        scores = [_number(row.metrics[name], 3) for name in RANKING]
        spent = [_number(row.metrics.get(name), 1) for name in costs]
        table.add_row(Text(row.name), *scores, *spent)
    return table


def _differences(record: SetRecord) -> Table:
    title = f"{TESTED} less that of {record.baseline}"
    table = _table(title, "row", "difference", "95 % interval", "p", "p, Holm")
    for row in record.rows:
        if row.difference is None:
            continue
        one = row.difference[TESTED]
        interval = f"{one.low:+.3f} to {one.high:+.3f}"
        table.add_row(Text(row.name), f"{one.mean:+.3f}", interval, _number(one.p, 4), _number(one.p_holm, 4))
    return table


def _slices(record: SetRecord, kind: str) -> Table:
    table = _table(f"{TESTED} by {kind}", kind, "n", *(row.name for row in record.rows))
    for label, part in record.rows[0].slices[kind].items():
        values = [_number(row.slices[kind][label].metrics[TESTED], 3) for row in record.rows]
        table.add_row(Text(label), str(part.n), *values)
    return table


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
