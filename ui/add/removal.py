"""Removes papers from the library for the visitor who added them, and undoes it. Knows nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence

from footnote.store.additions import AdditionsByVisitor
from footnote.store.errors import FootnoteError, LibraryBusy
from footnote.store.library import Library
from footnote.ui.accounts import visitors
from footnote.ui.add import strings
from footnote.ui.escape import replace_surrogates
from footnote.ui.strings import UPLOADS_NOT_ALLOWED

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
            self._change(lambda: self._library.remove(ids, owner=owner))
        except _NotChanged as error:
            return str(error)
        return self._message(ids, strings.REMOVED_ONE, strings.REMOVED_MANY)

    def undo(self, owner: str | None) -> str:
        """Undoes this visitor's last removal."""
        additions = self._additions.of(owner)
        if (batch := additions.removal) is None:
            return ""
        try:
            self._change(lambda: self._library.undo(batch, owner=owner))
        except _NotChanged as error:
            return str(error)
        return self._message(additions.removed[-1], strings.RESTORED_ONE, strings.RESTORED_MANY)

    def undo_upload(self, owner: str | None) -> str:
        """Undoes this visitor's last upload: its papers are removed, and what it changed is as before."""
        additions = self._additions.of(owner)
        if (batch := additions.upload) is None:
            return ""
        try:
            self._change(lambda: self._library.undo(batch, owner=owner))
        except _NotChanged as error:
            return str(error)
        return strings.UPLOAD_UNDONE.format(files=upload_name(additions.files))

    def _change(self, change: Callable[[], object]) -> None:
        if not visitors.current().may_change:
            raise _NotChanged(UPLOADS_NOT_ALLOWED)
        try:
            with self._library.writing(wait_s=_WAIT_S):
                change()
        except LibraryBusy as error:
            raise _NotChanged(strings.REMOVE_BUSY) from error
        except (FootnoteError, OSError) as error:
            log.exception("Papers could not be removed or restored")
            raise _NotChanged(strings.REMOVE_BROKEN) from error

    def _message(self, papers: Sequence[str], one: str, many: str) -> str:
        if len(papers) == 1:
            (record,) = self._library.catalog.get(papers, removed=True).values()
            return one.format(title=short_title(record.paper.display_title))
        return many.format(count=len(papers))


class _NotChanged(Exception):
    """The library was not changed. The text is for the visitor."""


def upload_name(files: Sequence[str]) -> str:
    """How an upload is named: its first file, and how many more."""
    first = short_title(files[0]) if files else ""
    return first if len(files) < 2 else strings.UPLOAD_FILES.format(first=first, more=len(files) - 1)


def short_title(title: str) -> str:
    """A title on one line, cut to a maximum length."""
    whole = replace_surrogates(" ".join(title.split()))
    return whole if len(whole) <= _TITLE_CHARS else whole[: _TITLE_CHARS - 1] + "…"
