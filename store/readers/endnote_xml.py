"""EndNote XML: "File, Export, XML" of EndNote, and what Zotero, Covidence and others write of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry
from footnote.store.readers.xml_elements import record_entries, text_of

_SIGN = re.compile(rb"<records>\s*<record[\s>]|<ref-type[\s>]")


class EndnoteXmlReader:
    """EndNote XML; see `store.readers.registry.FileReader`."""

    format = "EndNote XML"
    suffixes = (".xml",)

    def recognizes(self, head: bytes) -> bool:
        """Whether it is XML with EndNote's records."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _SIGN.search(head) is not None

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it; `line` is the number of the record."""
        return record_entries(file, source, frozenset(("record",)), _raw)


def _raw(record: Element, number: int) -> RawRecord:
    def text(*paths: str) -> str:
        return next((found for path in paths if (found := text_of(record.find(path)))), "")

    kind = record.find("ref-type")
    type_name = "" if kind is None else kind.get("name", "")
    year, day = text("dates/year"), text("dates/pub-dates/date")
    return RawRecord(
        line=number,
        title=text("titles/title", "titles/translated-title"),
        abstract=text("abstract"),
        authors=[_author(author) for author in record.findall("contributors/authors/author")],
        # "Mar 15" stands without its year, "2020 Mar 15" with it.
        date=f"{year} {day}"
        if re.fullmatch(r"[A-Z][a-z]{2,8}\.?(?: \d{1,2})?", day) and year
        else year or day,
        venue=text("titles/secondary-title", "periodical/full-title", "alt-periodical/full-title"),
        type=type_name,
        language=text("language"),
        keywords=[text_of(word) for word in record.findall("keywords/keyword")],
        url=text("urls/related-urls/url", "urls/web-urls/url"),
        doi=text("electronic-resource-num"),
        pmid=_pmid(record),
        retraction="",
    )


def _author(author: Element) -> str:
    """A name that ends with a comma is a group's ("World Health Organization,")."""
    name = text_of(author)
    return "{%s}" % name.rstrip(",").strip("{}") if name.endswith(",") and name.count(",") == 1 else name


def _pmid(record: Element) -> str:
    """The accession number, where it is PubMed's."""
    number = text_of(record.find("accession-num"))
    database = text_of(record.find("remote-database-name")).lower()
    in_medline = "pubmed" in database or "medline" in database or database == "nlm"
    return number if in_medline and re.fullmatch(r"\d{1,8}", number) else ""
