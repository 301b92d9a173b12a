"""Files of papers → the library: read, recorded, indexed; safe to kill and run again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from footnote.store.batches import Batch
from footnote.store.catalog import is_fresh
from footnote.store.chroma_server import ChromaServer
from footnote.store.errors import CorpusError, LibraryBusy, LibraryError
from footnote.store.library import Library
from footnote.store.progress import Progress
from footnote.store.protocols import Embedder
from footnote.store.readers import find_files, read_entries, source_name
from footnote.store.readers.read_result import Entry, limited
from footnote.store.recording import Recorded, record

log = logging.getLogger(__name__)

SAMPLE_CORPUS = Path(__file__).parent / "corpus"
"""The papers that ship: five saved pages of "Daily Papers" listings, 64, 119, 79, 60 and 86 listings of 295
papers, byte for byte as saved. The pages give no year, so neither have the dates. Origin and licence: see
`NOTICE`."""
_FIRST_WAIT_S = 600


@dataclass(frozen=True, kw_only=True)
class FileReport(Recorded):
    """What one file gave, and what of it was refused. See `Recorded`."""

    file: str

    @property
    def new_papers(self) -> int:
        """How many papers are new."""
        return len(self.added)


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What one run of ingestion did. batch: its number; None where nothing was changed.

    set_aside: papers that turned out not to be indexable, by id, with the reason.
    """

    files: tuple[FileReport, ...] = ()
    indexed: int = 0
    batch: int | None = None
    set_aside: Mapping[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[CorpusError, ...]:
        """Every file and entry that couldn't be read."""
        return tuple(error for file in self.files for error in file.refused)


def ingest(
    library: Library,
    paths: Sequence[Path],
    *,
    page_year: int | None = None,
    columns: Mapping[str, str] | None = None,
    owner: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    on_read: Progress | None = None,
    on_file: Callable[[FileReport], None] | None = None,
) -> IngestReport:
    """Adds the papers of files and folders as one batch, then indexes all that wait.

    Idempotent: what is known is left as it is. A file is recorded in one transaction and papers
    are indexed in batches, so a run that was killed goes on where it was. What can't be read is
    in the report, and the rest is kept. page_year: the year of dates that a page gives without
    one. columns: field → its header, in tables that have headers of their own. owner: the visitor whose files
    they are; None for the library's owner. dry_run: the report says what would be done, and nothing is.
    on_read: records read of a file so far. Raises CorpusError for a path that doesn't exist, LibraryError for
    a locked library.
    """
    files = find_files(paths)
    reports: list[FileReport] = []
    read = partial(read_entries, page_year=page_year, columns=columns)
    batch = Batch(owner=owner)
    with library.writing(), ExitStack() as stack:
        rehearsal = stack.enter_context(library.catalog.rehearsal()) if dry_run else None
        for file in files:
            report = _record(library, rehearsal, file, batch, read, on_read)
            reports.append(report)
            if on_file:
                on_file(report)
        if dry_run:
            return IngestReport(files=tuple(reports))
        before = library.catalog.papers_set_aside()
        indexed = library.index_waiting(progress)
        set_aside = {k: v for k, v in library.catalog.papers_set_aside().items() if k not in before}
    return IngestReport(
        files=tuple(reports), indexed=indexed - len(set_aside), batch=batch.number, set_aside=set_aside
    )


def _record(
    library: Library,
    rehearsal: sa.Connection | None,
    file: Path,
    batch: Batch,
    read: Callable[[Path], Iterator[Entry]],
    on_read: Progress | None,
) -> FileReport:
    """Records one file: all that can be read of it, or nothing where the file as a whole can't be used."""
    number = batch.number
    try:
        with _transaction(library, rehearsal) as connection:
            entries = limited(read(file), file.name)
            recorded = record(connection, entries, library.layouts.of, batch=batch, progress=on_read)
            if not (recorded.listings or recorded.refused or recorded.titles):
                raise CorpusError(source_name(file), None, "no paper is in this file")
    except CorpusError as error:
        batch.number = number
        return FileReport(file=file.name, refused=(error,), refused_count=1)
    return FileReport(file=file.name, **{f.name: getattr(recorded, f.name) for f in fields(recorded)})


@contextmanager
def _transaction(library: Library, rehearsal: sa.Connection | None) -> Iterator[sa.Connection]:
    if rehearsal is None:
        with library.catalog.database.writing() as connection:
            yield connection
    else:
        with rehearsal.begin_nested():
            yield rehearsal


def open_library(
    folder: Path,
    *,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    server: ChromaServer | None = None,
) -> Library:
    """The library in `folder`; where there is none, one of the papers that ship.

    Indexing that was interrupted, or of an index that was deleted, is finished first, unless another
    process is doing so. embedder: default: the one that ships. server: holds the dense index.
    """
    unfinished = folder / "sample.unfinished"
    if is_fresh(folder):
        _touch(unfinished)
    library = Library(folder, embedder, server=server)
    if unfinished.exists():
        log.info("making a library of the papers that ship in %s", folder)
        # Another process may be at it: to wait for it is to have it done.
        with library.writing(wait_s=_FIRST_WAIT_S):
            ingest(library, [SAMPLE_CORPUS], progress=progress)
            unfinished.unlink(missing_ok=True)
    elif not library.copy_of and library.is_unfinished():
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
