"""What the measure of the gate found, as tables for a terminal of 80 columns and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.eval.verification.measure import LEFT_OUT, GateRecord, Ruled, Share


def tables(record: GateRecord, *, mistakes: bool) -> Iterator[RenderableType]:
    """Kinds; overall; each mistake with its reasons where asked for."""
    name = " and ".join(record.sets)
    for supported, title in ((True, "true claims refused"), (False, "false claims caught")):
        rows = [row for row in record.kinds if row.supported is supported]
        if rows:
            table = _table(f"{name}: {title}", "kind", "origin", "n", "share", "95 % interval")
            for row in rows:
                kind = f"{row.kind} *" if row.kind in LEFT_OUT else row.kind
                table.add_row(kind, row.origin, str(row.refused.n), *_figures(row.refused))
            yield table
    table = _table(f"{name}: refusing", "origin", "measure", "n", "share", "95 % interval")
    for overall in record.overall:
        for measure, share in (
            ("precision", overall.precision),
            ("recall", overall.recall),
            ("true refused", overall.false_refusals),
        ):
            if share:
                table.add_row(overall.origin, measure, str(share.n), *_figures(share))
    yield table
    if any(row.kind in LEFT_OUT for row in record.kinds):
        yield Text("* not counted in precision and recall")
    yield Text(f"{len(record.mistakes)} mistakes, {record.ms_a_pair:.1f} ms a pair")
    if mistakes:
        yield from map(_mistake, record.mistakes)


def as_json(record: GateRecord, *, mistakes: bool) -> dict[str, Any]:
    """The record as JSON; shares as value, low, high, hits and n."""

    def share(one: Share | None) -> dict[str, float | int] | None:
        return one.as_json() if one else None

    data: dict[str, Any] = {
        "sets": record.sets,
        "dataset_hash": record.dataset_hash,
        "ms_a_pair": record.ms_a_pair,
        "kinds": [
            {
                "kind": row.kind,
                "origin": row.origin,
                "supported": row.supported,
                "refused": share(row.refused),
            }
            for row in record.kinds
        ],
        "overall": [
            {
                "origin": one.origin,
                "precision": share(one.precision),
                "recall": share(one.recall),
                "false_refusals": share(one.false_refusals),
            }
            for one in record.overall
        ],
    }
    if mistakes:
        data["mistakes"] = [
            {**one.pair.model_dump(mode="json"), "verdict": one.verdict, "reasons": one.reasons}
            for one in record.mistakes
        ]
    return data


def _figures(share: Share) -> tuple[str, str]:
    low, high = share.interval
    return f"{share.value:.3f}", f"{low:.3f} to {high:.3f}"


def _mistake(ruled: Ruled) -> Text:
    pair = ruled.pair
    lines = [
        f"\n{pair.id} ({pair.kind}, {'true' if pair.supported else 'false'}): {ruled.verdict}",
        f"  claim: {pair.claim}",
        *(f"  evidence: {sentence}" for sentence in pair.evidence),
        *(f"  reason: {reason}" for reason in ruled.reasons),
    ]
    return Text("\n".join(lines))


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=Text(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    for n, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if n < 2 else "right")
    return table
