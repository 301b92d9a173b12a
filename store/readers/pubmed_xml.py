"""PubMed XML: what the site and E-utilities (`efetch … retmode=xml`) give, and the yearly files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry
from footnote.store.readers.xml_elements import record_entries, text_of

_RECORDS = frozenset(("PubmedArticle", "PubmedBookArticle", "MedlineCitation"))
_SIGN = re.compile(rb"<(?:Pubmed(?:Article|BookArticle)(?:Set)?|MedlineCitation(?:Set)?)[\s>]")


class PubmedXmlReader:
    """PubMed XML; see `store.readers.registry.FileReader`."""

    format = "PubMed XML"
    suffixes = (".xml",)

    def recognizes(self, head: bytes) -> bool:
        """Whether it is XML with PubMed's records."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _SIGN.search(head) is not None

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it; `line` is the number of the record."""
        return record_entries(file, source, _RECORDS, _raw)


def _raw(record: Element, number: int) -> RawRecord:
    work = _first(record, "Article", "BookDocument")
    if work is None:
        work = record
    title = text_of(_first(work, "ArticleTitle", "BookTitle")) or text_of(_first(work, "VernacularTitle"))
    kinds = [text_of(kind) for kind in work.iter("PublicationType")]
    return RawRecord(
        line=number,
        # "[Title in English]." is how PubMed marks a title that it translated.
        title=re.sub(r"^\[(.+)\]\.?$", r"\1", title),
        sections=list(_sections(work.find("Abstract"))),
        authors=list(_authors(work)),
        date=_date(work),
        venue=text_of(work.find("Journal/Title")) or text_of(work.find("Book/BookTitle")),
        type="chapter" if work.tag == "BookDocument" else "; ".join(kinds),
        language=text_of(work.find("Language")),
        keywords=[text_of(word) for word in record.iter("Keyword")],
        doi=_id(record, work, "doi"),
        pmid=text_of(_first(record, "PMID")),
        retraction=_retraction(record, kinds),
    )


def _sections(abstract: Element | None) -> Iterator[tuple[str, str]]:
    if abstract is not None:
        for part in abstract.findall("AbstractText"):
            label = part.get("Label") or part.get("NlmCategory", "").replace("UNASSIGNED", "")
            yield label.capitalize() if label.isupper() else label, text_of(part)


def _authors(work: Element) -> Iterator[str]:
    lists = [found for found in work.findall("AuthorList") if found.get("Type", "authors") != "editors"]
    for person in (author for found in lists for author in found.findall("Author")):
        if group := text_of(person.find("CollectiveName")):
            yield "{%s}" % group.strip("{}")
            continue
        given = text_of(person.find("ForeName")) or text_of(person.find("Initials"))
        parts = (text_of(person.find("LastName")), text_of(person.find("Suffix")), given)
        yield ", ".join(part for part in parts if part)


def _date(work: Element) -> str:
    for path in ("Journal/JournalIssue/PubDate", "ArticleDate", "Book/PubDate", "ContributionDate"):
        date = work.find(path)
        if date is not None:
            parts = [text_of(date.find(part)) for part in ("Year", "Month", "Day")]
            text = text_of(date.find("MedlineDate")) or _joined(parts)
            if text:
                return text
    return ""


def _joined(parts: list[str]) -> str:
    known = [part for part in parts if part]
    return "-".join(part.zfill(2) if part.isdecimal() else part for part in known)


def _id(record: Element, work: Element, kind: str) -> str:
    """An identifier of the work itself: those of the works that it cites stand in its list of references."""
    own = [
        *record.findall("PubmedData/ArticleIdList/ArticleId"),
        *record.findall("PubmedBookData/ArticleIdList/ArticleId"),
        *work.findall("ArticleIdList/ArticleId"),
        *work.findall("ELocationID"),
    ]
    return next((text_of(e) for e in own if kind in (e.get("IdType"), e.get("EIdType"))), "")


def _retraction(record: Element, kinds: list[str]) -> str:
    for notice in record.iter("CommentsCorrections"):
        if notice.get("RefType") == "RetractionIn":
            return f"Retraction in: {text_of(notice.find('RefSource'))}"
    return next((kind for kind in kinds if kind == "Retracted Publication"), "")


def _first(element: Element, *names: str) -> Element | None:
    return next((found for name in names for found in element.iter(name)), None)
