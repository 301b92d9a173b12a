"""`footnote ingest`, `remove` and `status`: what the library holds."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from footnote.console import Json, bar, err, out, print_json
from footnote.rag.settings import load_settings
from footnote.ui.terminal.options import library_bar, open_assistant

if TYPE_CHECKING:
    from footnote.store.ingest import FileReport


def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders of papers.")] = None,
    page_year: Annotated[
        int | None, typer.Option(min=1900, max=2200, help="Year of dates that a page gives without one.")
    ] = None,
    rebuild: Annotated[bool, typer.Option(help="Make both indexes again from the catalog.")] = False,
) -> None:
    """Add papers to the library; with no path, finish what an earlier run left."""
    from footnote.rag.export import printable
    from footnote.rag.opening import embedder_of, library_of
    from footnote.store.catalog import is_fresh
    from footnote.store.ingest import ingest as run
    from footnote.store.library import Library
    from footnote.store.readers import find_files

    settings = load_settings()
    folder = settings.library
    find_files(paths or [])  # a path that doesn't exist is reported before a library is made
    fresh = is_fresh(folder)
    if fresh and not paths:
        with library_bar(folder) as progress:
            library = library_of(settings, progress=progress)
        made = library.status().papers
    else:
        if fresh:
            message = f"starting a new library in {folder}; the papers that ship are not in it"
            err.print(Text(printable(message)))
        library, made = Library(folder, embedder_of(settings)), 0
    with bar("Indexing") as progress:
        if rebuild:
            with library.writing():
                library.rebuild()
        report = run(library, paths or [], page_year=page_year, progress=progress, on_file=_print_file)
    status = library.status()
    err.print(f"{made + report.indexed} papers indexed; the library holds {status.papers}.")
    if report.refused:
        raise typer.Exit(1)


def _print_file(report: FileReport) -> None:
    from footnote.rag.export import printable

    restored = f"{len(report.restored)} brought back, " if report.restored else ""
    err.print(
        Text(
            f"{printable(report.file)}: {report.listings} listings, {report.new_papers} new papers, "
            f"{restored}{len(report.refused)} refused"
        )
    )
    for error in report.refused:
        err.print(Text(f"  {printable(str(error))}", style="red"))


def remove(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID…", help="As `footnote search … --json` shows them.")
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Bring removed papers back as they were.")] = False,
) -> None:
    """Take papers out of the library; nothing of them is lost, so --undo brings them back."""
    from footnote.rag.export import printable, reference
    from footnote.rag.opening import library_of

    settings = load_settings()
    with library_bar(settings.library) as progress:
        library = library_of(settings, progress=progress)
        changed = library.restore(ids, progress) if undo else library.remove(ids)
    for paper in changed:
        err.print(
            Text(f"{'brought back' if undo else 'removed'} {printable(f'{paper.id}: {reference(paper)}')}")
        )
    err.print(f"The library holds {library.status().papers} papers.")
    if not undo:
        command = shlex.join(["footnote", "remove", "--undo", "--", *(paper.id for paper in changed)])
        err.print(Text(f"To undo: {printable(command)}"))


def status(as_json: Json = False) -> None:
    """Show what the library holds and how questions are answered."""
    with open_assistant() as assistant:
        facts = {**asdict(assistant.status()), "mode": assistant.mode, "model": assistant.model}
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        out.print(Text(f"{name:9} {'–' if value is None else value}"))
