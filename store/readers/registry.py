"""The readers of files of papers, ours and those of other packages, and which one reads a file.

Another package adds a reader by an entry point in the group `footnote.readers`:

    [project.entry-points."footnote.readers"]
    ris = "their_package.ris:RisReader"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import metadata
from typing import BinaryIO, Protocol

from footnote.store.errors import FootnoteError
from footnote.store.readers.arxiv_atom import ArxivAtomReader
from footnote.store.readers.bibtex import BibtexReader
from footnote.store.readers.csv_table import CsvReader
from footnote.store.readers.daily_papers import DailyPapersReader
from footnote.store.readers.endnote_xml import EndnoteXmlReader
from footnote.store.readers.json_papers import JsonReader
from footnote.store.readers.pdf import PdfReader
from footnote.store.readers.pubmed_xml import PubmedXmlReader
from footnote.store.readers.read_result import Entry
from footnote.store.readers.tagged_formats import tagged_readers
from footnote.store.readers.zotero import ZoteroReader

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
        """The usual endings of its files, in small letters, for dialogues that choose files."""

    def recognizes(self, head: bytes) -> bool:
        """Whether the first bytes of a file show that it is of this format; False where they don't show it.

        head: at most 64 KiB (`read_result.HEAD_BYTES`).
        """

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """What the file holds, record by record, without holding all of it.

        file: at its beginning, and can be read again from there. source: its name, for listings and errors.
        page_year: the year of dates that have none. Raises CorpusError where the rest of the file can't be
        used.
        """


@cache
def readers() -> tuple[FileReader, ...]:
    """All readers, ours first. Raises ReaderError for one of another package that can't be loaded.

    The first that recognizes a file reads it: the readers whose signs are the surest stand first.
    """
    found = sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name)
    ours: tuple[FileReader, ...] = (
        ZoteroReader(),
        PdfReader(),
        PubmedXmlReader(),
        EndnoteXmlReader(),
        ArxivAtomReader(),
        JsonReader(),
        BibtexReader(),
        *tagged_readers(),
        DailyPapersReader(),
        CsvReader(),
    )
    return (*ours, *map(_load, found))


def reader_for(head: bytes) -> FileReader | None:
    """The reader of a file that begins with `head`, by its content alone: names are often wrong."""
    return next((reader for reader in readers() if reader.recognizes(head)), None)


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
