"""Listings → papers and sightings in the catalog; what is known already stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from footnote.store.errors import CorpusError
from footnote.store.paper_records import DETAILS, Layout, spans
from footnote.store.papers import Listing, paper_id, same_abstract, title_key
from footnote.store.schema import papers, sightings


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What recording a file's listings came to.

    added, restored, merged: ids of papers that are new, that had been removed and are back, and that
    the library has already. new_sightings: how many papers this page had not listed before.
    """

    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    new_sightings: int = 0
    refused: tuple[CorpusError, ...] = ()


def record(
    connection: sa.Connection, listings: Iterable[Listing], layout: Callable[[str, str], Layout]
) -> Recorded:
    """Adds papers and sightings. layout: called with title and abstract of each paper that is new.

    A paper's text is that of its first sighting, so that quotes keep their place; later
    sightings that differ are kept beside it, and fill in details that were missing.
    A paper that was removed comes back with all that it had. A listing under an id that another
    paper has is refused.
    """
    added: dict[str, None] = {}
    restored: dict[str, None] = {}
    merged: dict[str, None] = {}
    new_sightings = 0
    refused: list[CorpusError] = []
    for listing in listings:
        try:
            known = _find(connection, listing)
        except CorpusError as error:
            refused.append(error)
            continue
        if known is None:
            known = _insert(connection, listing, layout(listing.title, listing.abstract))
            added[known.id] = None
            new_sightings += _see(connection, known, listing)
            continue
        changed = _fill_in(connection, known, listing)
        seen = _see(connection, known, listing)
        new_sightings += seen
        if known.removed is not None:
            restored[known.id] = None
            _update(connection, known, removed=None, leaving=False)
        elif known.id not in added and known.id not in restored:
            merged[known.id] = None
        if seen or changed:
            # Searches filter by date and page, so both are in the index.
            _update(connection, known, indexed_by=None)
    return Recorded(
        added=tuple(added),
        restored=tuple(restored),
        merged=tuple(merged),
        new_sightings=new_sightings,
        refused=tuple(refused),
    )


def _find(connection: sa.Connection, listing: Listing) -> sa.Row[Any] | None:
    if listing.id is not None:
        row = connection.execute(sa.select(papers).where(papers.c.id == listing.id)).first()
        if row is not None and not _same_paper(row, listing):
            removed = " (a paper that was removed)" if row.removed is not None else ""
            raise CorpusError(
                listing.source,
                listing.line,
                f"the id {listing.id!r} belongs to another paper already, “{row.title[:80]}”{removed}: give "
                "each paper an id of its own",
            )
        return row
    query = sa.select(papers).where(papers.c.title_key == title_key(listing.title))
    rows = connection.execute(query.order_by(papers.c.removed.is_not(None), papers.c.number)).all()
    return next((r for r in rows if same_abstract(r.abstract, listing.abstract)), None)


def _same_paper(row: sa.Row[Any], listing: Listing) -> bool:
    return row.title_key == title_key(listing.title) or same_abstract(row.abstract, listing.abstract)


def _insert(connection: sa.Connection, listing: Listing, layout: Layout) -> sa.Row[Any]:
    plain = paper_id(listing)
    taken = connection.execute(sa.select(papers.c.id).where(papers.c.id == plain)).first()
    ident = plain if taken is None else paper_id(listing, doubled=True)
    connection.execute(
        papers.insert().values(
            id=ident,
            title_key=title_key(listing.title),
            title=listing.title,
            abstract=listing.abstract,
            **spans(layout),
            **{name: _plain(getattr(listing, name)) for name in DETAILS},
        )
    )
    return connection.execute(sa.select(papers).where(papers.c.id == ident)).one()


def _fill_in(connection: sa.Connection, known: sa.Row[Any], listing: Listing) -> bool:
    found = {name: _plain(getattr(listing, name)) for name in DETAILS}
    missing = {k: v for k, v in found.items() if v and not getattr(known, k)}
    # A date with its year says more than the same day without one.
    if known.date and known.date.startswith("--") and (listing.date or "")[4:] == known.date[1:]:
        missing["date"] = listing.date
    if missing:
        _update(connection, known, **missing)
    return bool(missing)


def _update(connection: sa.Connection, known: sa.Row[Any], **values: Any) -> None:
    connection.execute(papers.update().where(papers.c.id == known.id).values(**values))


def _see(connection: sa.Connection, known: sa.Row[Any], listing: Listing) -> int:
    values = {
        "line": listing.line,
        "date": listing.date,
        "comments": listing.comments,
        "title_as_read": listing.title if listing.title != known.title else None,
        "abstract_as_read": listing.abstract if listing.abstract != known.abstract else None,
    }
    here = (sightings.c.paper == known.id) & (sightings.c.page == listing.source)
    if connection.execute(sa.select(sightings.c.line).where(here)).first() is not None:
        connection.execute(sightings.update().where(here).values(**values))
        return 0
    connection.execute(sightings.insert().values(paper=known.id, page=listing.source, **values))
    return 1


def _plain(value: Any) -> Any:
    """`value` as a JSON column takes it."""
    if isinstance(value, tuple):
        return [item.model_dump() if isinstance(item, BaseModel) else item for item in value]
    return value
