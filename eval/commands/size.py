"""`footnote bench size`: options in, tables or JSON out; the rest is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from footnote.console import Json, print_json


def size(
    papers: Annotated[
        list[int] | None,
        typer.Option("--papers", min=1, help="Papers of a library; several times: several libraries."),
    ] = None,
    embedded: Annotated[
        int, typer.Option(min=0, help="So many papers of each are truly embedded, the rest composed.")
    ] = 2_000,
    added: Annotated[int, typer.Option(min=0, help="Papers added to a copy of each; 0: none.")] = 1_000,
    ef: Annotated[
        list[int] | None, typer.Option("--ef", min=1, help="A search_ef to measure recall at; several times.")
    ] = None,
    graph: Annotated[
        list[str] | None,
        typer.Option("--graph", help="Another graph to measure: max_neighbors:ef_construction."),
    ] = None,
    recall: Annotated[bool, typer.Option(help="Whether to measure recall.")] = True,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for size.json.", file_okay=False)] = None,
    as_json: Json = False,
) -> None:
    """Measure libraries of 300, 10,000 and 100,000 recombined abstracts, or of as many as --papers says.

    Time of a search and of its parts, with filters and without; memory; disk; ingestion; what adding
    papers costs; recall of the dense index. Libraries are kept in FOOTNOTE_HOME/eval/size.
    """
    from footnote.eval.benchmarks.graph_recall import HnswGraph
    from footnote.eval.benchmarks.size import EFS, SIZES, bench_size
    from footnote.eval.benchmarks.size_tables import size_tables
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.eval.runs.files import using, write_atomically
    from footnote.rag.settings import load_settings

    settings = load_settings()
    graphs = [HnswGraph.parse(text) for text in graph or []]
    if out:
        with using(out):
            out.mkdir(parents=True, exist_ok=True)
    with _bars() as progress:
        record = bench_size(
            papers or SIZES,
            settings.home / "eval" / "size",
            [question.question for question in read_questions(SHIPPED).questions],
            papers=settings.resolved_papers,
            candidates=settings.candidates,
            embedded=embedded,
            added=added,
            efs=(ef or EFS) if recall else (),
            graphs=graphs,
            progress=progress,
        )
    if out:
        write_atomically(out / "size.json", record.model_dump_json(indent=2) + "\n")
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        Console().print(*size_tables(record), sep="\n")


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error that says what is being done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def report(label: str, done: int, total: int) -> None:
            bar.update(task, description=label, completed=done, total=total, visible=True)

        yield report
