"""`footnote doctor`, `backup` and `restore`: keeping a library sound."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from footnote.console import Json, bar, err, out, print_json
from footnote.rag.settings import load_settings


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Build again from the catalog what is damaged.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check that catalog, indexes, lens, map and conversations agree; exit code 1 where they don't."""
    from footnote.rag.export import printable
    from footnote.rag.opening import embedder_of
    from footnote.store import doctor as checks

    settings = load_settings()
    embedder = embedder_of(settings)
    if repair:
        with bar("Building again") as progress:
            findings = checks.repair(settings.home, embedder, progress, settings.chroma_server)
    else:
        findings = checks.examine(settings.home, embedder, settings.chroma_server)
    if as_json:
        print_json({"sound": not findings, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            out.print(Text(printable(f"{finding.part}: {finding.problem}. Run: {finding.command}")))
        if not findings:
            out.print(Text(printable(f"{settings.home} is sound.")))
    if findings:
        err.print("Nothing was changed." if not repair else "This could not be repaired.")
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file of that name.")] = False,
) -> None:
    """Write catalog, conversations and feedback into one file; the library may be in use meanwhile."""
    from footnote.store.backup import back_up

    settings = load_settings()
    saved = back_up(settings.home, file, replace=replace)
    err.print(Text(f"{file}: {', '.join(saved)}"))
    if settings.conversations_url:
        err.print("Conversations and feedback are in PostgreSQL: back them up with pg_dump.")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `footnote backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the library and conversations that are there.")
    ] = False,
) -> None:
    """Bring a backup back, and build the indexes again."""
    from footnote.rag.opening import embedder_of
    from footnote.store.backup import restore as run
    from footnote.store.library import Library

    settings = load_settings()
    embedder = embedder_of(settings)
    restored = run(settings.home, file, embedder, replace=replace)
    library = Library(settings.library, embedder, server=settings.chroma_server)
    with bar("Indexing") as progress, library.writing():
        library.index_waiting(progress)
    err.print(
        Text(f"{settings.home}: {', '.join(restored)}; the library holds {library.status().papers} papers.")
    )
