"""Adds the papers of uploaded files to the library, and reports the progress."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from footnote.store.errors import CorpusError, FootnoteError, LibraryBusy
from footnote.store.filters import MAX_IDS
from footnote.store.ingest import FileReport, ingest
from footnote.store.library import Library
from footnote.ui.add import strings, uploads

log = logging.getLogger(__name__)

_WAIT_S = 600
_RETRY_S = 2
_REPORT_EVERY_S = 0.2


@dataclass(frozen=True, kw_only=True)
class AddProgress:
    """The progress of one upload.

    names: of the files to read, in order. reports: one for each file that was read. refused: files that
    weren't read at all. waits: whether somebody else is writing to the library. indexing: papers indexed,
    and papers in all. read: records read so far of the file that is being read. error: why it failed.
    preview: nothing is written; the reports say what would be done.
    """

    names: tuple[str, ...] = ()
    reports: tuple[FileReport, ...] = ()
    refused: tuple[CorpusError, ...] = ()
    waits: bool = False
    indexing: tuple[int, int] | None = None
    read: int = 0
    error: str = ""
    done: bool = False
    preview: bool = False

    @property
    def added(self) -> tuple[str, ...]:
        """The ids of the papers that weren't in the library before."""
        return _unique(paper for report in self.reports for paper in (*report.added, *report.restored))

    @property
    def papers(self) -> tuple[str, ...]:
        """The ids of all papers in the files, up to the maximum of a scope."""
        listed = (
            paper
            for report in self.reports
            for paper in (*report.added, *report.restored, *report.changed, *report.merged)
        )
        return _unique(listed)[:MAX_IDS]

    @property
    def changes_library(self) -> bool:
        """Whether papers are new, restored or changed."""
        return any(report.added or report.restored or report.changed for report in self.reports)


def _unique(papers: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(papers))


def add(
    library: Library, paths: Sequence[str], owner: str | None, *, preview: bool = False
) -> Iterator[AddProgress]:
    """Adds the papers of uploaded files, and deletes the files. The last value is `done`.

    Runs to the end even if the generator is closed. owner: the visitor's id. preview: nothing is added, and
    the files stay.
    """
    job = _Job(library, tuple(paths), owner or "", preview)
    updates: queue.SimpleQueue[AddProgress] = queue.SimpleQueue()
    ended: Future[AddProgress] = Future()
    # A daemon, so that the server can stop at once: the next ingestion finishes an interrupted one.
    threading.Thread(target=_run, args=(job, updates, ended), daemon=True, name="adding").start()
    while not ended.done():
        newest: AddProgress | None = None
        try:
            newest = updates.get(timeout=_REPORT_EVERY_S)
            while True:
                newest = updates.get_nowait()
        except queue.Empty:
            if newest is not None:
                yield newest
    yield ended.result()


@dataclass(frozen=True)
class _Job:
    library: Library
    paths: tuple[str, ...]
    owner: str
    preview: bool


def _run(
    job: _Job,
    updates: queue.SimpleQueue[AddProgress],
    ended: Future[AddProgress],
) -> None:
    try:
        ended.set_result(_add(job, updates))
    except BaseException as error:  # noqa: BLE001  # raised in the caller's thread, by `ended.result()`
        ended.set_exception(error)


def _add(job: _Job, updates: queue.SimpleQueue[AddProgress]) -> AddProgress:
    library = job.library
    with uploads.moved(job.paths, keep=job.preview) as moved:
        now = AddProgress(
            preview=job.preview, names=tuple(file.name for file in moved.files), refused=moved.refused
        )

        def report(**changed: object) -> None:
            nonlocal now
            now = replace(now, **changed)  # type: ignore[arg-type]
            updates.put(now)

        report()
        if moved.files:
            try:
                with _writing(library, lambda: report(waits=True)):
                    report(waits=False)
                    ingest(
                        library,
                        moved.files,
                        owner=job.owner,
                        dry_run=job.preview,
                        progress=lambda done, todo: report(indexing=(done, todo)),
                        on_read=lambda records, _: report(read=records),
                        on_file=lambda file: report(reports=(*now.reports, file), read=0),
                    )
            except LibraryBusy:
                report(waits=False, error=strings.ADD_BUSY)
            except (FootnoteError, OSError):
                log.exception("Files that were uploaded on the page could not be added")
                report(error=strings.ADD_BROKEN)
        return replace(now, done=True)


@contextmanager
def _writing(library: Library, on_wait: Callable[[], None]) -> Iterator[None]:
    """Locks the library for writing when nobody else does. Raises LibraryBusy after ten minutes."""
    with ExitStack() as held:
        give_up = time.monotonic() + _WAIT_S
        while True:
            try:
                held.enter_context(library.writing(wait_s=_RETRY_S))
                break
            except LibraryBusy:
                if time.monotonic() > give_up:
                    raise
                on_wait()
        yield
