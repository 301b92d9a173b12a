"""The scope of a question on the page: from when, from which pages, which papers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import gradio as gr
from pydantic import Field, TypeAdapter, ValidationError

from footnote.rag.filters import FiltersError, read_filters
from footnote.store import contents
from footnote.store.display import plain_text
from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import scope_words
from footnote.ui.escape import sound

if TYPE_CHECKING:
    from footnote.store.library import Library

MAX_PAGES_LISTED = 500
CONTROLS = 4
"""As many values as `read` takes."""
_WISH = TypeAdapter(tuple[int, Annotated[str, Field(max_length=200)]])


class ScopeError(FootnoteError):
    """The scope that a reader set can't be used; says so in words for them."""


@dataclass(frozen=True)
class Scope:
    """The controls, in the order that `read` takes their values, and the chips that say what is set."""

    controls: Sequence[gr.Textbox | gr.Dropdown]
    row: gr.Row
    chips: gr.Markdown
    clear: gr.Button

    @property
    def pages(self) -> gr.Textbox | gr.Dropdown:
        """Which pages must list a paper."""
        return self.controls[2]

    @property
    def only(self) -> gr.Textbox | gr.Dropdown:
        """The papers that are chosen."""
        return self.controls[3]

    @property
    def said(self) -> list[Any]:
        """What `summary` is shown in."""
        return [self.row, self.chips]

    @property
    def shown(self) -> list[Any]:
        """What `cleared` and `about` set."""
        return [*self.controls, *self.said]


class Present(NamedTuple):
    """A scope as far as the library has its papers. gone: how many were chosen and are no longer there."""

    filters: Filters | None
    gone: int

    @property
    def left(self) -> int:
        """How many of the chosen papers are still there."""
        return len(self.filters.only or ()) if self.filters else 0


def chip_row() -> tuple[gr.Row, gr.Markdown, gr.Button]:
    """Where the scope is said, hidden while there is none."""
    with gr.Row(visible=False, elem_id="fn-scoped") as row:
        chips = gr.Markdown("", elem_id="fn-chips", latex_delimiters=[], container=False)
        clear = gr.Button(strings.SCOPE_CLEAR, size="sm", scale=0, min_width=0, elem_id="fn-unscope")
    return row, chips, clear


def controls() -> list[gr.Textbox | gr.Dropdown]:
    """The controls, empty."""
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
    """The filters that the controls make; None where they are empty. Raises ScopeError."""
    since, until, pages, papers = values
    given = {
        "since": (since or "").strip(),
        "until": (until or "").strip(),
        "pages": tuple(sound(str(page)) for page in pages or ()),
        "only": tuple(sound(str(paper)) for paper in papers or ()),
    }
    try:
        return read_filters(**{name: value for name, value in given.items() if value}) or None
    except FiltersError as error:
        raise ScopeError(scope_words.told(error, given)) from None


def present(library: Library, filters: Filters | None) -> Present:
    """The scope without the papers that were removed since they were chosen."""
    if filters is None or not filters.only:
        return Present(filters, 0)
    known = contents.heads(library.catalog, filters.only)
    left = tuple(ident for ident in filters.only if ident in known)
    gone = len(filters.only) - len(left)
    return Present(filters.model_copy(update={"only": left or None}) or None, gone)


def pages(library: Library) -> dict[str, Any]:
    """What the list of pages shows now."""
    names = library.catalog.pages()[:MAX_PAGES_LISTED]
    return gr.update(choices=[(sound(name), name) for name in names])


def summary(library: Library, *values: Any) -> list[Any]:
    """The chips for what the controls hold, as values of `Scope.said`."""
    try:
        filters = read(values)
    except ScopeError as error:
        return _said(scope_words.broken_chip(str(error)))
    few = filters.only if filters and filters.only and len(filters.only) == 1 else ()
    return _said(scope_words.chips(filters, [title for title, _ in _titles(library, few)]))


def about(library: Library, ids: Sequence[str]) -> list[Any]:
    """A scope of these papers and nothing else, for "ask about these", as values of `Scope.shown`."""
    titles = _titles(library, ids)
    papers = [ident for _, ident in titles]
    return ["", "", [], gr.update(choices=titles, value=papers), *summary(library, "", "", [], papers)]


def narrowed(library: Library, filters: Filters | None) -> list[Any]:
    """The chosen papers that are left, and the chips, as values of `Scope.only` and `Scope.said`."""
    filters = filters or Filters()
    titles = _titles(library, filters.only or ())
    papers = [ident for _, ident in titles]
    values = (filters.since, filters.until, filters.pages, papers)
    return [gr.update(choices=titles, value=papers), *summary(library, *values)]


def cleared() -> list[Any]:
    """No scope, as values of `Scope.shown`."""
    return ["", "", [], gr.update(choices=[], value=[]), *_said("")]


def wished(text: str | None) -> list[str]:
    """The paper that a reader chose beside an answer, of what `page.js` wrote; none where it isn't that."""
    try:
        return [_WISH.validate_json(text or "", strict=True)[1]]
    except ValidationError:
        return []


def _titles(library: Library, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Title and id of each paper, in order, as far as the library has it."""
    heads = contents.heads(library.catalog, ids)
    return [
        (scope_words.short(plain_text(heads[ident].title)), ident)
        for ident in dict.fromkeys(ids)
        if ident in heads
    ]


def _said(html: str) -> list[Any]:
    return [gr.update(visible=bool(html)), html]
