"""The catalog: the truth about papers, in SQL. Both indexes can be rebuilt from it.

A paper's row keeps where its sentences and passages begin and end, and `indexed_by`: the stamp
of what indexed it, NULL while it waits. That one column makes ingestion resumable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from store import schema
from store.entries import DETAILS, Entry, Layout, SentenceVectors, entry, pack, spans, unpack
from store.errors import CorpusError, LibraryError
from store.papers import Listing, Paper, paper_id, same_abstract, title_key
from store.schema import papers, sightings

_IDS_PER_QUERY = 500


class Recorded(NamedTuple):
    """What recording a file's listings added, and which of them it refused."""

    new_papers: int
    new_sightings: int
    refused: tuple[CorpusError, ...]


class Catalog:
    """Papers on SQLite by default, or on any database that SQLAlchemy reaches by URL."""

    def __init__(self, url: str | sa.URL) -> None:
        """Opens the database; `migrate` brings its schema up to date.

        Raises LibraryError if it can't be opened.
        """
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", schema.prepare_sqlite)
            sa.event.listen(self._engine, "begin", schema.begin_sqlite)
        with self._named(), self._engine.connect() as connection:
            self.is_current = schema.revision(connection) == schema.HEAD

    def migrate(self) -> None:
        """Brings the schema up to date, all of it or none; one process at a time.

        Raises LibraryError if a newer Footnote wrote the catalog.
        """
        with self._named(), self._engine.begin() as connection:
            schema.migrate(connection)
        self.is_current = True

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turns the database's own errors into one that names the catalog."""
        try:
            yield
        except sa.exc.DatabaseError as error:
            where = self._engine.url.render_as_string(hide_password=True)
            raise LibraryError(
                f"the catalog {where} can't be opened ({error.orig}): is FOOTNOTE_HOME a folder that may be "
                "written to, and the file a catalog of Footnote?"
            ) from error

    @classmethod
    def in_folder(cls, folder: Path) -> Catalog:
        """The SQLite catalog of a library folder, made where there is none."""
        return cls(sa.URL.create("sqlite", database=str(folder / "catalog.sqlite")))

    def close(self) -> None:
        """Gives back every connection."""
        self._engine.dispose()

    # Writing

    def record(self, listings: Iterable[tuple[Listing, Layout]]) -> Recorded:
        """Adds papers and sightings in one transaction; what is known already stays as it is.

        A paper's text is that of its first sighting, so that quotes keep their place; later
        sightings that differ are kept beside it, and fill in details that were missing.
        A listing under an id that another paper has is refused.
        """
        new_papers = new_sightings = 0
        refused: list[CorpusError] = []
        with self._engine.begin() as connection:
            for listing, layout in listings:
                try:
                    known = self._find(connection, listing)
                except CorpusError as error:
                    refused.append(error)
                    continue
                if known is None:
                    known = self._insert(connection, listing, layout)
                    new_papers += 1
                    new_sightings += self._see(connection, known, listing)
                    continue
                filled_in = self._fill_in(connection, known, listing)
                seen = self._see(connection, known, listing)
                new_sightings += seen
                if seen or filled_in:
                    # Searches filter by date and page, so both are in the index.
                    connection.execute(papers.update().where(papers.c.id == known.id).values(indexed_by=None))
        return Recorded(new_papers, new_sightings, tuple(refused))

    @staticmethod
    def _find(connection: sa.Connection, listing: Listing) -> sa.Row[Any] | None:
        if listing.id is not None:
            row = connection.execute(sa.select(papers).where(papers.c.id == listing.id)).first()
            if row is not None and not _same_paper(row, listing):
                raise CorpusError(
                    listing.source,
                    listing.line,
                    f"the id {listing.id!r} belongs to another paper already, “{row.title[:80]}”: give each "
                    "paper an id of its own",
                )
            return row
        query = sa.select(papers).where(papers.c.title_key == title_key(listing.title))
        rows = connection.execute(query.order_by(papers.c.number)).all()
        return next((r for r in rows if same_abstract(r.abstract, listing.abstract)), None)

    @staticmethod
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

    @staticmethod
    def _fill_in(connection: sa.Connection, known: sa.Row[Any], listing: Listing) -> bool:
        found = {name: _plain(getattr(listing, name)) for name in DETAILS}
        missing = {k: v for k, v in found.items() if v and not getattr(known, k)}
        # A date with its year says more than the same day without one.
        if known.date and known.date.startswith("--") and (listing.date or "")[4:] == known.date[1:]:
            missing["date"] = listing.date
        if missing:
            connection.execute(papers.update().where(papers.c.id == known.id).values(**missing))
        return bool(missing)

    @staticmethod
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

    def mark_indexed(self, stamp: str, vectors: dict[str, npt.NDArray[np.float32]]) -> None:
        """Notes that both indexes hold these papers; `vectors`: id → one unit row a sentence."""
        with self._engine.begin() as connection:
            for ident, rows in vectors.items():
                connection.execute(
                    papers.update()
                    .where(papers.c.id == ident)
                    .values(indexed_by=stamp, sentence_vectors=pack(rows))
                )

    def mark_all_waiting(self) -> None:
        """Every paper will be indexed again (the indexes are to be rebuilt)."""
        with self._engine.begin() as connection:
            connection.execute(papers.update().values(**_WAITING))

    def lay_out_again(self, layout: Callable[[str, str], Layout]) -> None:
        """Finds sentences and passages anew (`layout`: title, abstract →) and marks all waiting."""
        with self._engine.begin() as connection:
            for row in connection.execute(sa.select(papers.c.id, papers.c.title, papers.c.abstract)).all():
                fresh = layout(row.title, row.abstract)
                connection.execute(
                    papers.update().where(papers.c.id == row.id).values(**spans(fresh), **_WAITING)
                )

    # Reading

    def count(self) -> int:
        """Papers in the catalog."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(papers)).scalar_one()

    def count_waiting(self, stamp: str) -> int:
        """Papers that no index built by `stamp` holds yet."""
        query = sa.select(sa.func.count()).select_from(papers).where(_waiting(stamp))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def count_indexed(self, stamp: str) -> tuple[int, int]:
        """Papers, and passages of papers, that indexes built by `stamp` hold."""
        passages = sa.func.coalesce(sa.func.sum(sa.func.json_array_length(papers.c.passages)), 0)
        query = sa.select(sa.func.count(), passages).where(papers.c.indexed_by == stamp)
        with self._engine.connect() as connection:
            row = connection.execute(query).one()
        return int(row[0]), int(row[1])

    def stamps(self) -> set[str]:
        """What built the indexes of the papers that are indexed; more than one is a mix."""
        query = sa.select(papers.c.indexed_by).distinct().where(papers.c.indexed_by.is_not(None))
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def waiting(self, stamp: str, limit: int) -> list[Entry]:
        """The first `limit` papers, by order of arrival, that `stamp` hasn't indexed; those that no stamp
        has come first.
        """
        # In two queries, each of which the index on `indexed_by` answers: one for both goes through the
        # whole catalog, batch by batch.
        others = sa.select(papers.c.number).where(
            (papers.c.indexed_by < stamp) | (papers.c.indexed_by > stamp)
        )
        for condition in (papers.c.indexed_by.is_(None), papers.c.number.in_(others)):
            query = sa.select(papers).where(condition).order_by(papers.c.number).limit(limit)
            with self._engine.connect() as connection:
                if rows := connection.execute(query).all():
                    return self._entries(connection, rows)
        return []

    def get(self, ids: Sequence[str]) -> dict[str, Entry]:
        """The papers with these ids; ids that the catalog doesn't know are left out."""
        found: dict[str, Entry] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(ids), _IDS_PER_QUERY):
                some = ids[at : at + _IDS_PER_QUERY]
                rows = connection.execute(sa.select(papers).where(papers.c.id.in_(some))).all()
                found |= {entry.paper.id: entry for entry in self._entries(connection, rows)}
        return found

    def count_passages(self, ids: Sequence[str]) -> dict[str, int]:
        """How many passages each of these papers has; ids that the catalog doesn't know are left out."""
        query = sa.select(papers.c.id, sa.func.json_array_length(papers.c.passages)).where(
            papers.c.id.in_(sa.bindparam("ids", expanding=True))
        )
        found: dict[str, int] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(ids), _IDS_PER_QUERY):
                some = list(ids[at : at + _IDS_PER_QUERY])
                found |= {ident: int(count) for ident, count in connection.execute(query, {"ids": some})}
        return found

    def sentence_vectors(self, ids: Sequence[str], dimensions: int) -> SentenceVectors:
        """The sentence vectors of those papers that are indexed. Reads nothing else, to be quick."""
        query = (
            sa.select(papers.c.id, papers.c.sentence_vectors)
            .where(
                papers.c.id.in_(sa.bindparam("ids", expanding=True)), papers.c.sentence_vectors.is_not(None)
            )
            .order_by(papers.c.number)
        )
        rows: list[Any] = []
        with self._engine.connect() as connection:
            for at in range(0, len(ids), _IDS_PER_QUERY):
                some = list(ids[at : at + _IDS_PER_QUERY])
                rows += connection.execute(query, {"ids": some}).all()
        blobs = [row.sentence_vectors for row in rows]
        counts = np.array([len(blob) // dimensions for blob in blobs], np.int64)
        vectors = unpack(b"".join(blobs), int(counts.sum()), dimensions)
        return SentenceVectors(tuple(row.id for row in rows), counts, vectors)

    def sample_vectors(self, most: int, dimensions: int) -> list[npt.NDArray[np.float32]]:
        """The sentence vectors of papers from all over the catalog, `most` sentences or a few more.

        The same catalog gives the same sample.
        """
        indexed = papers.c.sentence_vectors.is_not(None)
        size = sa.func.coalesce(sa.func.sum(sa.func.length(papers.c.sentence_vectors)), 0)
        with self._engine.connect() as connection:
            sentences = connection.execute(sa.select(size).where(indexed)).scalar_one() // dimensions
            # A prime scatters the numbers, so that no file or year is left out.
            chosen = papers.c.number * 7_919 % 1_000 < 1_000 * most // max(1, sentences)
            query = sa.select(papers.c.id).where(indexed, chosen).order_by(papers.c.number)
            ids = connection.execute(query).scalars()
            held = self.sentence_vectors(list(ids), dimensions)
        return np.split(held.vectors, np.cumsum(held.counts)[:-1])

    def pages(self) -> list[str]:
        """The names of all pages and files that listed a paper, in order."""
        query = sa.select(sightings.c.page).distinct().order_by(sightings.c.page)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def papers(self) -> Iterator[Paper]:
        """Every paper, by order of arrival."""
        after = 0
        while True:
            query = sa.select(papers).where(papers.c.number > after).order_by(papers.c.number)
            with self._engine.connect() as connection:
                rows = connection.execute(query.limit(_IDS_PER_QUERY)).all()
                entries = self._entries(connection, rows)
            if not entries:
                return
            yield from (entry.paper for entry in entries)
            after = entries[-1].number

    @staticmethod
    def _entries(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Entry]:
        seen: dict[str, list[str]] = {row.id: [] for row in rows}
        where = sa.select(sightings.c.paper, sightings.c.page).where(sightings.c.paper.in_(list(seen)))
        for ident, page in connection.execute(where.order_by(sightings.c.page)):
            seen[ident].append(page)
        return [entry(row, tuple(seen[row.id])) for row in rows]


_WAITING: dict[str, None] = {"indexed_by": None, "sentence_vectors": None}


def _waiting(stamp: str) -> sa.ColumnElement[bool]:
    return papers.c.indexed_by.is_(None) | (papers.c.indexed_by != stamp)


def _same_paper(row: sa.Row[Any], listing: Listing) -> bool:
    return row.title_key == title_key(listing.title) or same_abstract(row.abstract, listing.abstract)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
