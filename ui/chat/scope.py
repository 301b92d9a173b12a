"""The scope of a question on the page: dates, pages that list a paper, authors, venues, single papers."""

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
from footnote.ui.chat import scope_text
from footnote.ui.components import html
from footnote.ui.escape import replace_surrogates

if TYPE_CHECKING:
    from footnote.store.library import Library

MAX_PAGES_LISTED = 500
CONTROLS = 6
"""The number of controls, and of the values that `read` takes."""
_BETWEEN = ";"
_REQUEST = TypeAdapter(tuple[int, Annotated[str, Field(max_length=200)]])


class ScopeError(FootnoteError):
    """The scope that a reader set can't be used. The text is for the reader."""


@dataclass(frozen=True)
class Scope:
    """The controls, in the order in which `read` takes their values, and the chips that show the scope."""

    controls: Sequence[gr.Textbox | gr.Dropdown]
    row: gr.Row
    chips: gr.Markdown
    clear: gr.Button

    @property
    def pages(self) -> gr.Textbox | gr.Dropdown:
        """The control for the pages that list a paper."""
        return self.controls[2]

    @property
    def only(self) -> gr.Textbox | gr.Dropdown:
        """The control for single papers."""
        return self.controls[3]

    @property
    def chip_outputs(self) -> list[Any]:
        """The components that take the values of `summary`."""
        return [self.row, self.chips]

    @property
    def outputs(self) -> list[Any]:
        """The components that take the values of `cleared` and `about`."""
        return [*self.controls, *self.chip_outputs]


class Remaining(NamedTuple):
    """A scope without removed papers. gone: how many of its papers the library no longer has."""

    filters: Filters | None
    gone: int

    @property
    def left(self) -> int:
        """How many of the selected papers the library still has."""
        return len(self.filters.only or ()) if self.filters else 0


def chip_row() -> tuple[gr.Row, gr.Markdown, gr.Button]:
    """The row of chips above the question box, hidden while there is no scope."""
    with gr.Row(visible=False, elem_id="fn-scope-row") as row:
        chips = html(elem_id="fn-chips")
        clear = gr.Button(strings.SCOPE_CLEAR, size="sm", scale=0, min_width=0, elem_id="fn-scope-clear")
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
        gr.Textbox(
            label=strings.AUTHORS,
            placeholder=strings.AUTHORS_PLACEHOLDER,
            max_length=400,
            elem_id="fn-authors",
        ),
        gr.Textbox(
            label=strings.VENUES, placeholder=strings.VENUES_PLACEHOLDER, max_length=400, elem_id="fn-venues"
        ),
    ]


def read(values: Sequence[Any]) -> Filters | None:
    """The filters that the controls are set to; None if they are empty. Raises ScopeError."""
    since, until, pages, papers, authors, venues = values
    given = {
        "since": (since or "").strip(),
        "until": (until or "").strip(),
        "pages": tuple(replace_surrogates(str(page)) for page in pages or ()),
        "only": tuple(replace_surrogates(str(paper)) for paper in papers or ()),
        "authors": _names(authors),
        "venues": _names(venues),
    }
    try:
        return read_filters(**{name: value for name, value in given.items() if value}) or None
    except FiltersError as error:
        raise ScopeError(scope_text.describe(error, given)) from None


def _names(text: str | None) -> tuple[str, ...]:
    """The names in a control, which are separated by semicolons."""
    return tuple(name for part in replace_surrogates(text or "").split(_BETWEEN) if (name := part.strip()))


def without_removed(library: Library, filters: Filters | None) -> Remaining:
    """The scope without the papers that were removed from the library since they were selected."""
    if filters is None or not filters.only:
        return Remaining(filters, 0)
    known = contents.heads(library.catalog, filters.only)
    left = tuple(ident for ident in filters.only if ident in known)
    gone = len(filters.only) - len(left)
    return Remaining(filters.model_copy(update={"only": left or None}) or None, gone)


def pages(library: Library) -> dict[str, Any]:
    """An update of the list of pages."""
    names = library.catalog.pages()[:MAX_PAGES_LISTED]
    return gr.update(choices=[(replace_surrogates(name), name) for name in names])


def summary(library: Library, *values: Any) -> list[Any]:
    """The chips for the values of the controls, as values of `Scope.chip_outputs`."""
    try:
        filters = read(values)
    except ScopeError as error:
        return _chip_update(scope_text.broken_chip(str(error)))
    few = filters.only if filters and filters.only and len(filters.only) == 1 else ()
    return _chip_update(scope_text.chips(filters, [title for title, _ in _titles(library, few)]))


def about(library: Library, ids: Sequence[str]) -> list[Any]:
    """A scope of these papers only, for "Ask about these", as values of `Scope.outputs`."""
    titles = _titles(library, ids)
    papers = [ident for _, ident in titles]
    chosen = gr.update(choices=titles, value=papers)
    return ["", "", [], chosen, "", "", *summary(library, "", "", [], papers, "", "")]


def narrowed(library: Library, filters: Filters | None) -> list[Any]:
    """The selected papers that remain, and the chips, as values of `Scope.only` and `Scope.chip_outputs`."""
    filters = filters or Filters()
    titles = _titles(library, filters.only or ())
    papers = [ident for _, ident in titles]
    names = (f"{_BETWEEN} ".join(filters.authors), f"{_BETWEEN} ".join(filters.venues))
    values = (filters.since, filters.until, filters.pages, papers, *names)
    return [gr.update(choices=titles, value=papers), *summary(library, *values)]


def cleared() -> list[Any]:
    """An empty scope, as values of `Scope.outputs`."""
    return ["", "", [], gr.update(choices=[], value=[]), "", "", *_chip_update("")]


def requested_paper(text: str | None) -> list[str]:
    """The paper's id in a request of `page.js` ("Ask about this paper"); empty if the request is invalid."""
    try:
        return [_REQUEST.validate_json(text or "", strict=True)[1]]
    except ValidationError:
        return []


def _titles(library: Library, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Title and id of each paper that the library has, in order."""
    heads = contents.heads(library.catalog, ids)
    return [
        (scope_text.short(plain_text(heads[ident].title)), ident)
        for ident in dict.fromkeys(ids)
        if ident in heads
    ]


def _chip_update(chips: str) -> list[Any]:
    return [gr.update(visible=bool(chips)), chips]
