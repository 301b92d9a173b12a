"""The scope of a question on the page: from when, from which pages, which papers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import gradio as gr
from gradio.components import Component
from pydantic import Field, TypeAdapter, ValidationError

from rag.filters import read_filters
from store.filters import Filters
from ui import strings
from ui.escape import sound

if TYPE_CHECKING:
    from store.library import Library

MAX_PAGES_LISTED = 500
MAX_TITLE_CHARS = 80
_WISH = TypeAdapter(tuple[int, Annotated[str, Field(max_length=200)]])


def controls() -> list[Component]:
    """The controls, empty, in the order that `read` takes their values."""
    return [
        gr.Textbox(
            label=strings.SINCE, placeholder=strings.DATE_PLACEHOLDER, max_length=10, elem_id="fn-since"
        ),
        gr.Textbox(
            label=strings.UNTIL, placeholder=strings.DATE_PLACEHOLDER, max_length=10, elem_id="fn-until"
        ),
        gr.Dropdown([], value=[], multiselect=True, label=strings.PAGES, elem_id="fn-pages"),
        gr.Dropdown(
            [],
            value=[],
            multiselect=True,
            label=strings.ONLY_PAPERS,
            elem_id="fn-only",
            allow_custom_value=True,
        ),
    ]


def read(values: Sequence[Any]) -> Filters | None:
    """The filters that the controls make; None where they are empty. Raises FiltersError."""
    since, until, pages, papers = values
    given = {
        "since": (since or "").strip(),
        "until": (until or "").strip(),
        "pages": tuple(map(str, pages or ())),
        "only": tuple(map(str, papers or ())),
    }
    return read_filters(**{name: value for name, value in given.items() if value}) or None


def pages(library: Library) -> dict[str, Any]:
    """What the list of pages shows now."""
    names = library.catalog.pages()[:MAX_PAGES_LISTED]
    return gr.update(choices=[(sound(name), name) for name in names])


def chosen(library: Library, ids: Sequence[str]) -> dict[str, Any]:
    """The list of papers with these in it, for "ask about these"."""
    found = library.catalog.get(list(dict.fromkeys(ids)))
    titles = [(_short(sound(entry.paper.display_title)), ident) for ident, entry in found.items()]
    return gr.update(choices=titles, value=[ident for _, ident in titles])


def wished(text: str | None) -> list[str]:
    """The paper that a reader chose beside an answer, of what `page.js` wrote; none where it isn't that."""
    try:
        return [_WISH.validate_json(text or "", strict=True)[1]]
    except ValidationError:
        return []


def _short(title: str) -> str:
    return title if len(title) <= MAX_TITLE_CHARS else f"{title[: MAX_TITLE_CHARS - 1]}…"
