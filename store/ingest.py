"""Files of papers → the library: read, recorded, indexed; safe to kill and run again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from footnote.store.catalog import is_fresh
from footnote.store.errors import CorpusError, LibraryBusy, LibraryError
from footnote.store.library import Library
from footnote.store.progress import Progress
from footnote.store.protocols import Embedder
from footnote.store.readers import find_files, read_file

log = logging.getLogger(__name__)

SAMPLE_CORPUS = Path(__file__).parent / "corpus"
"""The papers that ship: five saved pages of "Daily Papers" listings, 64, 119, 79, 60 and 86 listings of 295
papers, byte for byte as saved. The pages give no year, so neither have the dates. Origin and licence: see
`NOTICE`."""
_FIRST_WAIT_S = 600


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What one file gave, and what of it was refused. See `Recorded` for the rest."""

    file: str
    listings: int = 0
    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    new_sightings: int = 0
    refused: tuple[CorpusError, ...] = ()

    @property
    def new_papers(self) -> int:
        """How many papers are new."""
        return len(self.added)


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What one run of ingestion did."""

    files: tuple[FileReport, ...] = ()
    indexed: int = 0

    @property
    def refused(self) -> tuple[CorpusError, ...]:
        """Every file and entry that couldn't be read."""
        return tuple(error for file in self.files for error in file.refused)


def ingest(
    library: Library,
    paths: Sequence[Path],
    *,
    page_year: int | None = None,
    progress: Progress | None = None,
    on_file: Callable[[FileReport], None] | None = None,
) -> IngestReport:
    """Adds the papers of files and folders, then indexes all that wait.

    Idempotent: what is known is left as it is. A file is recorded in one transaction and papers
    are indexed in batches, so a run that was killed goes on where it was. What can't be read is
    in the report, and the rest is kept. page_year: the year of dates that a page gives without
    one. Raises CorpusError for a path that doesn't exist, LibraryError for a locked library.
    """
    files = find_files(paths)
    reports: list[FileReport] = []
    with library.writing():
        for file in files:
            report = _record(library, file, page_year)
            reports.append(report)
            if on_file:
                on_file(report)
        indexed = library.index_waiting(progress)
    return IngestReport(files=tuple(reports), indexed=indexed)


def _record(library: Library, file: Path, page_year: int | None) -> FileReport:
    try:
        found = read_file(file, page_year=page_year)
    except CorpusError as error:
        return FileReport(file=file.name, refused=(error,))
    recorded = library.record(found.listings)
    return FileReport(
        file=file.name,
        listings=len(found.listings),
        added=recorded.added,
        restored=recorded.restored,
        merged=recorded.merged,
        new_sightings=recorded.new_sightings,
        refused=(*found.refused, *recorded.refused),
    )


def open_library(
    folder: Path, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Library:
    """The library in `folder`; where there is none, one of the papers that ship.

    Indexing that was interrupted, or of an index that was deleted, is finished first, unless another
    process is doing so. embedder: default: the one that ships.
    """
    unfinished = folder / "sample.unfinished"
    if is_fresh(folder):
        _touch(unfinished)
    library = Library(folder, embedder)
    if unfinished.exists():
        log.info("making a library of the papers that ship in %s", folder)
        # Another process may be at it: to wait for it is to have it done.
        with library.writing(wait_s=_FIRST_WAIT_S):
            ingest(library, [SAMPLE_CORPUS], progress=progress)
            unfinished.unlink(missing_ok=True)
    elif library.is_unfinished():
        try:
            with library.writing(wait_s=0):
                library.index_waiting(progress)
        except LibraryBusy:
            log.warning("another process is indexing; %d papers wait", library.count_waiting())
    return library


def _touch(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    except OSError as error:
        raise LibraryError(
            f"the library's folder {file.parent} can't be used ({error.strerror or error}): set "
            "FOOTNOTE_HOME to a folder that may be written to"
        ) from error
