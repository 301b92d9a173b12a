"""The papers of the catalog that some listings may be of, looked up together by indexed columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import sqlalchemy as sa

from footnote.store import schema
from footnote.store.identity import Identity, doi_key, is_made_id, same_by_own_id, same_paper
from footnote.store.paper_records import DETAILS
from footnote.store.papers import MADE_ID_START, Listing, paper_id
from footnote.store.schema import papers, sightings

_COLUMNS = [papers.c[name] for name in ("id", "title_key", "title", "abstract", "removed", *DETAILS)]
_MOST_OF_ONE_ID = 20
"""Papers that one identifier is looked up for: an identifier of more papers identifies none."""
_TITLE_OF_MADE_ID = "title of a made id"
"""What a listing with an id of its own is looked up by. Of papers with other ids that files gave, it can be
one only by a shared identifier (`_is_of`), which finds that paper. Hundreds have a title that starts so.
"""
_Key = tuple[str, str]


@dataclass
class KnownPaper:
    """A paper's columns, as they are now, and what its pages said of it: page → a row of `sightings`."""

    values: dict[str, Any]
    is_new: bool = False
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.identity = _identity(self.values)

    @property
    def id(self) -> str:
        """The paper's id."""
        return str(self.values["id"])

    @property
    def is_removed(self) -> bool:
        """Whether the paper was removed from the library."""
        return self.values["removed"] is not None

    def change(self, values: dict[str, Any]) -> None:
        """Sets columns."""
        self.values |= values
        self.identity = _identity(self.values)


def identity_of(listing: Listing) -> Identity:
    """What tells the paper of a listing from others."""
    return _identity(dict(listing))


def _identity(values: dict[str, Any]) -> Identity:
    date = values["date"] or "--"
    return Identity(
        title=values["title"],
        abstract=values["abstract"],
        authors=values["authors"],
        year=None if date.startswith("--") else int(date[:4]),
        doi=doi_key(values["doi"]),
        arxiv=values["arxiv"],
        pmid=values["pmid"],
        openalex=values["openalex"],
    )


class KnownPapers:
    """The candidates for some listings, and the papers that are added for them."""

    def __init__(self, connection: sa.Connection, listings: Sequence[tuple[Listing, Identity]]) -> None:
        self._connection = connection
        self._papers: dict[str, KnownPaper] = {}
        self._by_key: defaultdict[_Key, list[KnownPaper]] = defaultdict(list)
        wanted: defaultdict[str, set[str]] = defaultdict(set)
        for listing, identity in listings:
            wanted["id"].add(paper_id(listing))
            for name, value in _keys(identity):
                own = name == "title" and listing.id is not None
                wanted[_TITLE_OF_MADE_ID if own else name].add(value)
        columns: dict[str, Any] = {
            "id": papers.c.id,
            "title": schema.title_start,
            _TITLE_OF_MADE_ID: schema.title_start,
            "doi": schema.doi_key,
            **{name: papers.c[name] for name in ("arxiv", "pmid", "openalex")},
        }
        for name, values in wanted.items():
            query = sa.select(*_COLUMNS).where(columns[name].in_(sorted(values)))
            if name == _TITLE_OF_MADE_ID:
                query = query.where(papers.c.id.startswith(MADE_ID_START))
            for row in connection.execute(query.order_by(papers.c.removed.is_not(None), papers.c.number)):
                if row.id not in self._papers:
                    self.add(KnownPaper(dict(row._mapping)))
        self._read_sightings({listing.source for listing, _ in listings})

    def add(self, paper: KnownPaper) -> None:
        """Adds a candidate."""
        self._papers[paper.id] = paper
        for key in _keys(paper.identity):
            self._by_key[key].append(paper)

    def __iter__(self) -> Iterator[KnownPaper]:
        return iter(self._papers.values())

    def with_id(self, ident: str) -> KnownPaper | None:
        """The paper with this id."""
        return self._papers.get(ident)

    def of(self, listing: Listing, identity: Identity) -> KnownPaper | None:
        """The paper that a listing is of; the ones that weren't removed come first.

        Raises LookupError with the paper whose id the listing has, where it is of another one.
        """
        if listing.id is not None and (known := self._papers.get(listing.id)) is not None:
            if not same_by_own_id(known.identity, identity):
                raise LookupError(known)
            return known
        same = (known for known in self._candidates(identity) if self._is_of(known, listing, identity))
        return min(same, key=lambda known: known.is_removed, default=None)

    @staticmethod
    def _is_of(known: KnownPaper, listing: Listing, identity: Identity) -> bool:
        # Two ids that files gave are two papers, unless an identifier says that they aren't.
        both_given = listing.id is not None and not is_made_id(known.id)
        return (not both_given or identified(known.identity, identity)) and same_paper(
            known.identity, identity
        )

    def free_id(self, listing: Listing) -> str:
        """An id for the new paper of a listing."""
        plain = paper_id(listing)
        if not self._is_taken(plain):
            return plain
        doubled = paper_id(listing, doubled=True)
        tries = (doubled if n == 1 else f"{doubled}-{n}" for n in count(1))
        return next(ident for ident in tries if not self._is_taken(ident))

    def _is_taken(self, ident: str) -> bool:
        if ident in self._papers:
            return True
        return (
            self._connection.execute(sa.select(papers.c.id).where(papers.c.id == ident)).first() is not None
        )

    def _candidates(self, identity: Identity) -> Iterable[KnownPaper]:
        found: dict[str, KnownPaper] = {}
        for key in _keys(identity):
            listed = self._by_key[key]
            if key[0] == "title" or len(listed) <= _MOST_OF_ONE_ID:
                found |= {known.id: known for known in listed}
        return found.values()

    def _read_sightings(self, pages: set[str]) -> None:
        ids = list(self._papers)
        for at in range(0, len(ids), 500):
            query = sa.select(sightings).where(
                sightings.c.paper.in_(ids[at : at + 500]), sightings.c.page.in_(pages)
            )
            for row in self._connection.execute(query):
                self._papers[row.paper].pages[row.page] = dict(row._mapping)


def identified(one: Identity, other: Identity) -> bool:
    """Whether an identifier is shared."""
    names = ("doi", "arxiv", "pmid", "openalex")
    return any(getattr(one, name) and getattr(one, name) == getattr(other, name) for name in names)


def _keys(identity: Identity) -> Iterator[_Key]:
    yield "title", identity.title_key[: schema.TITLE_START_CHARS]
    for name in ("doi", "arxiv", "pmid", "openalex"):
        if value := getattr(identity, name):
            yield name, value
