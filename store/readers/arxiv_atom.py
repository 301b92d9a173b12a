"""arXiv's Atom feed, as its API (`export.arxiv.org/api/query`) gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry
from footnote.store.readers.xml_elements import record_entries, text_of

_SIGN = re.compile(rb"<feed[\s>].*arxiv\.org/", re.DOTALL)


class ArxivAtomReader:
    """arXiv's Atom feed; see `store.readers.registry.FileReader`."""

    format = "arXiv Atom feed"
    suffixes = (".xml", ".atom")

    def recognizes(self, head: bytes) -> bool:
        """Whether it is an Atom feed of arXiv: other feeds are of news."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _SIGN.search(head) is not None

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it; `line` is the number of the entry."""
        return record_entries(file, source, frozenset(("entry",)), _raw)


def _raw(entry: Element, number: int) -> RawRecord:
    address = text_of(entry.find("id"))
    return RawRecord(
        line=number,
        title=text_of(entry.find("title")),
        abstract=text_of(entry.find("summary")),
        authors=[text_of(author.find("name")) for author in entry.findall("author")],
        date=text_of(entry.find("published")),
        venue=text_of(entry.find("journal_ref")),
        type="preprint",
        url=address,
        arxiv=address,
        doi=text_of(entry.find("doi")),
    )
