"""Dropped files → the library, told step by step while it happens; and removing papers again."""

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
from footnote.ui import strings
from footnote.ui.add import uploads

log = logging.getLogger(__name__)

_WAIT_S = 600
_TURN_S = 2
_TELL_EVERY_S = 0.2


@dataclass(frozen=True, kw_only=True)
class Adding:
    """How far the files of one drop are.

    names: of those being read, in order; `reports` has an entry for each that is recorded. refused:
    files that weren't read at all. waits: for somebody else who writes to the library. indexing: papers
    done and in all. trouble: why it broke off.
    """

    names: tuple[str, ...] = ()
    reports: tuple[FileReport, ...] = ()
    refused: tuple[CorpusError, ...] = ()
    waits: bool = False
    indexing: tuple[int, int] | None = None
    trouble: str = ""
    done: bool = False

    @property
    def added(self) -> tuple[str, ...]:
        """Papers that weren't there before."""
        return _each(paper for report in self.reports for paper in (*report.added, *report.restored))

    @property
    def papers(self) -> tuple[str, ...]:
        """All papers that the files list, as many as can be asked about at once."""
        listed = (
            paper for report in self.reports for paper in (*report.added, *report.restored, *report.merged)
        )
        return _each(listed)[:MAX_IDS]


def _each(papers: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(papers))


def add(library: Library, paths: Sequence[str]) -> Iterator[Adding]:
    """Adds the papers of uploads, which are deleted afterwards. The last value is `done`.

    It goes on to its end even where nobody listens any more.
    """
    told: queue.SimpleQueue[Adding] = queue.SimpleQueue()
    ended: Future[Adding] = Future()
    # A daemon: who stops the server needn't wait, for an ingestion that is cut off is finished by the next.
    threading.Thread(target=_carry, args=(library, paths, told, ended), daemon=True, name="adding").start()
    while not ended.done():
        newest: Adding | None = None
        try:
            newest = told.get(timeout=_TELL_EVERY_S)
            while True:
                newest = told.get_nowait()
        except queue.Empty:
            if newest is not None:
                yield newest
    yield ended.result()


def _carry(
    library: Library, paths: Sequence[str], told: queue.SimpleQueue[Adding], ended: Future[Adding]
) -> None:
    try:
        ended.set_result(_add(library, paths, told))
    except BaseException as error:  # noqa: BLE001  # raised again by who asked, in `ended.result()`
        ended.set_exception(error)


def _add(library: Library, paths: Sequence[str], told: queue.SimpleQueue[Adding]) -> Adding:
    with uploads.taking(paths) as taken:
        now = Adding(names=tuple(file.name for file in taken.files), refused=taken.refused)

        def tell(**changed: object) -> None:
            nonlocal now
            now = replace(now, **changed)  # type: ignore[arg-type]
            told.put(now)

        tell()
        if taken.files:
            try:
                with _turn(library, lambda: tell(waits=True)):
                    tell(waits=False)
                    ingest(
                        library,
                        taken.files,
                        progress=lambda done, todo: tell(indexing=(done, todo)),
                        on_file=lambda report: tell(reports=(*now.reports, report)),
                    )
            except LibraryBusy:
                tell(waits=False, trouble=strings.ADD_BUSY)
            except (FootnoteError, OSError):
                log.exception("Files that were dropped on the page could not be added")
                tell(trouble=strings.ADD_BROKEN)
        return replace(now, done=True)


@contextmanager
def _turn(library: Library, on_wait: Callable[[], None]) -> Iterator[None]:
    """Holds the library for writing, once nobody else does. Raises LibraryBusy after ten minutes."""
    with ExitStack() as held:
        give_up = time.monotonic() + _WAIT_S
        while True:
            try:
                held.enter_context(library.writing(wait_s=_TURN_S))
                break
            except LibraryBusy:
                if time.monotonic() > give_up:
                    raise
                on_wait()
        yield
