"""`footnote ask` and `footnote search`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from footnote.console import Json, err, out, print_json
from footnote.rag.filters import none_pass
from footnote.ui.terminal.options import (
    Author,
    Exclude,
    Mode,
    Only,
    Page,
    Since,
    Until,
    Venue,
    filters_of,
    open_assistant,
)

if TYPE_CHECKING:
    from footnote.rag.answer import Answer

EXIT_REFUSED: Final = 3
"""The papers don't answer the question: no error, and no answer either."""


class Format(StrEnum):
    """What `footnote ask` prints."""

    text = "text"
    markdown = "markdown"
    json = "json"
    bibtex = "bibtex"
    ris = "ris"
    csl = "csl"


_WRITTEN: Final[dict[Format, Callable[[Answer], str]]] = {
    Format.text: str,
    Format.markdown: lambda answer: answer.to_markdown(),
    Format.bibtex: lambda answer: answer.to_bibtex(),
    Format.ris: lambda answer: answer.to_ris(),
    Format.csl: lambda answer: answer.to_csl(),
}


def ask(
    question: str,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="bibtex, ris, csl: the papers cited.")
    ] = Format.text,
    as_json: Json = False,
    mode: Mode = None,
    since: Since = None,
    until: Until = None,
    page: Page = None,
    author: Author = None,
    venue: Venue = None,
    only: Only = None,
    exclude: Exclude = None,
) -> None:
    """Answer a question from the library, with footnotes.

    Exit code 0: answered, in full or in part, or the closest passages are shown. 3: declined, because the
    papers in the library don't answer it. 1: an error.
    """
    filters = filters_of(
        since=since, until=until, pages=page, authors=author, venues=venue, only=only, exclude=exclude
    )
    with open_assistant(mode=mode) as assistant:
        answer = assistant.ask(question, filters=filters)
    if as_json or output is Format.json:
        print_json(answer.model_dump(mode="json"))
    elif text := _WRITTEN[output](answer):
        out.print(Text(text.removesuffix("\n")))
    if answer.status == "unsupported":
        raise typer.Exit(EXIT_REFUSED)


def search(
    question: str,
    k: Annotated[int, typer.Option("--k", "-k", min=1, max=1000, help="Papers to list.")] = 10,
    as_json: Json = False,
    since: Since = None,
    until: Until = None,
    page: Page = None,
    author: Author = None,
    venue: Venue = None,
    only: Only = None,
    exclude: Exclude = None,
) -> None:
    """List the papers that fit a question best, with both parts of their scores."""
    from footnote.rag.export import printable, reference
    from footnote.rag.retrieval.search_results import search_results

    filters = filters_of(
        since=since, until=until, pages=page, authors=author, venues=venue, only=only, exclude=exclude
    )
    with open_assistant() as assistant:
        found = assistant.search(question, k, filters=filters)
        messages = none_pass(filters, assistant.library) if filters and not found.hits else ()
    for message in messages:
        err.print(Text(printable(message)))
    if as_json:
        print_json(search_results(found, messages).model_dump(mode="json"))
        return
    table = Table("", "paper", "score", "dense", "lexical")
    for rank, hit in enumerate(found.hits, start=1):
        parts = [f"{x:.3f}" if x is not None else "–" for x in (hit.score, hit.dense, hit.lexical)]
        table.add_row(str(rank), Text(printable(reference(hit.paper))), *parts)
    out.print(table)
