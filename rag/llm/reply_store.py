"""Replies stored on disk, so that the same prompt isn't paid for twice.

One SQLite file for all processes, opened for each access: that takes a fraction of a millisecond, and
no connection outlives its thread. Where the file can't be used, the model is asked and the reason is
logged. Questions are private, so no other user may read the file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from filelock import FileLock

log = logging.getLogger(__name__)

FILE = "replies-1.sqlite"
"""The number is the version of the table."""
_WAIT_S = 2.0
_TABLE = """
CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL, bytes INTEGER NOT NULL,
                                    used REAL NOT NULL);
CREATE INDEX IF NOT EXISTS replies_used ON replies (used);
"""


def reply_key(**shaping: object) -> str:
    """A hash of everything that shapes a reply, passed as JSON values by name."""
    return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()


class ReplyStore:
    """Replies by key; the least recently used are deleted first. Safe across threads and processes.

    Raises nothing: failures are logged, and the reply counts as not stored. A file that is no longer a
    database is renamed, with `.broken` appended to its name, and a new one is created.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """most_bytes: size of the file; 0: nothing is stored or found."""
        self._path = folder / FILE
        self._most_bytes = most_bytes

    def get(self, key: str) -> str | None:
        """The reply stored under a key, None where there is none."""
        if not self._most_bytes or not self._path.exists():
            return None
        found = self._do(
            "UPDATE replies SET used = ? WHERE key = ? RETURNING reply",
            (time.time(), key),
        )
        return str(found[0][0]) if found else None

    def put(self, key: str, reply: str) -> None:
        """Stores a reply, and deletes the least recently used ones where the file would be too large."""
        try:
            size = len(reply.encode())
        except UnicodeEncodeError:  # half a surrogate pair: no file can hold it
            return
        if size < self._most_bytes:
            self._do(
                "INSERT OR REPLACE INTO replies (key, reply, bytes, used) VALUES (?, ?, ?, ?)",
                (key, reply, size, time.time()),
                most_bytes=self._most_bytes,
            )

    def remove(self, key: str) -> None:
        """Deletes one reply."""
        if self._most_bytes and self._path.exists():
            self._do("DELETE FROM replies WHERE key = ?", (key,))

    def _do(
        self, statement: str, values: tuple[object, ...], *, most_bytes: int | None = None
    ) -> list[tuple[object, ...]]:
        """The rows of one statement, run in a transaction; none where it fails, which is logged."""
        try:
            with closing(self._connect()) as db:
                with db:
                    rows = db.execute(statement, values).fetchall()
                    if most_bytes is not None:
                        _evict(db, most_bytes)
                if most_bytes is not None:
                    db.executescript("PRAGMA incremental_vacuum")  # `execute` would free a single page
            return rows
        except sqlite3.OperationalError as error:  # locked, full, read-only
            log.warning("the replies stored in %s can't be used: %s", self._path, error)
        except sqlite3.DatabaseError as error:
            self._set_aside(error)
        except OSError as error:
            log.warning("replies can't be stored in %s: %s", self._path.parent, error.strerror)
        return []

    def _connect(self) -> sqlite3.Connection:
        new = not self._path.exists()
        if new:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        db = sqlite3.connect(self._path, timeout=_WAIT_S)
        if new or not self._path.stat().st_size:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_TABLE)
        return db

    def _set_aside(self, error: Exception) -> None:
        aside = self._path.with_name(f"{FILE}.broken")
        try:
            with FileLock(self._path.with_name(f"{FILE}.lock"), timeout=_WAIT_S, mode=0o600):
                if _is_whole(self._path):  # another process was here first
                    return
                self._path.replace(aside)
        except OSError as failure:  # also the lock's own Timeout
            log.warning("the broken file %s can't be renamed: %s", self._path, failure)
            return
        log.warning(
            "the replies stored in %s can't be read (%s): the file is now %s", self._path, error, aside
        )


def _evict(db: sqlite3.Connection, most_bytes: int) -> None:
    """Deletes the least recently used replies until the pages in use fit.

    Half of the excess at a time: a reply takes more room on its pages than it has bytes.
    """
    while (over := (_used_bytes(db) - most_bytes) / 2) > 0:
        oldest: list[tuple[str]] = []
        for key, size in db.execute("SELECT key, bytes FROM replies ORDER BY used"):
            oldest.append((key,))
            over -= size
            if over <= 0:
                break
        if not oldest:
            return
        db.executemany("DELETE FROM replies WHERE key = ?", oldest)


def _used_bytes(db: sqlite3.Connection) -> int:
    pages, free, size = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _is_whole(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_S)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
