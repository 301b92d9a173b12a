"""Removes papers from the library for the visitor who added them, and undoes it. Knows nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence

from footnote.store.errors import FootnoteError, LibraryBusy
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.add.additions import AdditionsByVisitor
from footnote.ui.escape import replace_surrogates

log = logging.getLogger(__name__)

_TITLE_CHARS = 160
_WAIT_S = 5


class Removal:
    """Removal and undo. Each method returns a message for the visitor."""

    def __init__(self, library: Library, additions: AdditionsByVisitor) -> None:
        self._library, self._additions = library, additions

    def remove(self, owner: str | None, papers: Collection[str]) -> str:
        """Removes those of `papers` that this visitor added. owner: the visitor's id."""
        requested = set(papers)
        ids = tuple(paper for paper in self._additions.of(owner).present if paper in requested)
        if not ids:
            return strings.REMOVE_NOTHING
        try:
            removed = self._changed(lambda: self._library.remove(ids))
        except _NotChanged as error:
            return str(error)
        self._additions.change(owner, lambda added: added.after_removal(ids))
        return _message(removed, strings.REMOVED_ONE, strings.REMOVED_MANY)

    def undo(self, owner: str | None) -> str:
        """Undoes this visitor's last removal."""
        removed = self._additions.of(owner).removed
        if not removed:
            return ""
        try:
            restored = self._changed(lambda: self._library.restore(removed[-1]))
        except _NotChanged as error:
            return str(error)
        self._additions.change(owner, lambda added: added.after_undo() if added.removed else added)
        return _message(restored, strings.RESTORED_ONE, strings.RESTORED_MANY)

    def _changed(self, change: Callable[[], Sequence[Paper]]) -> Sequence[Paper]:
        try:
            with self._library.writing(wait_s=_WAIT_S):
                return change()
        except LibraryBusy as error:
            raise _NotChanged(strings.REMOVE_BUSY) from error
        except (FootnoteError, OSError) as error:
            log.exception("Papers could not be removed or restored")
            raise _NotChanged(strings.REMOVE_BROKEN) from error


class _NotChanged(Exception):
    """The library was not changed. The text is for the visitor."""


def _message(papers: Sequence[Paper], one: str, many: str) -> str:
    if len(papers) == 1:
        return one.format(title=short_title(papers[0].display_title))
    return many.format(count=len(papers))


def short_title(title: str) -> str:
    """A title on one line, cut to a maximum length."""
    whole = replace_surrogates(" ".join(title.split()))
    return whole if len(whole) <= _TITLE_CHARS else whole[: _TITLE_CHARS - 1] + "…"
