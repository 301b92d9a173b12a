"""Composition root: the `footnote` command. It wires and prints; deciding is done elsewhere."""

from __future__ import annotations

import io
import json
import logging
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from footnote.eval.commands.evaluate import app as eval_app
from footnote.eval.commands.evaluate import bench_app
from footnote.eval.commands.feedback import feedback_app
from footnote.eval.commands.verify import verify
from footnote.rag.filters import FiltersError, none_pass, read_filters
from footnote.rag.settings import load_settings
from footnote.store.errors import FootnoteError

if TYPE_CHECKING:
    from footnote.rag.assistant import Assistant
    from footnote.store.filters import Filters

app = typer.Typer(
    help="Answers from a library of paper abstracts, every sentence footnoted to verbatim words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(eval_app, name="eval")
app.add_typer(bench_app, name="bench")
app.add_typer(feedback_app, name="feedback")
app.command()(verify)

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Mode = Annotated[str | None, typer.Option(help="auto, extractive or llm; default: FOOTNOTE_MODE.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Papers from then on: 2023, 2023-05, …")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Papers up to then, that day included.")]
Page = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Papers that this page lists; may be repeated.")
]
Only = Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this paper; may be repeated.")]
Exclude = Annotated[list[str] | None, typer.Option(metavar="ID", help="Not this paper; may be repeated.")]
_OPTIONS = {
    "since": "--since",
    "until": "--until",
    "pages": "--page",
    "only": "--only",
    "exclude": "--exclude",
}


@contextmanager
def _indexing() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, shown from the first report of progress on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as shown:
        task = shown.add_task("Indexing", total=None, visible=False)

        def report(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total, visible=True)

        yield report


def _assistant(**overrides: Any) -> Assistant:
    from footnote.rag.assistant import Assistant

    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    with _indexing() as progress:
        return Assistant(settings, progress=progress)


def _filters(
    since: str | None,
    until: str | None,
    page: list[str] | None,
    only: list[str] | None,
    exclude: list[str] | None,
) -> Filters:
    given = {"since": since, "until": until, "pages": page, "only": only, "exclude": exclude}
    return read_filters(**{name: value for name, value in given.items() if value not in (None, [])})


def _print_json(data: object) -> None:
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    sys.stdout.write(json.dumps(data, ensure_ascii=not unicode, indent=2) + "\n")


@app.command()
def ask(
    question: str,
    as_json: Json = False,
    mode: Mode = None,
    since: Since = None,
    until: Until = None,
    page: Page = None,
    only: Only = None,
    exclude: Exclude = None,
) -> None:
    """Answer a question from the library, with footnotes."""
    filters = _filters(since, until, page, only, exclude)
    answer = _assistant(mode=mode).ask(question, filters=filters)
    if as_json:
        _print_json(answer.model_dump(mode="json"))
    else:
        out.print(Text(str(answer)))


@app.command()
def search(
    question: str,
    k: Annotated[int, typer.Option("--k", "-k", min=1, max=1000, help="Papers to list.")] = 10,
    as_json: Json = False,
    since: Since = None,
    until: Until = None,
    page: Page = None,
    only: Only = None,
    exclude: Exclude = None,
) -> None:
    """List the papers that fit a question best, with both parts of their scores."""
    from footnote.rag.export import printable, reference
    from footnote.rag.retrieval.as_json import found_papers

    filters = _filters(since, until, page, only, exclude)
    assistant = _assistant()
    found = assistant.search(question, k, filters=filters)
    told = none_pass(filters, assistant.library) if filters and not found.hits else ()
    for why in told:
        err.print(Text(printable(why)))
    if as_json:
        _print_json(found_papers(found, told).model_dump(mode="json"))
        return
    table = Table("", "paper", "score", "dense", "lexical")
    for rank, hit in enumerate(found.hits, start=1):
        parts = [f"{x:.3f}" if x is not None else "–" for x in (hit.score, hit.dense, hit.lexical)]
        table.add_row(str(rank), Text(printable(reference(hit.paper))), *parts)
    out.print(table)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders of papers.")] = None,
    page_year: Annotated[
        int | None, typer.Option(min=1900, max=2200, help="Year of dates that a page gives without one.")
    ] = None,
    rebuild: Annotated[bool, typer.Option(help="Make both indexes anew from the catalog.")] = False,
) -> None:
    """Add papers to the library; with no path, finish what an earlier run left."""
    from footnote.rag.export import printable
    from footnote.rag.opening import embedder_of, library_of
    from footnote.store.catalog import is_fresh
    from footnote.store.ingest import FileReport
    from footnote.store.ingest import ingest as run
    from footnote.store.library import Library
    from footnote.store.readers import find_files

    settings = load_settings()
    folder = settings.library
    find_files(paths or [])  # a path that doesn't exist is told of before a library is made
    fresh = is_fresh(folder)
    if fresh and not paths:
        with _indexing() as progress:
            library = library_of(settings, progress=progress)
        made = library.status().papers
    else:
        if fresh:
            told = f"starting a new library in {folder}; the papers that ship are not in it"
            err.print(Text(printable(told)))
        library, made = Library(folder, embedder_of(settings)), 0

    def tell(report: FileReport) -> None:
        err.print(
            Text(
                f"{printable(report.file)}: {report.listings} listings, {report.new_papers} new papers, "
                + (f"{len(report.restored)} brought back, " if report.restored else "")
                + f"{len(report.refused)} refused"
            )
        )
        for error in report.refused:
            err.print(Text(f"  {printable(str(error))}", style="red"))

    with _indexing() as progress:
        if rebuild:
            with library.writing():
                library.rebuild()
        report = run(library, paths or [], page_year=page_year, progress=progress, on_file=tell)
    status = library.status()
    err.print(f"{made + report.indexed} papers indexed; the library holds {status.papers}.")
    if report.refused:
        raise typer.Exit(1)


@app.command()
def remove(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID…", help="As `footnote search … --json` shows them.")
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Bring removed papers back as they were.")] = False,
) -> None:
    """Take papers out of the library; nothing of them is lost, so --undo brings them back."""
    from footnote.rag.export import printable, reference
    from footnote.rag.opening import library_of

    with _indexing() as progress:
        library = library_of(load_settings(), progress=progress)
        changed = library.restore(ids, progress) if undo else library.remove(ids)
    for paper in changed:
        err.print(
            Text(f"{'brought back' if undo else 'removed'} {printable(f'{paper.id}: {reference(paper)}')}")
        )
    err.print(f"The library holds {library.status().papers} papers.")
    if not undo:
        again = shlex.join(["footnote", "remove", "--undo", "--", *(paper.id for paper in changed)])
        err.print(Text(f"To undo: {printable(again)}"))


@app.command()
def status(as_json: Json = False) -> None:
    """Tell what the library holds and how questions are answered."""
    assistant = _assistant()
    facts = {**asdict(assistant.status()), "mode": assistant.mode, "model": assistant.model}
    if as_json:
        _print_json(facts)
        return
    for name, value in facts.items():
        out.print(Text(f"{name:9} {'–' if value is None else value}"))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    mode: Mode = None,
    mcp: Annotated[
        bool | None, typer.Option(help="Serve tools by MCP, too; default: where the extra is installed.")
    ] = None,
) -> None:
    """Serve the page; takes the next free port if the wanted one is taken, and says so."""
    assistant = _assistant(host=host, port=port, mode=mode)
    from footnote.ui.serving import serve as serve_page  # Gradio takes seconds to import

    settings = assistant.settings
    serve_page(
        assistant,
        host=settings.host,
        port=settings.port,
        on_ready=lambda line: err.print(line),
        with_mcp=mcp,
    )


@app.command()
def mcp(mode: Mode = None) -> None:
    """Serve ask, search and paper to an MCP client, on standard input and output."""
    from footnote.ui.api.mcp import check_installed, serve_stdio

    check_installed()
    serve_stdio(_assistant(mode=mode))


def main() -> None:
    """The `footnote` command: errors made for people go to standard error, with exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode shows the rest
    try:
        app()
    except FiltersError as error:
        _fail(f"{_OPTIONS[error.field]}: {error.problem}")
    except FootnoteError as error:
        _fail(str(error))
    except OSError as error:
        home = load_settings().home
        if not _concerns(home, error):
            raise
        reason = error.strerror or type(error).__name__
        _fail(f"FOOTNOTE_HOME ({home}) can't be used: {reason}; set it to a folder that you may write to")


def _concerns(home: Path, error: OSError) -> bool:
    """Whether the file that an error names is the home, in it, or a folder that it is to be in."""
    if not isinstance(error.filename, str | bytes):
        return False
    file = Path(os.fsdecode(error.filename))
    return file.is_relative_to(home) or home.is_relative_to(file)


def _fail(told: str) -> NoReturn:
    from footnote.rag.export import printable

    err.print(Text(f"footnote: {printable(told)}", style="red"))
    sys.exit(1)


if __name__ == "__main__":
    main()
