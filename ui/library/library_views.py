"""The contents of the tab "Library", read from the library as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footnote.rag.filters import names_like
from footnote.store import contents
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.neighbours import nearest_papers
from footnote.ui.library.map_svg import Dot, map_html, thinned
from footnote.ui.library.paper_page import nearest_html, paper_html
from footnote.ui.library.papers_table import ROWS, TableView, table_html

NEAREST = 6
_LIKE = 3


def map_of(library: Library, highlighted: Sequence[str]) -> str:
    """The map, with the papers in `highlighted` highlighted up."""
    drawn = library.map
    if drawn is None:
        return map_html([], [], papers=0)
    known = set(highlighted)
    rows = thinned(drawn.points, [row for row, paper in enumerate(drawn.papers) if paper in known])
    heads = contents.heads(library.catalog, [drawn.papers[row] for row in rows])
    dots = [
        Dot(
            paper,
            *heads[paper],
            float(drawn.points[row, 0]),
            float(drawn.points[row, 1]),
            int(drawn.labels[row]),
        )
        for row in rows
        if (paper := drawn.papers[row]) in heads  # removed since the map was drawn
    ]
    papers = len(drawn.papers) if len(rows) < len(drawn.papers) else len(dots)
    return map_html(dots, drawn.names, highlighted=known, papers=papers)


def table(library: Library, view: TableView, cited: Mapping[str, int]) -> str:
    """The table of papers. cited: how often each is cited, by id."""
    if not view.words:
        rows = contents.rows(
            library.catalog,
            sort=view.sort or "title",
            descending=view.descending,
            limit=ROWS,
            offset=view.offset,
            cited=cited,
        )
        return table_html(rows, view, library.catalog.count())
    found = _found(library, view.words)
    if not found:
        return table_html([], view, 0, like=_like(library, view.words))
    if view.sort is None:
        only = found[view.offset : view.offset + ROWS]
        some = contents.rows(
            library.catalog, sort="title", descending=False, limit=ROWS, only=only, cited=cited
        )
        place = {ident: n for n, ident in enumerate(only)}
        rows = sorted(some, key=lambda row: place[row.id])
    else:
        rows = contents.rows(
            library.catalog,
            sort=view.sort,
            descending=view.descending,
            limit=ROWS,
            offset=view.offset,
            only=found,
            cited=cited,
        )
    return table_html(rows, view, len(found), bounded=len(found) == contents.MAX_FOUND)


def titles(library: Library, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Id and title of each paper that the library has, in order."""
    heads = contents.heads(library.catalog, ids)
    return [(ident, heads[ident].title) for ident in dict.fromkeys(ids) if ident in heads]


def page(library: Library, ident: str) -> tuple[str, str] | None:
    """A paper's page and the list of its nearest papers; None if the library doesn't have it."""
    entry = library.catalog.get([ident]).get(ident)
    if entry is None:
        return None
    near = [other for other, _ in nearest_papers(library, ident, NEAREST)]
    return paper_html(entry.paper), nearest_html(titles(library, near))


def _found(library: Library, words: str) -> list[str]:
    """Papers that match: first by title, identifier, author or venue, then by BM25."""
    inside = contents.containing(library.catalog, words)
    named = [paper for filters in _named(words) for paper in sorted(library.lexical.passing(filters))]
    ranked = [paper for paper, _ in library.lexical.search(words, contents.MAX_FOUND)]
    known = set(ranked)
    return list(dict.fromkeys([*(p for p in (*inside, *named) if p not in known), *ranked]))[
        : contents.MAX_FOUND
    ]


def _named(words: str) -> list[Filters]:
    """Filters of an author and of a venue of this name; none where it can't be one."""
    try:
        return [Filters(authors=(words,)), Filters(venues=(words,))]
    except ValueError:
        return []


def _like(library: Library, words: str) -> list[str]:
    """Authors and venues that are spelt like the words."""
    if not _named(words):
        return []
    return [*names_like("author", words, library), *names_like("venue", words, library)][:_LIKE]
