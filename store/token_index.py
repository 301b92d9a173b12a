"""The token index: papers token by token, a bit a dimension, in one SQLite file.

Beside the tokens it counts how many papers have each piece of the vocabulary, so that inverse document
frequencies are right as the library grows and no paper is indexed again for them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from footnote.store.errors import LibraryError
from footnote.store.faults import REPAIR, storage_fix
from footnote.store.protocols import QuestionTokens, SignedTokens
from footnote.store.signed_tokens import similarities

_FILE = "tokens.sqlite"
_WAIT_S = 30
_IDS_PER_QUERY = 500
_EVERY_PAPER = -1
"""Stands for a piece that every paper has: its count is that of all papers."""
_TABLES = """
CREATE TABLE IF NOT EXISTS papers (id TEXT PRIMARY KEY, pieces BLOB NOT NULL, signs BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS counts (piece INTEGER PRIMARY KEY, papers INTEGER NOT NULL);
"""


class SqliteTokenIndex:
    """Late interaction over the papers of one library. Searching is safe from several threads."""

    def __init__(self, folder: Path) -> None:
        """Opens the index in `folder`, making it where there is none.

        Raises LibraryError if what is there can't be read.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._turn = threading.Lock()
        with self._named():
            # Its own threads take turns; transactions are begun and ended here.
            self._connection = sqlite3.connect(
                folder / _FILE, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.executescript(_TABLES)

    def add(self, papers: Mapping[str, SignedTokens]) -> None:
        """As `TokenIndex` has it."""
        with self._writing() as connection:
            _take_out(connection, papers)
            connection.executemany(
                "INSERT INTO papers VALUES (?, ?, ?)",
                ((ident, held.pieces.tobytes(), held.signs.tobytes()) for ident, held in papers.items()),
            )
            _count(connection, (held.pieces for held in papers.values()), 1)

    def remove(self, papers: Collection[str]) -> None:
        """As `TokenIndex` has it."""
        with self._writing() as connection:
            _take_out(connection, papers)

    def close(self) -> None:
        """As `TokenIndex` has it."""
        with self._turn:
            self._connection.close()

    def count(self) -> int:
        """As `TokenIndex` has it."""
        with self._reading() as connection:
            return _counts(connection, [])[_EVERY_PAPER]

    def papers(self) -> set[str]:
        """As `TokenIndex` has it."""
        with self._reading() as connection:
            return {ident for (ident,) in connection.execute("SELECT id FROM papers")}

    def scores(self, question: QuestionTokens, papers: Collection[str]) -> dict[str, float]:
        """As `TokenIndex` has it."""
        with self._reading() as connection:
            counts = _counts(connection, question.pieces)
            held = [(ident, signs) for ident, signs in _of(connection, "signs", papers) if signs]
        if not held or not question.pieces:
            return {}
        frequency = np.array([counts.get(piece, 0) for piece in question.pieces], np.float64)
        idf = np.log(1 + (counts[_EVERY_PAPER] - frequency + 0.5) / (frequency + 0.5))
        width = question.rows.shape[1] // 8
        signs = [np.frombuffer(row, np.uint8).reshape(-1, width) for _, row in held]
        found = similarities(question.rows, idf / idf.sum(), signs)
        return dict(zip((ident for ident, _ in held), found.tolist(), strict=True))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._turn, self._named():
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing."""
        with self._turn, self._named():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:  # SQLite ends it itself where the disk is full
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(
                f"the token index in {self._folder} can't be used ({error}); {storage_fix(error) or REPAIR}"
            ) from error


def _take_out(connection: sqlite3.Connection, papers: Collection[str]) -> None:
    held = dict(_of(connection, "pieces", papers))
    connection.executemany("DELETE FROM papers WHERE id = ?", ((ident,) for ident in held))
    _count(connection, (np.frombuffer(pieces, np.uint32) for pieces in held.values()), -1)
    connection.execute("DELETE FROM counts WHERE papers = 0")


def _count(connection: sqlite3.Connection, papers: Iterable[npt.NDArray[np.uint32]], by: int) -> None:
    """Counts papers in (`by` 1) or out (−1). papers: the different pieces of each."""
    every = list(papers)
    if not every:
        return
    pieces, times = np.unique(np.concatenate(every), return_counts=True)
    connection.executemany(
        "INSERT INTO counts VALUES (?, ?) "
        "ON CONFLICT (piece) DO UPDATE SET papers = papers + excluded.papers",
        [(_EVERY_PAPER, by * len(every)), *zip(pieces.tolist(), (by * times).tolist(), strict=True)],
    )


def _counts(connection: sqlite3.Connection, pieces: Collection[int]) -> dict[int, int]:
    """How many papers have each of these pieces, those that none has left out, and how many there are."""
    asked = sorted({_EVERY_PAPER, *pieces})
    marks = ",".join("?" * len(asked))
    found = connection.execute(f"SELECT piece, papers FROM counts WHERE piece IN ({marks})", asked)
    return {_EVERY_PAPER: 0, **dict(found)}


def _of(connection: sqlite3.Connection, column: str, papers: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Id and `column` of those of `papers` that are held."""
    ids = list(papers)
    for at in range(0, len(ids), _IDS_PER_QUERY):
        some = ids[at : at + _IDS_PER_QUERY]
        marks = ",".join("?" * len(some))
        yield from connection.execute(f"SELECT id, {column} FROM papers WHERE id IN ({marks})", some)
