"""Files of papers → listings, with every file and entry that can't be used named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.readers.containers import is_container, members
from footnote.store.readers.csv_table import CsvReader
from footnote.store.readers.read_result import HEAD_BYTES, Entry, ReadFile, collect
from footnote.store.readers.refusals import looks_like
from footnote.store.readers.registry import reader_for
from footnote.store.readers.zotero import DATABASE

__all__ = ["MAX_FILE_BYTES", "ReadFile", "find_files", "read_entries", "read_file", "source_name"]

MAX_FILE_BYTES = 200_000_000


def read_file(path: Path, *, page_year: int | None = None) -> ReadFile:
    """All that one file holds: see `read_entries`, and `read_result.collect` for its limit.

    Raises CorpusError also for a file without any record.
    """
    source = source_name(path)
    found = collect(read_entries(path, page_year=page_year), source)
    if not (found.listings or found.refused or found.titles):
        raise CorpusError(source, None, "no paper is in this file")
    return found


def read_entries(
    path: Path, *, page_year: int | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[Entry]:
    """What one file holds, record by record, in the file's order; memory doesn't grow with the file.

    Its content says which reader reads it (`readers.registry`), and the files in an archive are read one
    after another. `page_year` is the year of dates that stand without one on a page which doesn't give its
    own. columns: the file is a table with headers of its own, see `csv_table`. Raises CorpusError where the
    file as a whole can't be used: another format (with what it looks like), too large, unreadable.
    """
    source = source_name(path)
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                reason = f"the file has {size:,} bytes, at most {MAX_FILE_BYTES:,} are read: split it"
                raise CorpusError(source, None, reason)
            head = file.read(HEAD_BYTES)
            file.seek(0)
            if not is_container(head):
                yield from _entries(file, source, page_year, columns)
                return
            for name, member in members(file, source):
                try:
                    if isinstance(member, CorpusError):
                        raise member
                    yield from _entries(member, name, page_year, columns)
                except CorpusError as error:  # the other members are read
                    yield error
    except OSError as error:
        raise CorpusError(source, None, f"can't be read: {error.strerror or error}") from error


def _entries(
    file: BinaryIO, source: str, page_year: int | None, columns: Mapping[str, str] | None
) -> Iterator[Entry]:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head.strip():
        raise CorpusError(source, None, "no paper is in this file: it is empty")
    if is_container(head):
        raise CorpusError(source, None, "an archive in an archive isn't read: unpack it")
    if columns:
        yield from CsvReader().read(file, source, columns=columns)
        return
    reader = reader_for(head)
    if reader is None:
        raise CorpusError(source, None, looks_like(head))
    yield from reader.read(file, source, page_year=page_year)


def source_name(path: Path) -> str:
    """How the listings and errors of a file name it."""
    return path.name.encode(errors="replace").decode()


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files that `paths` name, in that order and each once.

    A file stands for itself. A folder stands for all files in it and below, by name, without hidden ones;
    what isn't of papers is refused when it is read. The folder of a Zotero library stands for its database.
    Raises CorpusError for a path that doesn't exist or a folder that can't be listed.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            files = _files_below(path)
        elif path.is_file():
            files = [path]
        else:
            problem = "neither a file nor a folder" if path.exists() else "no such file or folder"
            raise CorpusError(str(path), None, problem)
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _files_below(folder: Path) -> list[Path]:
    def unlisted(error: OSError) -> None:
        raise CorpusError(str(error.filename), None, f"can't be listed: {error.strerror}") from error

    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unlisted):
        if DATABASE in names:  # around it lie the PDFs of the library, its backups and styles
            folders[:], names = [], [DATABASE]
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        files.extend(Path(parent, name) for name in names if not name.startswith("."))
    return sorted(file for file in files if _is_readable(file))


def _is_readable(file: Path) -> bool:
    """False for pipes and devices, which may never end; a broken link is refused by name when it is read."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True
