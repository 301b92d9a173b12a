"""Saved "Daily Papers" listing pages: plain text, as a browser or a page saver leaves it.

A page begins with furniture ("Subscribe", "byAK and the research community") and its date. Then
come entries: a title, an abstract, and on some pages an author count or an organisation, a dot,
and a date with the number of comments. No part but title and abstract is certain to be there,
blank lines may be there or not, and nothing marks a title as one. So order decides, and where
order fails (an abstract is missing, or goes on after a blank line) the look of a line does: an
abstract ends in a full stop or is long, a title neither.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing, is_date
from footnote.store.readers.read_result import Entry, shortened, unusable

_log = logging.getLogger(__name__)

_PAGE_TOP = re.compile(
    r"Get trending papers in your email inbox(?: once a day)?!|by\s*AK and the research community"
)
_FURNITURE = {"new", "Subscribe", "Daily Papers"}
# A button's label glued to the first title; "Subscribers" or "Subscribe to …" is a title's own word.
_GLUED = re.compile(r"^Subscribe(?!(?:r|rs|d|s)?(?:[\s:,.;!?'’-]|$))")

_AUTHORS = re.compile(r"(?:[•·*-]\s*)?(\d[\d,]{0,8})\s+authors?")
_DOTS = {"·", "•", "∙", "⋅"}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_DATE = re.compile(rf"({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:,\s*(\d{{4}}))?(?:\s+(\d{{1,6}}))?", re.ASCII)

_LONG = 300
"""Characters: few titles have more, few abstracts less."""
_WRAPPED = 40
"""Characters: a line that was broken for its width is at least this long."""
_TOP_LINES = 40
"""Lines within which a page's top stands."""
_NAME = 120
"""Characters: no organisation's name is longer."""
_SENTENCE_END = re.compile(r"[.。][\"'”’)\]]*$")


@dataclass(frozen=True)
class _Line:
    """A line that isn't blank. `gap`: a blank line stands before it."""

    number: int
    text: str
    gap: bool


@dataclass
class _Entry:
    """A listing in the making."""

    title: _Line
    page_year: int | None
    abstract: list[_Line] = field(default_factory=list)
    in_details: bool = False
    """The abstract is over: author count, organisation, dot or date was read."""
    author_count: int | None = None
    organisation: str | None = None
    date: re.Match[str] | None = None


class DailyPapersReader:
    """Saved Daily Papers pages; see `store.readers.registry.FileReader`."""

    format = "saved Daily Papers pages"
    suffixes = (".txt", ".md")

    def recognizes(self, head: bytes) -> bool:
        """Whether it has lines that only such a page has: those of its top, or a dot between details and a
        date."""
        lines = [line.strip() for line in head.decode(errors="replace").splitlines() if line.strip()]
        if any(_PAGE_TOP.fullmatch(line) for line in lines[:_TOP_LINES]):
            return True
        return any(dot in _DOTS and _DATE.fullmatch(date) for dot, date in pairwise(lines))

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it; see `parse_page`. A page is small, so it is held as a whole."""
        yield from parse_page(_decoded(file.read(), source), source, page_year)


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = error.start - content.rfind(b"\n", 0, error.start)
        reason = f"byte {byte} of the line isn't UTF-8: save the file as UTF-8"
        raise CorpusError(source, line, reason) from None


def parse_page(text: str, source: str, page_year: int | None = None) -> list[Entry]:
    """The entries of one page in order; `source` names it in listings and errors.

    A date without a year gets the year of the page, which is the one in the page's own date if
    that has one, else `page_year`; where neither is known it stays without (`--MM-DD`). Raises
    CorpusError where there isn't one listing.
    """
    found: list[Entry] = [_listing(entry, source) for entry in _entries(text, page_year)]
    if not any(isinstance(entry, Listing) for entry in found):
        first = f"; the first of {len(found):,} refused is {found[0]}" if found else ""
        raise CorpusError(source, None, f"no title with an abstract is on this page{first}")
    return found


def _entries(text: str, page_year: int | None) -> Iterator[_Entry]:
    year = page_year
    subscribe_seen = False
    entry: _Entry | None = None  # None: at the top of a page, before its first title
    lines: Iterator[_Line | None] = chain(_lines(text), [None])
    for line, following in pairwise(lines):
        if line is None:
            break
        if _PAGE_TOP.fullmatch(line.text):
            if entry is not None:  # several pages in one file
                yield entry
                entry, year, subscribe_seen = None, page_year, False
        elif entry is None:
            date = _DATE.fullmatch(line.text)
            if date is not None:
                year = int(date[3]) if date[3] else year
            elif line.text in _FURNITURE:
                subscribe_seen |= line.text == "Subscribe"
            elif not _is_detail(line, following, entry):
                glued = None if subscribe_seen else _GLUED.match(line.text)
                title = line.text[glued.end() :] if glued else line.text
                entry = _Entry(_Line(line.number, title, line.gap), year)
        elif _is_detail(line, following, entry):
            _add_detail(entry, line)
        elif entry.in_details or _opens_entry(line, following, entry):
            yield entry
            entry = _Entry(line, year)
        else:
            entry.abstract.append(line)
    if entry is not None:
        yield entry


def _lines(text: str) -> Iterator[_Line]:
    gap = False
    # Line feeds and carriage returns alone end a line, as they do for editors: errors count lines.
    for number, raw in enumerate(io.StringIO(text.removeprefix("\ufeff"), newline=None), 1):
        words = raw.strip()
        if words:
            yield _Line(number, words, gap)
        gap = not words


def _is_detail(line: _Line, following: _Line | None, entry: _Entry | None) -> bool:
    if line.text in _DOTS or _AUTHORS.fullmatch(line.text) or _DATE.fullmatch(line.text):
        return True
    if following is None or following.text not in _DOTS or len(line.text) > _NAME:
        return False
    # What stands before a dot is an organisation, or else the end of an abstract.
    return not _ends_abstract(line) or (line.gap and entry is not None and bool(entry.abstract))


def _add_detail(entry: _Entry, line: _Line) -> None:
    entry.in_details = True
    authors = _AUTHORS.fullmatch(line.text)
    date = _DATE.fullmatch(line.text)
    if authors is not None:
        entry.author_count = int(authors[1].replace(",", ""))
    elif date is not None:
        entry.date = entry.date or date
    elif line.text not in _DOTS:
        entry.organisation = _organisation(line.text)


def _organisation(words: str) -> str:
    """Of an account and a name ("tencent Tencent") the name alone, where both are surely the same."""
    account, _, name = words.partition(" ")
    return name.strip() if name and account.casefold() == "".join(name.split()).casefold() else words


def _opens_entry(line: _Line, following: _Line | None, entry: _Entry) -> bool:
    """Whether a line is the next title, and not (more of) the abstract of `entry`."""
    prose_follows = following is not None and _ends_abstract(following)
    if not entry.abstract:
        # A title whose abstract is missing is followed by a title, and that one by prose.
        if _ends_abstract(line) or not prose_follows or following is None:
            return False
        return (line.gap and following.gap) or len(following.text) > _LONG
    last = entry.abstract[-1]
    if not line.gap and len(last.text) <= _LONG:  # a line of an abstract that has several
        set_apart = entry.abstract[0].gap
        unfinished = len(last.text) >= _WRAPPED and not _ends_abstract(last)
        if set_apart or unfinished:
            return False
    return prose_follows or not _ends_abstract(line)


def _ends_abstract(line: _Line) -> bool:
    return len(line.text) > _LONG or _SENTENCE_END.search(line.text) is not None


def _listing(entry: _Entry, source: str) -> Listing | CorpusError:
    title, line = entry.title.text, entry.title.number
    if not entry.abstract:
        return CorpusError(source, line, f"no abstract follows the title “{shortened(title)}”")
    parts = [entry.abstract[0].text]
    for before, part in pairwise(entry.abstract):
        parts += ["\n" * (part.number - before.number), part.text]
    abstract = "".join(parts)
    reason = unusable(title, abstract)
    if reason is not None:
        return CorpusError(source, line, reason)
    return Listing(
        source=source,
        line=line,
        title=title,
        abstract=abstract,
        date=_date(entry, source),
        comments=int(entry.date[4]) if entry.date and entry.date[4] else None,
        author_count=entry.author_count,
        organisation=entry.organisation,
    )


def _date(entry: _Entry, source: str) -> str | None:
    if entry.date is None:
        return None
    month, day, year, _ = entry.date.groups()
    if year is None:
        year = "-" if entry.page_year is None else f"{entry.page_year:04d}"
    date = f"{year}-{_MONTHS[month]:02d}-{int(day):02d}"
    if is_date(date):
        return date
    where = f"{source}:{entry.title.number}"
    _log.warning("%s: %r is no day of the calendar; read without a date", where, entry.date[0])
    return None
