"""The readers of files of papers, ours and those of other packages, and which one reads a file.

Another package adds a reader by an entry point in the group `footnote.readers`:

    [project.entry-points."footnote.readers"]
    ris = "their_package.ris:RisReader"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import PurePath
from typing import BinaryIO, Protocol

from footnote.store.errors import FootnoteError
from footnote.store.readers.csv_table import CsvReader
from footnote.store.readers.daily_papers import DailyPapersReader
from footnote.store.readers.jsonl import JsonLinesReader
from footnote.store.readers.read_result import Entry
from footnote.store.readers.tagged_formats import tagged_readers

GROUP = "footnote.readers"


class ReaderError(FootnoteError):
    """A reader of another package can't be used."""


class FileReader(Protocol):
    """Reads one format of files of papers."""

    @property
    def format(self) -> str:
        """What it reads, for people: "papers as JSON lines"."""

    @property
    def suffixes(self) -> Sequence[str]:
        """The usual endings of its files, in small letters: they choose the files of a folder, and the reader
        where no content tells."""

    def recognizes(self, head: bytes) -> bool:
        """Whether the first bytes of a file show that it is of this format; False where they don't tell.

        head: at most 64 KiB (`read_result.HEAD_BYTES`).
        """

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """What the file holds, record by record, without holding all of it.

        source: the file's name, for listings and errors. page_year: the year of dates that have none.
        Raises CorpusError where the rest of the file can't be used.
        """


@cache
def readers() -> tuple[FileReader, ...]:
    """All readers, ours first. Raises ReaderError for one of another package that can't be loaded."""
    found = sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name)
    return (*tagged_readers(), JsonLinesReader(), CsvReader(), DailyPapersReader(), *map(_load, found))


def reader_for(name: str, head: bytes) -> FileReader | None:
    """The reader of a file that begins with `head`: by its content, else by its name's ending."""
    by_content = (reader for reader in readers() if reader.recognizes(head))
    by_name = (reader for reader in readers() if PurePath(name).suffix.lower() in reader.suffixes)
    return next(by_content, None) or next(by_name, None)


def known_formats() -> str:
    """The formats and their usual endings in one line, for errors."""
    return ", ".join(f"{' and '.join(reader.suffixes)} ({reader.format})".strip() for reader in readers())


def _load(point: metadata.EntryPoint) -> FileReader:
    package = f" of the package {point.dist.name}" if point.dist else ""
    try:
        reader: FileReader = point.load()()
        _ = reader.format, tuple(reader.suffixes), reader.recognizes, reader.read
    # What another package raises while it is loaded can be any error.
    except Exception as error:
        raise ReaderError(
            f"the reader {point.name!r} ({point.value}){package} can't be loaded "
            f"({type(error).__name__}: {error}): update that package, or uninstall it"
        ) from error
    return reader
