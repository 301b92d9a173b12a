"""Reads whole indexes in a process of its own: damaged ones can end the process that reads them.

Run as `python -m footnote.store.index_reading FOLDER INDEX…`, it prints a line of JSON an index.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

COLLECTION = "passages"
"""Of Chroma. It is here and not in `store.dense` so that less is loaded."""
_AT_ONCE = 2_000


@dataclass(frozen=True)
class IndexReading:
    """What reading an index gave. entries: id → what stands under it (a checksum or version, "" where nothing
    is compared). problem: why it can't be read, None where it can.
    """

    entries: dict[str, str]
    problem: str | None = None


def read_indexes(folder: Path, indexes: Sequence[str]) -> dict[str, IndexReading]:
    """Reads these indexes of a library's folder in another process than this one.

    Where one ends that process, the rest are read in a further one.
    """
    found: dict[str, IndexReading] = {}
    while rest := [index for index in indexes if index not in found]:
        # Not `multiprocessing`, which runs the caller's main module again.
        command = [sys.executable, "-m", __name__, str(folder), *rest]
        ran = subprocess.run(command, capture_output=True, check=False)
        lines = [line for line in ran.stdout.splitlines() if line.startswith(b"{")]
        for index, line in zip(rest, lines, strict=False):
            found[index] = IndexReading(**json.loads(line))
        if len(lines) < len(rest):
            how = _signal_name(-ran.returncode) if ran.returncode < 0 else f"exit code {ran.returncode}"
            found[rest[len(lines)]] = IndexReading({}, f"reading it ends the process ({how})")
    return found


def text_mark(text: str) -> str:
    """Stands for a passage's text where two are compared."""
    return f"{zlib.crc32(text.encode(errors='replace')):08x}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def read_dense(folder: Path) -> dict[str, str]:
    """Passage id → mark of its text. Every vector is compared once. Raises what Chroma raises."""
    import chromadb
    import numpy as np
    from chromadb.config import Settings
    from chromadb.errors import NotFoundError

    if not (folder / "chroma.sqlite3").exists():
        return {}
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as connection:
        _check_sqlite(connection)
    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
    except NotFoundError:  # the process that began the index was killed
        return {}
    count = collection.count()
    entries: dict[str, str] = {}
    first: list[float] = []
    for at in range(0, count, _AT_ONCE):
        got = collection.get(limit=_AT_ONCE, offset=at, include=["documents", "embeddings"])
        vectors = np.asarray(got["embeddings"], np.float32)
        if not np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.01):
            raise ValueError("a vector in it isn't of length 1")
        first = first or vectors[0].tolist()
        for ident, text in zip(got["ids"], got["documents"] or [], strict=True):
            entries[ident] = text_mark(text or "")
    if count and len(collection.query(query_embeddings=first, n_results=count)["ids"][0]) < count:
        raise ValueError("a search doesn't find all of its passages")
    if len(entries) != count:
        raise ValueError(f"it gives {len(entries)} of {count} passages")
    return entries


def read_lexical(folder: Path) -> dict[str, str]:
    """Paper id → version of its document. Raises what tantivy raises."""
    import tantivy

    from footnote.store.lexical_documents import schema

    index = tantivy.Index(schema(), path=str(folder), reuse=True)
    searcher = index.searcher()
    entries: dict[str, str] = {}
    found = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
    for _, address in found:
        document = searcher.doc(address)
        ident = str(document["id"][0])
        if ident in entries:
            raise ValueError(f"it has {ident} twice")
        entries[ident] = str(document["version"][0])
    return entries


def read_tokens(folder: Path) -> dict[str, str]:
    """Paper id → "". Raises sqlite3.Error, ValueError."""
    with closing(sqlite3.connect(folder / "tokens.sqlite")) as connection:
        _check_sqlite(connection)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'papers'").fetchone():
            return {}
        for ident, pieces in connection.execute("SELECT id, length(pieces) FROM papers"):
            if pieces % 4:
                raise ValueError(f"the tokens of {ident} are cut off")
        return {str(ident): "" for (ident,) in connection.execute("SELECT id FROM papers")}


def _check_sqlite(connection: sqlite3.Connection) -> None:
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok":
        raise ValueError(str(result).partition("\n")[0])


_READERS = {"dense": read_dense, "lexical": read_lexical, "tokens": read_tokens}


def main(folder: str, *indexes: str) -> None:
    """Prints what each index holds, or why it can't be read."""
    for index in indexes:
        try:
            found = IndexReading(_READERS[index](Path(folder) / index))
        except BaseException as error:  # noqa: BLE001  # a panic of Rust's is no Exception
            found = IndexReading({}, f"{type(error).__name__}: {error}".partition("\n")[0])
        sys.stdout.write(json.dumps(asdict(found)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
