"""What the library's room asks of the server: read from the browser's words, which nobody vouches for.

Each wish has a `number`, for two alike in a row would be one to Gradio.
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


class Open(Frozen):
    """This paper's page."""

    do: Literal["open"]
    number: int
    paper: Id


class Sort(Frozen):
    """The table by this column; again: the other way round."""

    do: Literal["sort"]
    number: int
    by: SortBy


class Turn(Frozen):
    """The table from this row on."""

    do: Literal["turn"]
    number: int
    offset: Annotated[int, Field(ge=0, le=100_000_000)]


Wish = Open | Sort | Turn
_CHOSEN: TypeAdapter[list[str]] = TypeAdapter(Annotated[list[Id], Field(max_length=MAX_IDS)])
_WISHES: TypeAdapter[Wish] = TypeAdapter(Annotated[Wish, Field(discriminator="do")])


def read(text: str | None) -> Wish | None:
    """The wish in `text`; None, with a line in the log, for what is none."""
    return _read(_WISHES, text)


def read_chosen(text: str | None) -> list[str] | None:
    """The ids of all papers that are chosen; None as `read`."""
    return _read(_CHOSEN, text)


def _read(kind: TypeAdapter[Read], text: str | None) -> Read | None:
    if text is None or len(text) > MAX_CHARS:
        log.warning("a browser sent %s instead of a wish", "nothing" if text is None else "too much")
        return None
    try:
        return kind.validate_json(text)
    except ValidationError as error:
        log.warning("a browser sent what is no wish: %s", error.errors()[0]["msg"])
        return None
