"""Options that several commands share, and what they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from footnote.console import Report, bar
from footnote.rag.filters import read_filters
from footnote.rag.settings import load_settings
from footnote.store.catalog import is_fresh

if TYPE_CHECKING:
    from footnote.rag.assistant import Assistant
    from footnote.store.filters import Filters

Mode = Annotated[str | None, typer.Option(help="auto, extractive or llm; default: FOOTNOTE_MODE.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Papers from then on: 2023, 2023-05, …")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Papers up to then, that day included.")]
Page = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Papers that this page lists; may be repeated.")
]
Author = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Papers by this author; may be repeated.")
]
Venue = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Papers of this journal or venue; may be repeated.")
]
Only = Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this paper; may be repeated.")]
Exclude = Annotated[list[str] | None, typer.Option(metavar="ID", help="Not this paper; may be repeated.")]

FILTER_OPTIONS: Final = {
    "since": "--since",
    "until": "--until",
    "pages": "--page",
    "authors": "--author",
    "venues": "--venue",
    "only": "--only",
    "exclude": "--exclude",
}
"""The option of each field of Filters, for messages."""


def filters_of(**given: str | list[str] | None) -> Filters:
    """The filters that the options ask for, by field of Filters. Raises FiltersError."""
    return read_filters(**{name: value for name, value in given.items() if value not in (None, [])})


def open_assistant(**overrides: Any) -> Assistant:
    """The assistant of the environment's settings, changed by the options that were given."""
    from footnote.rag.assistant import Assistant

    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    with library_bar(settings.library) as progress:
        return Assistant(settings, progress=progress)


@contextmanager
def library_bar(folder: Path) -> Iterator[Report]:
    """The bar of what opens the library in `folder`, or adds to it."""
    first = is_fresh(folder)
    label = "Making the library of the papers that ship" if first else "Indexing"
    with bar(label, at_once=first) as report:
        yield report
