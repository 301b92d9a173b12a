"""What readers give → papers and sightings in the catalog: each paper once, each change undoable."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from footnote.store.batches import WAITING, Batch, added_by
from footnote.store.errors import CorpusError
from footnote.store.identity import Identity
from footnote.store.known_papers import KnownPaper, KnownPapers, identified, identity_of
from footnote.store.merging import changes, plain
from footnote.store.paper_records import DETAILS, Layout, spans
from footnote.store.papers import Listing, title_key
from footnote.store.progress import Progress
from footnote.store.readers.read_result import Entry, FieldWarning, TitleOnly
from footnote.store.schema import papers, sightings

_AT_ONCE = 256
REFUSED_KEPT = 1_000
"""Errors that are kept of one file; more are counted."""
FIRST_TITLES = 10


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What recording came to, as ids: papers that are new, that had been removed and are back, whose records
    changed them, that the library has already, and among those the ones of which a visitor's file says
    something else than the library (`differing`): that isn't applied.

    new_sightings: how many papers this page had not listed before. listings: records with an abstract;
    titles: records without. refused: the first errors; refused_count: all. warnings: by field, how many
    records it was left out of. first_titles: of the first papers that are new.
    """

    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    new_sightings: int = 0
    listings: int = 0
    titles: int = 0
    refused: tuple[CorpusError, ...] = ()
    refused_count: int = 0
    warnings: Mapping[str, int] = field(default_factory=dict)
    first_titles: tuple[str, ...] = ()


def record(
    connection: sa.Connection,
    entries: Iterable[Entry],
    layout: Callable[[str, str], Layout],
    *,
    batch: Batch | None = None,
    progress: Progress | None = None,
) -> Recorded:
    """Adds papers and sightings, and what later records say better; see `store.merging`.

    layout: called with title and abstract of each text that is new. batch: keeps what is changed; of a
    visitor, it changes only papers that this visitor's batches added. A removed paper comes back with all
    that it had. A listing under an id that another paper has is refused. progress: (records, 0) so far.
    """
    recorder = _Recorder(connection, layout, batch)
    read = recorder.sort(entries)
    while part := list(islice(read, _AT_ONCE)):
        recorder.take(part)
        if progress:
            progress(recorder.listings, 0)
    return recorder.result()


class _Recorder:
    """Sorts entries, and writes the listings in parts of one lookup and a few inserts each."""

    def __init__(
        self, connection: sa.Connection, layout: Callable[[str, str], Layout], batch: Batch | None
    ) -> None:
        self._connection = connection
        self._layout = layout
        self._batch = batch
        self._added: dict[str, None] = {}
        self._restored: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._merged: dict[str, None] = {}
        self._differing: dict[str, None] = {}
        self._listed: set[tuple[str, str]] = set()
        """Paper and page of the records so far: a further record of one page corrects nothing."""
        self._warnings: Counter[str] = Counter()
        self._refused: list[CorpusError] = []
        self._first_titles: list[str] = []
        self._refused_count = self._new_sightings = self._titles = self.listings = 0

    def sort(self, entries: Iterable[Entry]) -> Iterator[Listing]:
        """The listings; all else is counted."""
        for entry in entries:
            match entry:
                case CorpusError():
                    self._refuse(entry)
                case FieldWarning():
                    self._warnings[entry.field] += 1
                case TitleOnly():
                    self._titles += 1
                case _:
                    self.listings += 1
                    yield entry

    def take(self, listings: list[Listing]) -> None:
        """Records some listings."""
        with_identity = [(listing, identity_of(listing)) for listing in listings]
        known = KnownPapers(self._connection, with_identity)
        own = self._own_papers(known)
        written = _Writes()
        for listing, identity in with_identity:
            try:
                paper = known.of(listing, identity)
                if paper is None:
                    paper = self._add(known, listing)
                    written.new_papers.append(paper)
                    written.log(paper.id, "added", page=listing.source)
                    written.see(paper, listing, _said_by(listing), logged=False)
                    self._new_sightings += 1
                    self._listed.add((paper.id, listing.source))
                else:
                    allowed = own is None or paper.id in own or paper.id in self._added
                    self._meet(paper, listing, identity, written, allowed=allowed)
            except CorpusError as error:
                self._refuse(error)
            except LookupError as error:
                self._refuse(_taken(listing, error.args[0]))
        page = listings[0].source
        written.flush(self._connection, self._batch, page)

    def _own_papers(self, known: KnownPapers) -> set[str] | None:
        """The papers that may be changed; None: all."""
        if self._batch is None or self._batch.owner is None:
            return None
        return added_by(self._connection, self._batch.owner, [paper.id for paper in known])

    def _add(self, known: KnownPapers, listing: Listing) -> KnownPaper:
        layout = self._layout(listing.title, listing.abstract)
        if not layout.sentences:
            raise CorpusError(listing.source, listing.line, "the abstract holds no words")
        paper = KnownPaper(
            {
                "id": known.free_id(listing),
                "title_key": title_key(listing.title),
                "title": listing.title,
                "abstract": listing.abstract,
                "removed": None,
                **spans(layout),
                **{name: plain(getattr(listing, name)) for name in DETAILS},
            },
            is_new=True,
        )
        known.add(paper)
        self._added[paper.id] = None
        if len(self._first_titles) < FIRST_TITLES:
            self._first_titles.append(listing.title)
        return paper

    def _meet(
        self, paper: KnownPaper, listing: Listing, identity: Identity, written: _Writes, *, allowed: bool
    ) -> None:
        """Records a listing of a paper that is known."""
        ident, here = paper.id, (paper.id, listing.source)
        said = _said_by(listing)
        sighting = paper.pages.get(listing.source)
        is_news = sighting is None or said not in sighting["said"]
        before = paper.identity
        found: dict[str, Any] = {}
        if is_news:
            corrects = (sighting is not None and here not in self._listed) or listing.id == ident
            found = changes(
                paper.values, before, listing, corrects=corrects, identified=identified(before, identity)
            )
        if found and not allowed:
            self._differing[ident] = None
        elif found:
            if {"title", "abstract"} & found.keys():
                written.keep_readings(self._connection, paper)
                found |= spans(
                    self._layout(found.get("title", before.title), found.get("abstract", before.abstract))
                )
            written.change(paper, found)
            if ident not in self._added:
                self._changed[ident] = None
        if sighting is None or (is_news and allowed):
            written.see(paper, listing, said if not found or allowed else None)
            self._new_sightings += sighting is None
        self._listed.add(here)
        if paper.is_removed:
            self._restored[ident] = None
            written.restore(paper)
        if not (ident in self._added or ident in self._restored or ident in self._changed):
            self._merged[ident] = None

    def _refuse(self, error: CorpusError) -> None:
        self._refused_count += 1
        if len(self._refused) < REFUSED_KEPT:
            self._refused.append(error)

    def result(self) -> Recorded:
        """What it came to."""
        gone = self._restored.keys() | self._changed.keys()
        return Recorded(
            added=tuple(self._added),
            restored=tuple(self._restored),
            changed=tuple(ident for ident in self._changed if ident not in self._restored),
            merged=tuple(ident for ident in self._merged if ident not in gone),
            differing=tuple(self._differing),
            new_sightings=self._new_sightings,
            listings=self.listings,
            titles=self._titles,
            refused=tuple(self._refused),
            refused_count=self._refused_count,
            warnings=dict(self._warnings),
            first_titles=tuple(self._first_titles),
        )


class _Writes:
    """What is to be written of some listings, in few statements."""

    def __init__(self) -> None:
        self.new_papers: list[KnownPaper] = []
        self._updates: dict[str, dict[str, Any]] = {}
        self._pages: dict[tuple[str, str], dict[str, Any]] = {}
        self._new_pages: set[tuple[str, str]] = set()
        self._log: list[dict[str, Any]] = []

    def log(self, paper: str, kind: str, *, page: str | None = None, before: Any = None) -> None:
        self._log.append({"paper": paper, "kind": kind, "page": page, "before": before})

    def change(self, paper: KnownPaper, values: dict[str, Any]) -> None:
        if not paper.is_new:
            # Where sentences lie follows from the text, by today's rules.
            before = {name: paper.values[name] for name in values if name not in ("sentences", "passages")}
            self.log(paper.id, "changed", before=before)
            self._update(paper.id, {**values, **WAITING})
        paper.change(values)

    def restore(self, paper: KnownPaper) -> None:
        self.log(paper.id, "restored", before={"removed": paper.values["removed"]})
        values = {"removed": None, "leaving": False, "set_aside": None}
        self._update(paper.id, values)
        paper.change(values)

    def see(self, paper: KnownPaper, listing: Listing, said: str | None, *, logged: bool = True) -> None:
        """Notes what a page says of a paper. said: digest of what was taken over; None where it wasn't."""
        key = (paper.id, listing.source)
        old = paper.pages.get(listing.source)
        row = _sighting(paper, listing)
        row["said"] = [*(old["said"] if old else ()), *([said] if said else ())]
        if old is None:
            self._new_pages.add(key)
        if logged and key not in self._pages:
            self.log(paper.id, "seen", page=listing.source, before=old)
        self._pages[key] = paper.pages[listing.source] = row
        if not paper.is_new:
            # Searches filter by date and page, so both are in the index.
            self._update(paper.id, {"indexed_by": None})

    def keep_readings(self, connection: sa.Connection, paper: KnownPaper) -> None:
        """Pages that gave the present text keep it as their reading before it is replaced."""
        for row in paper.pages.values():
            row["title_as_read"] = row["title_as_read"] or paper.values["title"]
            row["abstract_as_read"] = row["abstract_as_read"] or paper.values["abstract"]
        for name in ("title", "abstract"):
            column = sightings.c[f"{name}_as_read"]
            here = (sightings.c.paper == paper.id) & column.is_(None)
            connection.execute(sightings.update().where(here).values({column: paper.values[name]}))

    def _update(self, paper: str, values: dict[str, Any]) -> None:
        self._updates.setdefault(paper, {}).update(values)

    def flush(self, connection: sa.Connection, batch: Batch | None, page: str) -> None:
        if self.new_papers:
            connection.execute(papers.insert(), [paper.values for paper in self.new_papers])
        for ident, values in self._updates.items():
            connection.execute(papers.update().where(papers.c.id == ident).values(values))
        new = [row for key, row in self._pages.items() if key in self._new_pages]
        if new:
            connection.execute(sightings.insert(), new)
        for (ident, name), row in self._pages.items():
            if (ident, name) not in self._new_pages:
                here = (sightings.c.paper == ident) & (sightings.c.page == name)
                connection.execute(sightings.update().where(here).values(row))
        if batch is not None:
            batch.log(connection, self._log, page)


def _sighting(paper: KnownPaper, listing: Listing) -> dict[str, Any]:
    given = {name: plain(getattr(listing, name)) for name in DETAILS if name != "date"}
    return {
        "paper": paper.id,
        "page": listing.source,
        "line": listing.line,
        "date": listing.date,
        "comments": listing.comments,
        "title_as_read": listing.title if listing.title != paper.values["title"] else None,
        "abstract_as_read": listing.abstract if listing.abstract != paper.values["abstract"] else None,
        "details_as_read": {name: v for name, v in given.items() if v and v != paper.values[name]},
    }


def _said_by(listing: Listing) -> str:
    """A digest of what a listing says of its paper, wherever it stands."""
    content = listing.model_dump(exclude={"source", "line"}, exclude_defaults=True)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _taken(listing: Listing, other: KnownPaper) -> CorpusError:
    removed = " (a paper that was removed)" if other.is_removed else ""
    return CorpusError(
        listing.source,
        listing.line,
        f"the id {listing.id!r} belongs to another paper already, “{other.identity.title[:80]}”{removed}: "
        "give each paper an id of its own",
    )
