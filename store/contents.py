"""The papers of a library as lists show them: some at a time, sorted and searched by the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from footnote.store.authors import short_byline
from footnote.store.catalog import STILL_THERE, Catalog
from footnote.store.schema import papers, sightings

SortBy = Literal["title", "date", "pages", "cited"]

MAX_FOUND = 500
"""Most papers that a search by words returns."""
_IDS_PER_QUERY = 500
_DIGEST_CHARS = 16
_LEAST_CHARS = 3
"""Of what is looked for within titles."""


class PaperRow(NamedTuple):
    """A paper in a list. pages: those that listed it. cited: as it was given. byline: "Zhao et al."."""

    id: str
    title: str
    date: str | None
    pages: tuple[str, ...]
    cited: int
    retraction: str | None = None
    byline: str = ""
    venue: str | None = None


def indexed_ids(catalog: Catalog) -> list[str]:
    """The ids of all papers that are indexed, by order of arrival."""
    query = sa.select(papers.c.id).where(_THERE, papers.c.indexed_by.is_not(None))
    with catalog.database.reading() as connection:
        return list(connection.execute(query.order_by(papers.c.number)).scalars())


def count_indexed(catalog: Catalog) -> int:
    """How many papers are indexed."""
    query = sa.select(sa.func.count()).where(_THERE, papers.c.indexed_by.is_not(None))
    with catalog.database.reading() as connection:
        return connection.execute(query).scalar_one()


def digest(catalog: Catalog) -> str:
    """Names what the library holds: a hash of ids, titles and abstracts of all papers that are indexed, by
    order of arrival.
    """
    ids = indexed_ids(catalog)
    hashed = hashlib.sha256()
    for at in range(0, len(ids), _IDS_PER_QUERY):
        found = texts(catalog, ids[at : at + _IDS_PER_QUERY])
        hashed.update(
            json.dumps([(ident, *found[ident]) for ident in ids[at : at + _IDS_PER_QUERY]]).encode()
        )
    return hashed.hexdigest()[:_DIGEST_CHARS]


class DatedPaper(NamedTuple):
    """A paper of the catalog by title as read, date, and retraction."""

    id: str
    title: str
    date: str | None
    retraction: str | None

    @property
    def year(self) -> int | None:
        """The year of the date, None where it isn't known."""
        return int(self.date[:4]) if self.date and not self.date.startswith("--") else None


def dated_papers(catalog: Catalog) -> list[DatedPaper]:
    """Every paper, by order of arrival."""
    columns = (papers.c.id, papers.c.title, papers.c.date, papers.c.retraction)
    query = sa.select(*columns).where(_THERE).order_by(papers.c.number)
    with catalog.database.reading() as connection:
        return [DatedPaper(*row) for row in connection.execute(query)]


def authors_by_paper(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The authors of every paper that has some, by id."""
    query = sa.select(papers.c.id, papers.c.authors).where(_THERE).order_by(papers.c.number)
    with catalog.database.reading() as connection:
        return {ident: tuple(authors) for ident, authors in connection.execute(query) if authors}


def venues_by_paper(catalog: Catalog) -> dict[str, str]:
    """The venue of every paper that has one, by id."""
    query = sa.select(papers.c.id, papers.c.venue).where(_THERE, papers.c.venue.is_not(None))
    with catalog.database.reading() as connection:
        return {row.id: row.venue for row in connection.execute(query)}


def pages_by_paper(catalog: Catalog) -> dict[str, list[str]]:
    """The pages and files that listed each paper, in order, by id."""
    query = sa.select(sightings.c.paper, sightings.c.page).order_by(sightings.c.page)
    listed: dict[str, list[str]] = {}
    with catalog.database.reading() as connection:
        for ident, page in connection.execute(query):
            listed.setdefault(ident, []).append(page)
    return listed


class Head(NamedTuple):
    """How a paper is named: its title as read, and its date."""

    title: str
    date: str | None


def heads(catalog: Catalog, ids: Sequence[str]) -> dict[str, Head]:
    """Title and date, by id; ids that the catalog doesn't know are left out."""
    rows = _columns(catalog, ids, papers.c.title, papers.c.date)
    return {ident: Head(title, date) for ident, title, date in rows}


def texts(catalog: Catalog, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Title and abstract as read, by id; ids that the catalog doesn't know are left out."""
    rows = _columns(catalog, ids, papers.c.title, papers.c.abstract)
    return {ident: (title, abstract) for ident, title, abstract in rows}


def _columns(catalog: Catalog, ids: Sequence[str], *columns: sa.Column[Any]) -> list[Any]:
    """A row with the id and these columns, for each paper that there is."""
    found: list[Any] = []
    with catalog.database.reading() as connection:
        for at in range(0, len(ids), _IDS_PER_QUERY):
            some = list(ids[at : at + _IDS_PER_QUERY])
            query = sa.select(papers.c.id, *columns).where(papers.c.id.in_(some), STILL_THERE)
            found += connection.execute(query).all()
    return found


def rows(
    catalog: Catalog,
    *,
    sort: SortBy,
    descending: bool,
    limit: int,
    offset: int = 0,
    only: Collection[str] | None = None,
    cited: Mapping[str, int] | None = None,
) -> list[PaperRow]:
    """`limit` papers from the `offset`-th on, of all or of `only`; those that the sorting doesn't part
    come by title. A paper without a year comes after those that have one, either way.

    cited: id → times, 0 where it is missing.
    """
    times = {ident: count for ident, count in (cited or {}).items() if count}
    keys: dict[SortBy, sa.ColumnElement[Any]] = {
        "title": _TITLE,
        "date": papers.c.date,
        "pages": sa.select(sa.func.count()).where(sightings.c.paper == papers.c.id).scalar_subquery(),
        "cited": sa.case(times, value=papers.c.id, else_=0) if times else sa.literal(0),
    }
    key = keys[sort].desc() if descending else keys[sort].asc()
    undated = sa.case((papers.c.date.is_(None) | papers.c.date.startswith("--"), 1), else_=0)
    first = [undated, key] if sort == "date" else [key]
    columns = ("id", "title", "date", "retraction", "authors", "author_count", "venue")
    query = sa.select(*(papers.c[name] for name in columns)).where(_THERE)
    if only is not None:
        query = query.where(papers.c.id.in_(list(only)[:MAX_FOUND]))
    query = query.order_by(*first, _TITLE, papers.c.number).limit(limit).offset(offset)
    with catalog.database.reading() as connection:
        found = connection.execute(query).all()
        seen = _pages(connection, [row.id for row in found])
    return [
        PaperRow(
            id=r.id,
            title=r.title,
            date=r.date,
            pages=tuple(seen.get(r.id, ())),
            cited=times.get(r.id, 0),
            retraction=r.retraction,
            byline=short_byline(r.authors, r.author_count),
            venue=r.venue,
        )
        for r in found
    ]


def containing(catalog: Catalog, words: str) -> list[str]:
    """The ids of papers with `words` within their titles, or as one of their identifiers."""
    if len(words) < _LEAST_CHARS:
        return []
    identifier = sa.or_(*(column == words for column in (papers.c.arxiv, papers.c.doi, papers.c.pmid)))
    inside = papers.c.title.icontains(words, autoescape=True)
    query = sa.select(papers.c.id).where(_THERE, identifier | inside).order_by(papers.c.number)
    with catalog.database.reading() as connection:
        return list(connection.execute(query.limit(MAX_FOUND)).scalars())


_THERE = papers.c.removed.is_(None)
_TITLE = sa.func.lower(papers.c.title)


def _pages(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    query = sa.select(sightings.c.paper, sightings.c.page).where(sightings.c.paper.in_(ids))
    seen: dict[str, list[str]] = {}
    for ident, page in connection.execute(query.order_by(sightings.c.page)):
        seen.setdefault(ident, []).append(page)
    return seen
