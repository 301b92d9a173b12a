"""BibTeX and BibLaTeX: the entries of Zotero, Mendeley, JabRef, Scopus, Web of Science, Google Scholar, ACL
…"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.readers import identifiers
from footnote.store.readers.abstracts import noted_retraction
from footnote.store.readers.bibtex_syntax import BibtexEntry, entries, share_of_entries
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry
from footnote.store.readers.text_decoding import BAD_BYTE, TOO_LONG, decoded_head, lines

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:url\s*)?([_%&#$~{}])|\{\\textasciitilde\}")
_ARXIV = re.compile(r"arxiv", re.IGNORECASE)


class BibtexReader:
    """BibTeX files; see `store.readers.registry.FileReader`."""

    format = "BibTeX"
    suffixes = (".bib", ".bibtex")

    def recognizes(self, head: bytes) -> bool:
        """Whether most of it is entries with a title: not a page that cites one."""
        return b"@" in head and share_of_entries(decoded_head(head)) > 0.5

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it."""
        for entry in entries((number, f"{text}\n") for number, text in lines(file)):
            problem = entry.problem or _damage(entry)
            if problem:
                yield CorpusError(source, entry.line, problem)
            else:
                yield from entries_of(_raw(entry), source)


def _damage(entry: BibtexEntry) -> str | None:
    text = entry.fields.get("title", "") + entry.fields.get("abstract", "")
    if BAD_BYTE in text:
        return "a byte of its title or abstract isn't UTF-8: save the file as UTF-8"
    return "a line of it is longer than any title or abstract" if TOO_LONG in text else None


def _raw(entry: BibtexEntry) -> RawRecord:
    get = entry.fields.get

    def first(*names: str) -> str:
        return next((entry.fields[name] for name in names if entry.fields.get(name)), "")

    title = first("title")
    if subtitle := get("subtitle"):
        title = f"{title}: {subtitle}"
    published = get("howpublished", "")  # how or where: an address, or a venue's name
    is_address = "http" in published.lower()
    venue = first("journal", "journaltitle", "booktitle", "venue")
    venue = venue or ("" if is_address else published)
    notes = [text for text in (get("note", ""), get("annotation", "")) if "retract" in text.lower()]
    return RawRecord(
        line=entry.line,
        markup="latex",
        title=" ".join(title.split()),
        abstract=" ".join(first("abstract", "abstractnote").split()),
        authors=_authors(" ".join(get("author", "").split())),
        date=get("date", "") or _date(get("year", ""), get("month", ""), get("day", "")),
        venue=venue,
        type=get("csltype") or _type(entry.type, venue),
        language=first("langid", "language"),
        keywords=_keywords(first("keywords", "keyword", "author_keywords", "author-keywords")),
        url=_plain(get("url") or (published if is_address else "")),
        arxiv=_plain(_arxiv(entry.fields, venue)),
        doi=_plain(get("doi", "")),
        pmid=get("pmid", "") or get("pubmedid", ""),
        openalex=get("openalex", ""),
        retraction=next((noted_retraction(text) or text for text in notes), ""),
    )


def _type(entry_type: str, venue: str) -> str:
    """The entry's type; "misc" says nothing."""
    if "arxiv preprint" in venue.lower():
        return "preprint"
    return "" if entry_type == "misc" else entry_type


def _authors(names: str) -> list[str]:
    """The names between the "and" that stand outside braces, without "others"."""
    found: list[str] = []
    depth, start, at = 0, 0, 0
    ends = {match.start(): match.end() for match in _AND.finditer(names)}
    for at, c in enumerate(names):
        depth += (c == "{") - (c == "}")
        if depth == 0 and at in ends and at >= start:
            found.append(names[start:at])
            start = ends[at]
    found.append(names[start:])
    return [name.strip() for name in found if name.strip() and name.strip().lower() != "others"]


def _date(year: str, month: str, day: str) -> str:
    year, month, day = (part.strip("{} ") for part in (year, month, day))
    if not year and month.isdecimal() and day.isdecimal():
        return f"--{month.zfill(2)}-{day.zfill(2)}"
    if not year or not month:
        return year
    if month.isdecimal() and month.isascii():
        return f"{year}-{month.zfill(2)}" + (f"-{day.zfill(2)}" if day else "")
    return f"{year} {month} {day}".strip()


def _keywords(text: str) -> list[str]:
    return re.split(r"[;\n]" if ";" in text else ",", text)


def _arxiv(fields: dict[str, str], venue: str) -> str:
    if given := fields.get("arxivid") or fields.get("arxiv"):
        return given
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or ""
    eprint = fields.get("eprint", "")
    if eprint and (_ARXIV.search(archive) or (not archive and _ARXIV.search(eprint))):
        return eprint
    return venue if _ARXIV.search(venue) and identifiers.arxiv(venue) else ""


def _plain(text: str) -> str:
    """An address or identifier without LaTeX's escapes: "10.1000/a\\_b"."""
    return _ESCAPED.sub(lambda match: match[1] or "~", text)
