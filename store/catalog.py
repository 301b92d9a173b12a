"""The catalog: the truth about papers, in SQL. Both indexes can be rebuilt from it.

A paper's row keeps where its sentences and passages begin and end, and `indexed_by`: the stamp
of what indexed it, NULL while it waits. That one column makes ingestion resumable. A removed paper
keeps its row, so that it can be restored as it was: `removed` says when, and `leaving` that an index
may still hold it, which makes removal resumable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from footnote.store.batches import WAITING, Batch, now
from footnote.store.database import Database
from footnote.store.errors import CatalogError, UnknownPapers
from footnote.store.paper_records import (
    Layout,
    PaperRecord,
    SentenceVectors,
    pack,
    paper_record,
    spans,
    unpack,
)
from footnote.store.papers import Paper
from footnote.store.progress import Progress
from footnote.store.readers.read_result import Entry
from footnote.store.recording import Recorded, record
from footnote.store.schema import SCHEMA, papers, sightings

FILE = "catalog.sqlite"
"""Name of the catalog in a library's folder."""
_IDS_PER_QUERY = 500


def is_fresh(folder: Path) -> bool:
    """Whether `folder` holds no library yet: none was begun there."""
    return not (folder / FILE).exists() and not _has_indexes(folder)


def _has_indexes(folder: Path) -> bool:
    """Whether an index was begun: there was a catalog before."""
    return (folder / "dense" / "built-by.txt").exists()


class Catalog:
    """Papers on SQLite by default, or on any database that SQLAlchemy reaches by URL.

    Every method raises CatalogError where the database fails.
    """

    def __init__(self, url: str | sa.URL) -> None:
        """Opens the database and brings its schema up to date, all of it or none.

        Raises CatalogError if it can't be opened, or a newer Footnote wrote it.
        """
        self.database = Database(url, SCHEMA)

    @classmethod
    def in_folder(cls, folder: Path) -> Catalog:
        """The SQLite catalog of a library folder, made where there is none. Raises as the constructor."""
        file = folder / FILE
        if _has_indexes(folder) and not (file.exists() and file.stat().st_size):
            # An empty catalog made here would pass for a library without papers.
            raise CatalogError(
                f"the catalog {file} is {'empty' if file.exists() else 'missing'}, but the indexes made "
                "from it are there: restore a backup (`footnote restore FILE --replace`), or move the folder "
                "away to start a new library"
            )
        return cls(sa.URL.create("sqlite", database=str(file)))

    def close(self) -> None:
        """Closes every connection."""
        self.database.close()

    # Writing

    def record(
        self,
        entries: Iterable[Entry],
        layout: Callable[[str, str], Layout],
        *,
        batch: Batch | None = None,
        progress: Progress | None = None,
    ) -> Recorded:
        """Adds papers and sightings in one transaction: see `store.recording`."""
        with self.database.writing() as connection:
            return record(connection, entries, layout, batch=batch, progress=progress)

    @contextmanager
    def rehearsal(self) -> Iterator[sa.Connection]:
        """A transaction in which anything can be written, and which is always taken back at the end."""
        with suppress(_TakenBack), self.database.writing() as connection:
            yield connection
            raise _TakenBack

    def remove(self, ids: Collection[str], when: str, batch: Batch | None = None) -> None:
        """Marks papers as removed, in one transaction; their indexes still hold them (`leaving`).

        A paper removed already stays as it is. Raises UnknownPapers, with nothing done.
        """
        values = {"removed": when, "leaving": True, **WAITING}
        self._change(ids, papers.c.removed.is_(None), values, batch)

    def restore(self, ids: Collection[str]) -> None:
        """Papers that were removed wait to be indexed again, with all that they had.

        A paper that is there stays as it is. Raises UnknownPapers, with nothing done.
        """
        self._change(
            ids, papers.c.removed.is_not(None), {"removed": None, "leaving": False, "set_aside": None}
        )

    def _change(
        self,
        ids: Collection[str],
        which: sa.ColumnElement[bool],
        values: dict[str, Any],
        batch: Batch | None = None,
    ) -> None:
        with self.database.writing() as connection:
            known: set[str] = set()
            for some in _parts(ids):
                known.update(
                    connection.execute(sa.select(papers.c.id).where(papers.c.id.in_(some))).scalars()
                )
            if unknown := set(ids) - known:
                raise UnknownPapers(unknown)
            for some in _parts(ids):
                if batch is not None:
                    removed = connection.execute(sa.select(papers.c.id).where(papers.c.id.in_(some), which))
                    batch.log(
                        connection, [{"paper": ident, "kind": "removed"} for ident in removed.scalars()]
                    )
                connection.execute(papers.update().where(papers.c.id.in_(some), which).values(**values))

    def leaving(self) -> list[str]:
        """The ids of removed papers that an index may still hold."""
        # As a range, which the index on `removed` answers: to ask for `leaving` alone is to read all papers.
        query = sa.select(papers.c.id).where(papers.c.removed > "", papers.c.leaving)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def mark_left(self, ids: Collection[str]) -> None:
        """Notes that no index holds these removed papers any more."""
        with self.database.writing() as connection:
            for some in _parts(ids):
                connection.execute(papers.update().where(papers.c.id.in_(some)).values(leaving=False))

    def mark_indexed(self, stamp: str, vectors: dict[str, npt.NDArray[np.float32]]) -> None:
        """Notes that both indexes hold these papers; `vectors`: id → one unit row a sentence."""
        with self.database.writing() as connection:
            for ident, rows in vectors.items():
                connection.execute(
                    papers.update()
                    .where(papers.c.id == ident)
                    .values(indexed_by=stamp, sentence_vectors=pack(rows))
                )

    def set_aside(self, reasons: Mapping[str, str]) -> None:
        """Removes papers that can't be indexed, and keeps the reason; `reasons`: by id."""
        with self.database.writing() as connection:
            for ident, reason in reasons.items():
                values = {"removed": now(), "leaving": True, "set_aside": reason, **WAITING}
                connection.execute(papers.update().where(papers.c.id == ident).values(values))

    def papers_set_aside(self) -> dict[str, str]:
        """Why papers were set aside, by id."""
        # As a range, as in `leaving`.
        query = sa.select(papers.c.id, papers.c.set_aside).where(
            papers.c.removed > "", papers.c.set_aside.is_not(None)
        )
        with self.database.reading() as connection:
            return {row.id: row.set_aside for row in connection.execute(query)}

    def mark_all_waiting(self) -> None:
        """Every paper will be indexed again (the indexes are to be rebuilt)."""
        with self.database.writing() as connection:
            connection.execute(papers.update().values(**WAITING))

    def lay_out_again(self, layout: Callable[[str, str], Layout]) -> None:
        """Finds sentences and passages again (`layout`: title, abstract →) and marks all waiting."""
        with self.database.writing() as connection:
            for row in connection.execute(sa.select(papers.c.id, papers.c.title, papers.c.abstract)).all():
                fresh = layout(row.title, row.abstract)
                connection.execute(
                    papers.update().where(papers.c.id == row.id).values(**spans(fresh), **WAITING)
                )

    # Reading

    def count(self) -> int:
        """Papers in the catalog."""
        with self.database.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).where(_THERE)).scalar_one()

    def count_waiting(self, stamp: str) -> int:
        """Papers that no index built by `stamp` holds yet."""
        query = sa.select(sa.func.count()).select_from(papers).where(_waiting(stamp))
        with self.database.reading() as connection:
            return connection.execute(query).scalar_one()

    def count_indexed(self, stamp: str) -> tuple[int, int]:
        """Papers, and passages of papers, that indexes built by `stamp` hold."""
        passages = sa.func.coalesce(sa.func.sum(sa.func.json_array_length(papers.c.passages)), 0)
        query = sa.select(sa.func.count(), passages).where(papers.c.indexed_by == stamp)
        with self.database.reading() as connection:
            row = connection.execute(query).one()
        return int(row[0]), int(row[1])

    def waiting(self, stamp: str, limit: int) -> list[PaperRecord]:
        """The first `limit` papers, by order of arrival, that `stamp` hasn't indexed; those that no stamp
        has come first.
        """
        # In two queries, each of which the index on `indexed_by` answers: one for both goes through the
        # whole catalog, batch by batch.
        others = sa.select(papers.c.number).where(
            _THERE, (papers.c.indexed_by < stamp) | (papers.c.indexed_by > stamp)
        )
        for condition in (_THERE & papers.c.indexed_by.is_(None), papers.c.number.in_(others)):
            query = sa.select(papers).where(condition).order_by(papers.c.number).limit(limit)
            with self.database.reading() as connection:
                if rows := connection.execute(query).all():
                    return self._records(connection, rows)
        return []

    def get(self, ids: Collection[str], *, removed: bool = False) -> dict[str, PaperRecord]:
        """The papers with these ids; ids that the catalog doesn't know are left out.

        removed: those that were removed as well.
        """
        found: dict[str, PaperRecord] = {}
        among = sa.true() if removed else STILL_THERE
        with self.database.reading() as connection:
            for some in _parts(ids):
                rows = connection.execute(sa.select(papers).where(papers.c.id.in_(some), among)).all()
                found |= {entry.paper.id: entry for entry in self._records(connection, rows)}
        return found

    def count_passages(self, ids: Sequence[str]) -> dict[str, int]:
        """How many passages each of these papers has; ids that the catalog doesn't know are left out."""
        query = sa.select(papers.c.id, sa.func.json_array_length(papers.c.passages)).where(
            papers.c.id.in_(sa.bindparam("ids", expanding=True)), STILL_THERE
        )
        found: dict[str, int] = {}
        with self.database.reading() as connection:
            for some in _parts(ids):
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
        with self.database.reading() as connection:
            for some in _parts(ids):
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
        with self.database.reading() as connection:
            sentences = connection.execute(sa.select(size).where(indexed)).scalar_one() // dimensions
            # A prime scatters the numbers, so that no file or year is left out.
            scattered = sa.cast(papers.c.number, sa.BigInteger) * 7_919 % 1_000
            chosen = scattered < 1_000 * most // max(1, sentences)
            query = sa.select(papers.c.id).where(indexed, chosen).order_by(papers.c.number)
            ids = connection.execute(query).scalars()
            held = self.sentence_vectors(list(ids), dimensions)
        return np.split(held.vectors, np.cumsum(held.counts)[:-1])

    def pages(self) -> list[str]:
        """The names of all pages and files that listed a paper, in order."""
        query = (
            sa.select(sightings.c.page)
            .join(papers, papers.c.id == sightings.c.paper)
            .where(_THERE)
            .distinct()
            .order_by(sightings.c.page)
        )
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def papers(self) -> Iterator[Paper]:
        """Every paper, by order of arrival."""
        after = 0
        while True:
            query = sa.select(papers).where(papers.c.number > after, STILL_THERE).order_by(papers.c.number)
            with self.database.reading() as connection:
                rows = connection.execute(query.limit(_IDS_PER_QUERY)).all()
                entries = self._records(connection, rows)
            if not entries:
                return
            yield from (entry.paper for entry in entries)
            after = entries[-1].number

    @staticmethod
    def _records(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[PaperRecord]:
        seen: dict[str, list[str]] = {row.id: [] for row in rows}
        where = sa.select(sightings.c.paper, sightings.c.page).where(sightings.c.paper.in_(list(seen)))
        for ident, page in connection.execute(where.order_by(sightings.c.page)):
            seen[ident].append(page)
        return [paper_record(row, tuple(seen[row.id])) for row in rows]


class _TakenBack(Exception):
    """Ends a rehearsal."""


_THERE = papers.c.removed.is_(None)
"""Not removed. A removed paper is indexed by nothing and has no vectors, so what asks for those needs no
more."""
STILL_THERE = sa.func.coalesce(papers.c.removed, "") == ""
"""The same, for papers that are found by something else: SQLite would rather go through all that are there
by the index on `removed` than look up a few by their ids."""


def _waiting(stamp: str) -> sa.ColumnElement[bool]:
    # Not `!=`, for which the database would read every paper.
    others = (papers.c.indexed_by < stamp) | (papers.c.indexed_by > stamp)
    return _THERE & (papers.c.indexed_by.is_(None) | others)


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    """`ids` as queries take them: so many at once."""
    whole = list(ids)
    return (whole[at : at + _IDS_PER_QUERY] for at in range(0, len(whole), _IDS_PER_QUERY))
