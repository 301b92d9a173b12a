"""The requests of the tab "Library" to the server, parsed from untrusted JSON of the browser.

Each has a `number`, because Gradio doesn't send a value that equals the one before it.
"""

from __future__ import annotations

import logging
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from footnote.store.contents import SortBy
from footnote.store.filters import MAX_IDS
from footnote.store.papers import Frozen

log = logging.getLogger(__name__)

Read = TypeVar("Read")
MAX_CHARS = 2_000_000
Id = Annotated[str, Field(max_length=200)]


class OpenPaper(Frozen):
    """Show this paper's page."""

    do: Literal["open"]
    number: int
    paper: Id


class SortTable(Frozen):
    """Sort the table by this column; if it already is, reverse the order."""

    do: Literal["sort"]
    number: int
    by: SortBy


class PageTable(Frozen):
    """Show the page of the table with this row."""

    do: Literal["page"]
    number: int
    offset: Annotated[int, Field(ge=0, le=100_000_000)]


LibraryRequest = OpenPaper | SortTable | PageTable
_CHOSEN: TypeAdapter[list[str]] = TypeAdapter(Annotated[list[Id], Field(max_length=MAX_IDS)])
_REQUEST: TypeAdapter[LibraryRequest] = TypeAdapter(Annotated[LibraryRequest, Field(discriminator="do")])


def read(text: str | None) -> LibraryRequest | None:
    """The request in `text`; None, with a line in the log, if it is invalid."""
    return _read(_REQUEST, text)


def read_chosen(text: str | None) -> list[str] | None:
    """The ids of all selected papers; None as for `read`."""
    return _read(_CHOSEN, text)


def _read(kind: TypeAdapter[Read], text: str | None) -> Read | None:
    if text is None or len(text) > MAX_CHARS:
        log.warning("a browser sent %s instead of a request", "nothing" if text is None else "too much")
        return None
    try:
        return kind.validate_json(text)
    except ValidationError as error:
        log.warning("a browser sent an invalid request: %s", error.errors()[0]["msg"])
        return None
