"""The scope of a question on the page: from when, from which pages, which papers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.components import Component

from rag.filters import read_filters
from store.filters import Filters
from ui import strings
from ui.escape import sound

if TYPE_CHECKING:
    from store.library import Library

MAX_PAGES_LISTED = 500
MAX_TITLE_CHARS = 80


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


def _short(title: str) -> str:
    return title if len(title) <= MAX_TITLE_CHARS else f"{title[: MAX_TITLE_CHARS - 1]}…"
