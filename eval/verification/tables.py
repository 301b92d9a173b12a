"""What the measure of the checks found, as tables for a terminal of 80 columns and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.eval.verification.measure import LEFT_OUT, Ruled, SetRecord, Share


def tables(record: SetRecord, *, mistakes: bool) -> Iterator[RenderableType]:
    """Kinds; cautions; how far the labels can be guessed; each mistake with its reasons where asked for."""
    judged = record.kinds[0].with_judge is not None
    columns = ["kind", "n", "refused", "95 % interval", "cautioned", *(["with judge"] if judged else [])]
    table = _table(f"{record.name}: refused by the hard checks alone", *columns)
    for row in record.kinds:
        kind = f"{row.kind} *" if row.kind in LEFT_OUT else row.kind
        low, high = row.refused.interval
        more = [f"{row.with_judge.value:.3f}"] if row.with_judge else []
        interval = f"{low:.3f} to {high:.3f}"
        figures = (f"{row.refused.value:.3f}", interval, f"{row.cautioned.value:.3f}", *more)
        table.add_row(kind, str(row.refused.n), *figures)
    yield table
    if any(row.kind in LEFT_OUT for row in record.kinds):
        yield Text("* not counted among all false claims")
    if record.cautions:
        table = _table(f"{record.name}: cautions", "caution", "on true", "on false", "right")
        for kind, (true, false) in record.cautions.items():
            table.add_row(kind, str(true), str(false), f"{false / (true + false):.2f}")
        yield table
    yield from _guesses(record)
    yield Text(f"{len(record.mistakes)} mistakes, {record.ms_a_pair:.1f} ms a pair")
    if mistakes:
        yield from map(_mistake, record.mistakes)


def as_json(record: SetRecord, *, mistakes: bool) -> dict[str, Any]:
    """The record as JSON; shares as value, low, high, hits and n."""

    def share(one: Share | None) -> dict[str, float | int] | None:
        return one.as_json() if one else None

    data: dict[str, Any] = {
        "set": record.name,
        "dataset_hash": record.dataset_hash,
        "ms_a_pair": record.ms_a_pair,
        "kinds": [
            {
                "kind": row.kind,
                "refused": share(row.refused),
                "cautioned": share(row.cautioned),
                "with_judge": share(row.with_judge),
            }
            for row in record.kinds
        ],
        "cautions": {kind: {"true": t, "false": f} for kind, (t, f) in record.cautions.items()},
        "guesses": {"by_claim": record.guesses.by_claim, "by_overlap": record.guesses.by_overlap},
    }
    if mistakes:
        data["mistakes"] = [
            {**one.pair.model_dump(mode="json"), "refused": one.refused, "reasons": one.ruling.reasons}
            for one in record.mistakes
        ]
    return data


def _guesses(record: SetRecord) -> Iterator[Text]:
    """What can be guessed of the labels, with a warning where it is too much."""
    found = record.guesses
    if found.by_claim is None or found.by_overlap is None:
        return
    yield Text(
        f"labels guessed from the claim alone: AUROC {found.by_claim:.2f}; from word overlap alone: "
        f"{found.by_overlap:.2f} (.50 is chance)"
    )
    if found.guessable:
        warning = "warning: these labels can partly be guessed without checking anything; quote with care"
        yield Text(warning, style="yellow")


def _mistake(ruled: Ruled) -> Text:
    pair = ruled.pair
    outcome = "refused" if ruled.refused else "passes"
    lines = [
        f"\n{pair.id} ({pair.kind}, {'true' if pair.supported else 'false'}): {outcome}",
        f"  claim: {pair.claim}",
        *(f"  evidence: {sentence}" for sentence in pair.evidence),
        *(f"  reason: {reason}" for reason in ruled.ruling.reasons),
    ]
    return Text("\n".join(lines))


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=Text(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    for n, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if n else "left")
    return table
