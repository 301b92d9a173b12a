"""Whether the parts of a home agree: catalog, indexes, lens, map, conversations; and what repairs them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from footnote.store import catalog as catalogs
from footnote.store import contents
from footnote.store.chats import conversations
from footnote.store.chroma_server import ChromaServer
from footnote.store.errors import FootnoteError, IndexMismatch
from footnote.store.index_reading import IndexReading, read_indexes, text_mark
from footnote.store.indexes import INDEXES
from footnote.store.lens import Lens
from footnote.store.lexical_documents import paper_version
from footnote.store.library import Library
from footnote.store.map.paper_map import PaperMap
from footnote.store.progress import Progress
from footnote.store.protocols import Embedder

REPAIR = "footnote doctor --repair"
RESTORE = "footnote restore FILE --replace"
_IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Finding:
    """A part that isn't sound, what is wrong with it, and the command that repairs it."""

    part: str
    problem: str
    command: str


def examine(home: Path, embedder: Embedder, server: ChromaServer | None = None) -> list[Finding]:
    """All that is wrong with the library and the conversations in `home`; [] where they are sound."""
    return [*_library_findings(home / "library", embedder, server), *_conversations_findings(home)]


def repair(
    home: Path, embedder: Embedder, progress: Progress | None = None, server: ChromaServer | None = None
) -> list[Finding]:
    """Builds again from the catalog what it can; returns what is still wrong.

    The catalog and the conversations are only read: a backup alone can repair those.
    Raises LibraryBusy, and LibraryError where the disk is full or can't be written to.
    """
    folder = home / "library"
    found = _library_findings(folder, embedder, server)
    if found and not any(finding.command == RESTORE for finding in found):
        with closing(Library(folder, embedder, server=server)) as library, library.writing():
            parts = {finding.part for finding in found}
            library.rebuild(only=[index for index in INDEXES if f"{index} index" in parts])
            for part in ("lens", "map"):
                if part in parts:
                    (folder / f"{part}.npz").unlink(missing_ok=True)
            library.index_waiting(progress)
    return examine(home, embedder, server)


def _library_findings(folder: Path, embedder: Embedder, server: ChromaServer | None) -> list[Finding]:
    if catalogs.is_fresh(folder):
        return []
    file = folder / catalogs.FILE
    if file.exists() and (problem := sqlite_problem(file)):
        return [Finding("catalog", problem, RESTORE)]
    try:
        library = Library(folder, embedder, server=server)
        with closing(library):
            # What a server holds can't damage this process, and searches say what it lacks.
            local = [index for index in INDEXES if index != "dense" or server is None]
            return list(_disagreements(library, read_indexes(folder, local)))
    except (FootnoteError, ValueError) as error:
        # ValueError: a row that no version of Footnote writes.
        return [Finding("catalog", str(error).partition("\n")[0], RESTORE)]


def _disagreements(library: Library, readings: Mapping[str, IndexReading]) -> Iterator[Finding]:
    expected, waiting = _expected(library)
    for index in readings:
        problem = _stamp_problem(library, index) or readings[index].problem
        problem = problem or _difference(expected[index], readings[index].entries)
        if problem:
            yield Finding(f"{index} index", problem, REPAIR)
    if waiting:
        yield Finding("library", f"{waiting} papers wait to be indexed", "footnote ingest")
    if leaving := library.catalog.leaving():
        yield Finding("library", f"{len(leaving)} removed papers may be in an index", "footnote ingest")
    for name, kind in (("lens", Lens), ("map", PaperMap)):
        file = library.folder / f"{name}.npz"
        if file.exists() and kind.load(file, library.embedder_stamp) is None:
            yield Finding(name, f"{file.name} can't be read, or another embedder made it", REPAIR)
    if not waiting and (library.lacks_lens() or library.lacks_map()):
        yield Finding("library", "the lens or the map is out of date", "footnote ingest")


def _stamp_problem(library: Library, index: str) -> str | None:
    try:
        library.indexes.check(index)
    except IndexMismatch as error:
        return str(error)
    if library.indexes.has_stamp(index) or not library.catalog.count_indexed(library.stamp)[0]:
        return None
    return "it is missing, or it is unknown what built it"


def _expected(library: Library) -> tuple[dict[str, dict[str, str]], int]:
    """What each index has to hold by the catalog, and how many papers wait.

    Raises ValueError for a row of the catalog that makes no paper.
    """
    dense: dict[str, str] = {}
    lexical: dict[str, str] = {}
    tokens: dict[str, str] = {}
    ids = contents.indexed_ids(library.catalog)
    for at in range(0, len(ids), _IDS_AT_ONCE):
        records = list(library.catalog.get(ids[at : at + _IDS_AT_ONCE]).values())
        for passage in library.encoder.passages(records):
            dense[f"{passage.paper}:{passage.number}"] = text_mark(passage.text)
        lexical |= {record.paper.id: paper_version(record.paper) for record in records}
        tokens |= dict.fromkeys((record.paper.id for record in records), "")
    waiting = library.catalog.count_waiting(library.stamp)
    return {"dense": dense, "lexical": lexical, "tokens": tokens}, waiting


def _difference(expected: Mapping[str, str], found: Mapping[str, str]) -> str | None:
    missing = len(expected.keys() - found.keys())
    extra = len(found.keys() - expected.keys())
    other = sum(found[key] != mark for key, mark in expected.items() if key in found)
    counts = ((missing, "missing"), (extra, "that the catalog doesn't have"), (other, "with another text"))
    said = [f"{count} {words}" for count, words in counts if count]
    return f"of {len(expected)} entries, {', '.join(said)}" if said else None


def _conversations_findings(home: Path) -> list[Finding]:
    file = home / conversations.FILE
    if not file.exists():
        return []
    problem = sqlite_problem(file)
    if problem is None:
        try:
            conversations.Conversations.in_folder(home).close()
        except FootnoteError as error:
            problem = str(error)
    return [Finding("conversations", problem, RESTORE)] if problem else []


def sqlite_problem(file: Path) -> str | None:
    """What is wrong with a SQLite file as such; None where all of its pages can be read."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            (result,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    if result != "ok":
        return str(result).partition("\n")[0]
    return "rows refer to rows that are gone" if broken else None


def discard_indexes(folder: Path) -> None:
    """Deletes everything in a library's folder that is made from the catalog."""
    for index in INDEXES:
        # What says that the index is whole goes first.
        (folder / index / "built-by.txt").unlink(missing_ok=True)
        shutil.rmtree(folder / index, ignore_errors=True)
    for name in ("lens.npz", "map.npz", "sample.unfinished"):
        (folder / name).unlink(missing_ok=True)
