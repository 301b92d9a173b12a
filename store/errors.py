"""What can go wrong with a library or with what is fed to it."""

from __future__ import annotations


class FootnoteError(Exception):
    """Base of every error that Footnote raises on purpose; its text names culprit and mend."""


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


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class IndexMismatch(LibraryError):
    """An index was built by another embedder or version than the one in use."""
