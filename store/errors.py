"""What can go wrong with a library or with what is fed to it."""

from __future__ import annotations

from collections.abc import Collection

_IDS_SHOWN = 5


class FootnoteError(Exception):
    """Base of every error that Footnote raises on purpose; its text names the cause and the fix."""


class CorpusError(FootnoteError):
    """A file of papers, or one entry in it, can't be read.

    `source` is the file's name, `line` the 1-based line where the trouble starts (None: the
    whole file).
    """

    def __init__(self, source: str, line: int | None, reason: str) -> None:
        self.source, self.line, self.reason = source, line, reason
        where = source if line is None else f"{source}:{line}"
        super().__init__(f"{where}: {reason}")


class LibraryError(FootnoteError):
    """The library on disk can't be opened or used as it is."""


class DatabaseError(FootnoteError):
    """A database can't be opened, read or written."""


class CatalogError(LibraryError, DatabaseError):
    """The library's catalog can't be opened, read or written."""


class EmbedderError(LibraryError):
    """The embedder can't be used: not installed, not reached, refused, or its reply makes no sense."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class UnknownPapers(LibraryError):
    """No paper of the library, removed ones included, has one of these ids. `ids`: which, in order."""

    def __init__(self, ids: Collection[str]) -> None:
        self.ids = tuple(sorted(ids))
        shown = ", ".join(repr(i if len(i) <= 80 else i[:79] + "…") for i in self.ids[:_IDS_SHOWN])
        more = f" and {len(self.ids) - _IDS_SHOWN} more" if len(self.ids) > _IDS_SHOWN else ""
        super().__init__(
            f"no paper of the library has the id {shown}{more}, so nothing was changed; "
            "`footnote search … --json` shows the ids of papers"
        )


class IndexMismatch(LibraryError):
    """An index was built by another embedder or version than the one in use."""
