"""`footnote ingest`, `remove`, `batches`, `undo`, `retractions` and `status`: what the library holds."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from footnote.console import Json, bars, err, out, print_json
from footnote.rag.settings import load_settings
from footnote.ui.terminal.options import library_bar, open_assistant

if TYPE_CHECKING:
    from footnote.store.ingest import FileReport, IngestReport

_REFUSED_SHOWN = 20
_TITLES_SHOWN = 10


def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders of papers.")] = None,
    page_year: Annotated[
        int | None, typer.Option(min=1900, max=2200, help="Year of dates that a page gives without one.")
    ] = None,
    rebuild: Annotated[bool, typer.Option(help="Make both indexes again from the catalog.")] = False,
    columns: Annotated[
        str | None,
        typer.Option(metavar="FIELD=HEADER,…", help="Columns of a table: title=Name,abstract=Summary."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what the files hold and would change; write nothing.")
    ] = False,
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
        if fresh and dry_run:
            scratch = TemporaryDirectory()  # deleted when the command ends
            folder = Path(scratch.name)
        elif fresh:
            message = f"starting a new library in {folder}; the papers that ship are not in it"
            err.print(Text(printable(message)))
        library, made = Library(folder, embedder_of(settings), server=settings.chroma_server), 0
    with bars("Reading", "Indexing") as (reading, progress):
        if rebuild and not dry_run:
            with library.writing():
                library.rebuild()
        report = run(
            library,
            paths or [],
            page_year=page_year,
            columns=_columns(columns),
            dry_run=dry_run,
            progress=progress,
            on_read=reading,
            on_file=_print_file,
        )
    if dry_run:
        _print_preview(report)
    else:
        err.print(f"{made + report.indexed} papers indexed; the library holds {library.status().papers}.")
        for paper, reason in report.set_aside.items():
            err.print(Text(f"set aside {printable(f'{paper}: {reason}')}", style="red"))
        if report.batch is not None:
            err.print(f"To undo: footnote undo {report.batch}")
    if report.refused:
        raise typer.Exit(1)


def _columns(given: str | None) -> dict[str, str]:
    pairs = [part.partition("=") for part in (given or "").split(",") if part.strip()]
    if wrong := [field for field, _, header in pairs if not (field.strip() and header.strip())]:
        raise typer.BadParameter(f"{wrong[0]!r}: write FIELD=HEADER, as in title=Name,abstract=Summary")
    return {field.strip(): header.strip() for field, _, header in pairs}


def _print_file(report: FileReport) -> None:
    from footnote.rag.export import printable

    counts = [
        (len(report.restored), "brought back"),
        (len(report.changed), "changed"),
        (len(report.merged), "known"),
        (report.titles, "without an abstract left out"),
    ]
    more = "".join(f"{count} {words}, " for count, words in counts if count)
    line = f"{report.file}: {report.listings} listings, {report.new_papers} new papers, {more}"
    err.print(Text(f"{printable(line)}{report.refused_count} refused"))
    for error in report.refused[:_REFUSED_SHOWN]:
        err.print(Text(f"  {printable(str(error))}", style="red"))
    if (hidden := report.refused_count - _REFUSED_SHOWN) > 0:
        err.print(Text(f"  and {hidden} more", style="red"))
    for name, count in report.warnings.items():
        err.print(Text(f"  {printable(name)} left out of {count} records"))


def _print_preview(report: IngestReport) -> None:
    from footnote.rag.export import printable

    titles = [title for file in report.files for title in file.first_titles][:_TITLES_SHOWN]
    for title in titles:
        err.print(Text(f"  + {printable(title)}"))
    new = sum(file.new_papers for file in report.files)
    if new > len(titles):
        err.print(f"  and {new - len(titles)} more")
    err.print("Nothing was written (--dry-run).")


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


def batches(as_json: Json = False) -> None:
    """List what was added, changed and removed, batch by batch, the newest first."""
    from footnote.rag.export import printable
    from footnote.rag.opening import library_of

    settings = load_settings()
    with library_bar(settings.library) as progress:
        listed = library_of(settings, progress=progress).batches()
    if as_json:
        print_json([asdict(batch) for batch in listed])
        return
    for batch in listed:
        kinds = ("added", "changed", "restored", "removed")
        counts = ", ".join(f"{count} {kind}" for kind in kinds if (count := getattr(batch, kind)))
        undone = f", undone {batch.undone[:16]}" if batch.undone else ""
        files = f": {', '.join(batch.files)}" if batch.files else ""
        what = f"{batch.kind}, {'command line' if batch.owner is None else 'page'}{files}"
        line = f"{batch.number:>4}  {batch.began[:16]}  {what} ({counts or 'no paper'}{undone})"
        out.print(Text(printable(line)))


def undo(
    number: Annotated[int, typer.Argument(metavar="BATCH", help="As `footnote batches` shows it.")],
) -> None:
    """Undo a batch: papers that it added go, and what it changed is as it was before."""
    from footnote.rag.opening import library_of

    settings = load_settings()
    with library_bar(settings.library) as progress:
        library = library_of(settings, progress=progress)
        library.undo(number, progress=progress)
    err.print(f"Batch {number} is undone; the library holds {library.status().papers} papers.")


def retractions(
    file: Annotated[Path, typer.Argument(help="The CSV file that Retraction Watch publishes.")],
) -> None:
    """Mark the library's papers that a list of retractions names, by DOI or PubMed id."""
    from footnote.rag.export import printable, reference
    from footnote.rag.opening import library_of

    settings = load_settings()
    with library_bar(settings.library) as progress:
        library = library_of(settings, progress=progress)
        report = library.mark_retractions(file)
    for entry in library.catalog.get(report.marked).values():
        err.print(Text(printable(f"{entry.paper.id}: {reference(entry.paper)} – {entry.paper.retraction}")))
    err.print(f"{report.listed} retractions read, {len(report.marked)} papers marked.")
    if report.batch is not None:
        err.print(f"To undo: footnote undo {report.batch}")


def status(as_json: Json = False) -> None:
    """Show what the library holds and how questions are answered."""
    from footnote.rag.export import printable

    with open_assistant() as assistant:
        facts = {**asdict(assistant.status()), "mode": assistant.mode, "model": assistant.model}
    if as_json:
        print_json(facts)
        return
    set_aside = facts.pop("set_aside")
    for name, value in facts.items():
        out.print(Text(f"{name:9} {'–' if value is None else value}"))
    for paper in set_aside:
        out.print(Text(f"set aside {printable(paper)}"))
