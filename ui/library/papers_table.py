"""The table of papers and the list of selected papers. Pure: rows in, safe HTML out, as in `ui.chat.render`.

Not Gradio's own table: after sorting, that doesn't report which paper a row is, and screen readers don't
recognise it as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from footnote.rag.export import readable_date
from footnote.store.contents import PaperRow, SortBy
from footnote.store.display import plain_text
from footnote.ui import strings
from footnote.ui.escape import encode, replace_surrogates
from footnote.ui.links import retracted

ROWS = 25
CHOSEN_SHOWN = 6
_DESCENDING: tuple[SortBy, ...] = ("date", "pages", "cited")
"""Columns that are first sorted in descending order."""


@dataclass(frozen=True)
class TableView:
    """What the table shows: search words, sorting and page. sort: None for the order of the search."""

    words: str = ""
    sort: SortBy | None = "date"
    descending: bool = True
    offset: int = 0

    def sorted_by(self, column: SortBy) -> TableView:
        """The first page, sorted by this column; in reverse if it already is."""
        descending = not self.descending if column == self.sort else column in _DESCENDING
        return replace(self, sort=column, descending=descending, offset=0)

    def paged(self, offset: int) -> TableView:
        """The page that contains the row `offset`."""
        return replace(self, offset=offset - offset % ROWS)

    def searched(self, words: str) -> TableView:
        """The first page of the papers with `words`; without words, of all papers, the newest first."""
        words = " ".join(words.split())
        return TableView(words, None) if words else TableView()


def table_html(
    rows: Sequence[PaperRow], view: TableView, total: int, *, bounded: bool = False, like: Sequence[str] = ()
) -> str:
    """One page of the table.

    total: the number of all rows. bounded: whether the search has more results. like: names of authors and
    venues that are spelt like what was searched for in vain.
    """
    if not rows:
        reason = strings.PAPERS_NOT_FOUND if view.words else strings.PAPERS_NONE
        if like:
            reason = f"{reason} {strings.PAPERS_LIKE.format(names=strings.OR.join(like))}"
        return f'<p class="fn-empty">{encode(reason)}</p>'
    head = "".join(_head(column, view) for column in strings.COLUMNS)
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="fn-listing"><table class="fn-papers"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{_foot(rows, view, total, bounded=bounded)}</div>"
    )


def chosen_html(titles: Sequence[tuple[str, str]]) -> str:
    """The selected papers. titles: id and title of each."""
    if not titles:
        return f'<p class="fn-empty">{encode(strings.CHOSEN_NONE)}</p>'
    count = len(titles)
    head = strings.CHOSEN_ONE if count == 1 else strings.CHOSEN.format(count=f"{count:,}")
    items = "".join(f"<li>{link(ident, title)}</li>" for ident, title in titles[:CHOSEN_SHOWN])
    if count > CHOSEN_SHOWN:
        items += f"<li>{encode(strings.CHOSEN_MORE.format(count=f'{count - CHOSEN_SHOWN:,}'))}</li>"
    return (
        f'<div class="fn-chosen-head"><h3>{encode(head)}</h3>'
        f'<button type="button" class="fn-clear">{encode(strings.CLEAR)}</button></div>'
        f'<ul class="fn-chosen-list">{items}</ul>'
    )


def link(ident: str, title: str) -> str:
    """A link that opens a paper's page."""
    href = encode("#open=" + quote(replace_surrogates(ident), safe=""))
    return f'<a class="fn-to-paper" href="{href}"><bdi>{encode(plain_text(title))}</bdi></a>'


def _head(column: str, view: TableView) -> str:
    name = strings.COLUMNS[column]
    arrow, order = "", ""
    if column == view.sort:
        arrow = f" <span>{'↓' if view.descending else '↑'}</span>"
        order = f" fn-sorted-{'descending' if view.descending else 'ascending'}"
    tip = encode(strings.SORT_TIP.format(column=name))
    button = (
        f'<button type="button" class="fn-sort" value="{column}" title="{tip}">{encode(name)}{arrow}</button>'
    )
    return f'<th scope="col" class="fn-col-{column}{order}">{button}</th>'


def _row(row: PaperRow) -> str:
    title = plain_text(row.title)
    tip = encode(strings.CHOOSE_PAPER.format(title=title))
    date = readable_date(row.date) if row.date else strings.NO_DATE
    cited = strings.TIMES.format(count=row.cited) if row.cited else "–"
    named = f"{retracted(row.retraction)}{link(row.id, title)}{_by(row)}"
    box = f'<input type="checkbox" class="fn-pick" id="pick:{encode(row.id)}" title="{tip}"/>'
    return (
        f'<tr><td class="fn-col-pick">{box}</td>'
        f'<th scope="row" class="fn-col-title">{named}</th>'
        f'<td class="fn-col-date">{encode(date)}</td><td class="fn-col-pages">{_pages(row.pages)}</td>'
        f'<td class="fn-col-cited">{encode(cited)}</td></tr>'
    )


def _by(row: PaperRow) -> str:
    """Who the paper is by and where it appeared, as far as known: "Zhao et al., Nature"."""
    known = ", ".join(filter(None, (row.byline, row.venue)))
    return f'<div class="fn-by"><bdi>{encode(known)}</bdi></div>' if known else ""


def _pages(pages: Sequence[str]) -> str:
    if not pages:
        return "–"
    tip = encode(", ".join(pages))
    first = pages[0]
    words = first if len(pages) == 1 else strings.MORE_PAGES.format(page=first, count=len(pages) - 1)
    return f'<bdi title="{tip}">{encode(words)}</bdi>'


def _foot(rows: Sequence[PaperRow], view: TableView, total: int, *, bounded: bool) -> str:
    first, last = view.offset + 1, view.offset + len(rows)
    words = strings.PAPERS_COUNT
    if view.words:
        words = strings.PAPERS_MOST_FOUND if bounded else strings.PAPERS_FOUND
    shown = encode(words.format(first=f"{first:,}", last=f"{last:,}", all=f"{total:,}"))
    buttons = _page_button(strings.PREVIOUS, max(0, view.offset - ROWS), on=view.offset > 0)
    buttons += _page_button(strings.NEXT, view.offset + ROWS, on=last < total)
    return (
        f'<div class="fn-foot"><span>{shown}</span>{buttons}'
        f'<button type="button" class="fn-choose-listed">{encode(strings.CHOOSE_LISTED)}</button></div>'
    )


def _page_button(name: str, offset: int, *, on: bool) -> str:
    off = "" if on else " disabled"
    return f'<button type="button" class="fn-table-page" value="{offset}"{off}>{encode(name)}</button>'
