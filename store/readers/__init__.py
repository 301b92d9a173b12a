"""Files of papers → listings, with every entry that can't be used named by file and line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from footnote.store.errors import CorpusError
from footnote.store.readers.read_result import HEAD_BYTES, Entry, ReadFile, collect
from footnote.store.readers.registry import known_formats, reader_for, readers

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


def read_entries(path: Path, *, page_year: int | None = None) -> Iterator[Entry]:
    """What one file holds, record by record, in the file's order; memory doesn't grow with the file.

    Its content says which reader reads it, or where content can't tell, its ending (`readers.registry`).
    `page_year` is the year of dates that stand without one on a page which doesn't give its own. Raises
    CorpusError where the file as a whole can't be used: another format, too large, unreadable.
    """
    source = source_name(path)
    try:
        with path.open("rb") as file:
            reader = reader_for(path.name, file.read(HEAD_BYTES))
            if reader is None:
                raise CorpusError(source, None, f"this format isn't known; {known_formats()} are read")
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                reason = f"the file has {size:,} bytes, at most {MAX_FILE_BYTES:,} are read: split it"
                raise CorpusError(source, None, reason)
            file.seek(0)
            yield from reader.read(file, source, page_year=page_year)
    except OSError as error:
        raise CorpusError(source, None, f"can't be read: {error.strerror or error}") from error


def source_name(path: Path) -> str:
    """How the listings and errors of a file name it."""
    return path.name.encode(errors="replace").decode()


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files that `paths` name, in that order and each once.

    A file stands for itself. A folder stands for the files in it and below whose ending a reader has,
    by name, without hidden ones and README files. Raises CorpusError for a path that doesn't exist
    or a folder that can't be listed.
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

    endings = {suffix for reader in readers() for suffix in reader.suffixes}

    def is_listed(name: str) -> bool:
        known = Path(name).suffix.lower() in endings
        return known and not name.startswith(".") and not name.upper().startswith("README")

    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(Path(parent, name) for name in names if is_listed(name))
    return sorted(file for file in files if file.is_file())
