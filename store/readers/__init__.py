"""Files of papers → listings, with every entry that can't be used named by file and line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from footnote.store.errors import CorpusError
from footnote.store.readers.daily_papers import parse_page
from footnote.store.readers.jsonl import read_entries
from footnote.store.readers.reading import Reading, collect

__all__ = ["MAX_FILE_BYTES", "Reading", "find_files", "read_file"]

MAX_FILE_BYTES = 200_000_000
_PAGES = {".txt", ".md"}
_JSON_LINES = {".jsonl"}


def read_file(path: Path, *, page_year: int | None = None) -> Reading:
    """The listings of one file, and why each entry that isn't among them was refused.

    `.txt` and `.md` are saved Daily Papers pages, `.jsonl` is papers as JSON lines. `page_year`
    is the year of dates that stand without one on a page which doesn't give its own. Raises
    CorpusError where the file as a whole can't be used: another format, too large, not UTF-8,
    unreadable, or without any paper.
    """
    source = path.name.encode(errors="replace").decode()
    suffix = path.suffix.lower()
    if suffix not in _PAGES | _JSON_LINES:
        known = ".txt and .md (saved Daily Papers pages) and .jsonl (JSON lines)"
        raise CorpusError(source, None, f"this format isn't known; {known} are read")
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            reason = f"the file has {size:,} bytes, at most {MAX_FILE_BYTES:,} are read: split it"
            raise CorpusError(source, None, reason)
        if suffix in _PAGES:
            return parse_page(_decoded(path.read_bytes(), source), source, page_year)
        with path.open("rb") as file:
            reading = collect(read_entries(file, source), source)
    except OSError as error:
        raise CorpusError(source, None, f"can't be read: {error.strerror or error}") from error
    if not reading.listings and not reading.refused:
        raise CorpusError(source, None, "no paper is in this file")
    return reading


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = error.start - content.rfind(b"\n", 0, error.start)
        reason = f"byte {byte} of the line isn't UTF-8: save the file as UTF-8"
        raise CorpusError(source, line, reason) from None


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files that `paths` name, in that order and each once.

    A file stands for itself. A folder stands for the files of known format in it and below, by
    name, without hidden ones and README files. Raises CorpusError for a path that doesn't exist
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

    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(Path(parent, name) for name in names if _is_listed(name))
    return sorted(file for file in files if file.is_file())


def _is_listed(name: str) -> bool:
    known = Path(name).suffix.lower() in _PAGES | _JSON_LINES
    return known and not name.startswith(".") and not name.upper().startswith("README")
