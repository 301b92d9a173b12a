"""What the benchmark of sizes found, as tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from footnote.eval.benchmarks.size import Size, SizeRecord

_MB = 1024 * 1024


def size_tables(record: SizeRecord) -> Iterator[RenderableType]:
    """Libraries; searches, and their parts; adding papers; recall."""
    yield _libraries(record)
    yield _searches(record.sizes)
    for name in record.sizes[0].searched.latency:
        yield _parts(record.sizes, name)
    if all(size.adding for size in record.sizes):
        yield _adding(record.sizes)
    if any(size.recall for size in record.sizes):
        yield _recall(record.sizes)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=Text(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    for n, column in enumerate(columns):
        table.add_column(Text(column), justify="right" if n else "left")
    return table


def _heads(sizes: Sequence[Size]) -> list[str]:
    return [f"{size.papers:,}" for size in sizes]


def _libraries(record: SizeRecord) -> Table:
    table = _table(f"Libraries, {record.cores} cores, {record.embedder}", "papers", *_heads(record.sizes))
    sizes = record.sizes
    rows = {
        "passages": [f"{s.searched.passages:,}" for s in sizes],
        "sentences": [f"{s.sentences:,}" for s in sizes],
        "texts embedded": [f"{s.build.embedded:,}" for s in sizes],
        "texts composed": [f"{s.build.composed:,}" for s in sizes],
        "papers a second, embedded": [_rate(s.build.true.papers, s.build.true.seconds) for s in sizes],
        "papers a second, composed": [_rate(s.build.rest.papers, s.build.rest.seconds) for s in sizes],
        "MB memory": [f"{s.searched.rss_mb:,.0f}" for s in sizes],
        "MB memory before opening": [f"{s.searched.rss_before_mb:,.0f}" for s in sizes],
        "ms to open and ask once": [f"{s.searched.open_ms:,.0f}" for s in sizes],
    }
    for part in sizes[0].bytes:
        rows[f"MB on disk, {part}"] = [f"{s.bytes[part] / _MB:,.1f}" for s in sizes]
    for name, values in rows.items():
        table.add_row(name, *values)
    return table


def _rate(papers: int, seconds: float) -> str:
    return f"{papers / seconds:,.0f}" if papers else "–"


def _searches(sizes: Sequence[Size]) -> Table:
    table = _table("Milliseconds of a search", "papers", "filter", "passing", "p50", "p95", "cpu", "load")
    for size in sizes:
        load = "{:.1f}, {:.1f}".format(*size.searched.load)
        for name, one in size.searched.latency.items():
            table.add_row(
                f"{size.papers:,}", name, f"{one.passing:,}",
                f"{one.p50_ms:.1f}", f"{one.p95_ms:.1f}", f"{one.cpu_ms:.1f}", load,
            )  # fmt: skip
    return table


def _parts(sizes: Sequence[Size], name: str) -> Table:
    table = _table(f"Mean milliseconds of each part: {name}", "papers", *_heads(sizes))
    searches = [size.searched.latency[name] for size in sizes]
    for part in searches[0].parts_ms:
        table.add_row(part, *(f"{one.parts_ms.get(part, 0):.2f}" for one in searches))
    table.add_row("in all", *(f"{one.mean_ms:.2f}" for one in searches))
    return table


def _adding(sizes: Sequence[Size]) -> Table:
    table = _table("Seconds to add papers (composed)", "to", "papers", "seconds", "without the lens")
    for size in sizes:
        if size.adding is None:
            continue
        for to, one in ((f"{size.papers:,}", size.adding.here), ("none", size.adding.empty)):
            without = one.seconds - one.parts.get("lens", 0)
            table.add_row(to, f"{one.papers:,}", f"{one.seconds:.2f}", f"{without:.2f}")
    return table


def _recall(sizes: Sequence[Size]) -> Table:
    table = _table(
        "Recall of the 200 nearest passages",
        "papers", "neighbors", "construction", "search_ef", "recall", "worst", "ms", "build s",
    )  # fmt: skip
    for size in sizes:
        for one in size.recall:
            table.add_row(
                f"{size.papers:,}", str(one.graph.max_neighbors), str(one.graph.ef_construction),
                str(one.ef_search), f"{one.recall:.4f}", f"{one.worst:.3f}", f"{one.ms:.2f}",
                "–" if one.build_s is None else f"{one.build_s:.0f}",
            )  # fmt: skip
    return table
