"""`footnote bench load`: options in, a table or JSON out; the rest is elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from footnote.console import Json, bar, print_json


def load(
    readers: Annotated[int, typer.Option(min=1, max=60, help="Readers at once.")] = 20,
    turns: Annotated[int, typer.Option(min=1, help="Questions of each, one after the other.")] = 3,
    url: Annotated[
        str | None, typer.Option(help="A page that is served; default: one of its own.", metavar="URL")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let many readers ask at once, over HTTP as browsers do, and measure how long a whole answer takes.

    The page of its own is served in quoting mode, over the papers that ship, from FOOTNOTE_HOME/eval/load.
    Exit code 1 where an answer failed, or came to somebody else's question.
    """
    from footnote.eval.benchmarks import load as loading
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.rag.settings import load_settings
    from footnote.store.ingest import open_library

    questions = [one.question for one in read_questions(SHIPPED).questions]
    with ExitStack() as stack:
        if url is None:
            home = load_settings().home / "eval" / "load"
            with bar("Indexing") as progress:
                open_library(home / "library", progress=progress).close()
            url = stack.enter_context(loading.own_server(home))
        record = asyncio.run(loading.load(url.rstrip("/") + "/", questions, readers=readers, turns=turns))
    if as_json:
        print_json(asdict(record))
    else:
        table = Table("measure", "value", title=f"{readers} readers at once, {turns} questions each")
        for label, value in (
            ("whole answers", str(record.answers)),
            ("median, s", _seconds(record.p50)),
            ("95th percentile, s", _seconds(record.p95)),
            ("longest, s", _seconds(record.longest)),
            ("95th percentile until the page is quiet, s", _seconds(record.settled_p95)),
            ("answers to another's question", str(record.wrong)),
            ("errors", str(record.failed)),
            ("cores", str(record.cores)),
        ):
            table.add_row(label, value)
        Console().print(table, *record.errors[:5], sep="\n")
    if record.failed or record.wrong:
        raise typer.Exit(1)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
