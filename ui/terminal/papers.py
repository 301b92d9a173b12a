"""`footnote papers`: the library's papers as a file for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from footnote.ui.terminal.options import (
    Author,
    Exclude,
    Only,
    Page,
    Since,
    Until,
    Venue,
    filters_of,
    open_assistant,
)

if TYPE_CHECKING:
    from footnote.store.filters import Filters
    from footnote.store.library import Library
    from footnote.store.papers import Paper


class PapersFormat(StrEnum):
    """What `footnote papers` prints."""

    jsonl = "jsonl"
    bibtex = "bibtex"
    ris = "ris"
    csl = "csl"


def papers(
    output: Annotated[
        PapersFormat, typer.Option("--format", "-f", help="jsonl: all that is known; csl: CSL-JSON.")
    ] = PapersFormat.jsonl,
    since: Since = None,
    until: Until = None,
    page: Page = None,
    author: Author = None,
    venue: Venue = None,
    only: Only = None,
    exclude: Exclude = None,
) -> None:
    """Print the library's papers for other programs, by order of arrival."""
    from footnote.rag.export.libraries import PAPER_FORMATS
    from footnote.rag.filters import checked_filters

    filters = filters_of(
        since=since, until=until, pages=page, authors=author, venues=venue, only=only, exclude=exclude
    )
    with open_assistant() as assistant:
        library = assistant.library
        for part in PAPER_FORMATS[output.value](_passing(library, checked_filters(filters, library))):
            sys.stdout.write(part)  # not by rich, which would wrap lines


def _passing(library: Library, filters: Filters | None) -> Iterator[Paper]:
    passing = set(library.lexical.passing(filters)) if filters else None
    return (paper for paper in library.catalog.papers() if passing is None or paper.id in passing)
