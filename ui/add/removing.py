"""Removing papers from the library, by those who added them, and undoing it. Knows nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence

from footnote.store.errors import FootnoteError, LibraryBusy
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.add.visits import Visits
from footnote.ui.escape import sound

log = logging.getLogger(__name__)

_TITLE_CHARS = 160
_WAIT_S = 5


class Removing:
    """What a visitor can take out and bring back. Each method returns what to say to them."""

    def __init__(self, library: Library, visits: Visits) -> None:
        self._library, self._visits = library, visits

    def take_out(self, owner: str | None, papers: Collection[str]) -> str:
        """Removes those of `papers` that this visitor added."""
        wanted = set(papers)
        which = tuple(paper for paper in self._visits.of(owner).there if paper in wanted)
        if not which:
            return strings.REMOVE_NOTHING
        try:
            taken = self._changed(lambda: self._library.remove(which))
        except _NotChanged as why:
            return str(why)
        self._visits.change(owner, lambda visit: visit.without(which))
        return _told(taken, strings.REMOVED_ONE, strings.REMOVED_MANY)

    def bring_back(self, owner: str | None) -> str:
        """Undoes this visitor's last removal."""
        removed = self._visits.of(owner).removed
        if not removed:
            return ""
        try:
            back = self._changed(lambda: self._library.restore(removed[-1]))
        except _NotChanged as why:
            return str(why)
        self._visits.change(owner, lambda visit: visit.undone() if visit.removed else visit)
        return _told(back, strings.RESTORED_ONE, strings.RESTORED_MANY)

    def _changed(self, change: Callable[[], Sequence[Paper]]) -> Sequence[Paper]:
        try:
            with self._library.writing(wait_s=_WAIT_S):
                return change()
        except LibraryBusy as error:
            raise _NotChanged(strings.REMOVE_BUSY) from error
        except (FootnoteError, OSError) as error:
            log.exception("Papers could not be removed or brought back")
            raise _NotChanged(strings.REMOVE_BROKEN) from error


class _NotChanged(Exception):
    """The library is as it was; says why, for readers."""


def _told(papers: Sequence[Paper], one: str, many: str) -> str:
    if len(papers) == 1:
        return one.format(title=short_title(papers[0].display_title))
    return many.format(count=len(papers))


def short_title(title: str) -> str:
    """A title on one line, of a bounded length."""
    whole = sound(" ".join(title.split()))
    return whole if len(whole) <= _TITLE_CHARS else whole[: _TITLE_CHARS - 1] + "…"
