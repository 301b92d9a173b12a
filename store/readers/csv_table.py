"""Tables of papers: CSV, TSV and the like, whichever tool wrote them."""

from __future__ import annotations

import ast
import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from footnote.store.errors import CorpusError
from footnote.store.readers.csv_columns import ALIASES, bare, columns_of, is_of_papers, known_headers
from footnote.store.readers.dates import fullest
from footnote.store.readers.names import split_names
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry
from footnote.store.readers.text_decoding import BAD_BYTE, TOO_LONG, decoded_head, lines

DELIMITERS = ",;\t|"
MAX_ROW_CHARS = 2_000_000
MAX_ROW_LINES = 5_000
MAX_COLUMNS = 2_000
_HEADER_WITHIN = 10
"""Rows within which a table's headers stand: some tools write a line about the export before them."""
_HEADERS_SHOWN = 20
_NO_HEADER = re.compile(r"[{}\"=\\]")
"""JSON and BibTeX have these in their first lines."""
_CITED_SOURCE = re.compile(r"(?P<venue>[^()]{2,300}?) \((?P<year>(?:19|20)\d\d)\)")
_DATABASES = frozenset(
    "scopus webofscience wos pubmed medline embase ieee ieeexplore psycinfo crossref".split()
)


class _Header(NamedTuple):
    delimiter: str
    row: int
    names: list[str]


class _RowTooLong(Exception):
    """A row that has no end within bounds: a quote was opened and not closed."""


class CsvReader:
    """Reads tables of papers; see `store.readers.registry.FileReader`."""

    format = "tables of papers: CSV, TSV"
    suffixes = (".csv", ".tsv", ".tab")

    def recognizes(self, head: bytes) -> bool:
        """Whether the headers are those of papers: a title, and an abstract, DOI, journal or the like."""
        text = decoded_head(head)
        header = _header(text.split("\n")[: 2 * _HEADER_WITHIN], None) if text else None
        return header is not None and is_of_papers(header.names)

    def read(
        self,
        file: BinaryIO,
        source: str,
        *,
        page_year: int | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> Iterator[Entry]:
        """As `FileReader` has it.

        columns: field (a key of `csv_columns.ALIASES`: "title", "abstract", …) → header of the column that
        gives it, for tables with other headers; fields that aren't in it are found by their usual headers.
        Raises CorpusError for a table whose title column isn't known, and for a column that isn't there.
        """
        numbered = _Lines(lines(file))
        header = _header([line for _, line in numbered.ahead(2 * _HEADER_WITHIN)], columns)
        if header is None:
            raise CorpusError(source, None, _no_title(numbered))
        table = _rows(numbered, header.delimiter)
        for _ in range(header.row + 1):
            next(table, None)
        fields = _chosen(header.names, columns or {}, source)
        for row in _aligned(table, len(header.names), fields, numbered):
            text = "".join(row.cells)
            if not text.strip():
                continue
            if row.problem:
                yield CorpusError(source, row.line, row.problem)
            elif TOO_LONG in text:
                yield CorpusError(source, row.line, "one of its lines is too long: remove that cell")
            elif BAD_BYTE in text:
                reason = "it holds bytes that aren't text in the file's encoding: save the file as UTF-8"
                yield CorpusError(source, row.line, reason)
            else:
                yield from entries_of(_raw_record(row, fields), source)


class _Row(NamedTuple):
    """A row, and why it can't be used."""

    line: int
    cells: list[str]
    problem: str = ""


class _Lines:
    """Numbered lines for `csv.reader`, which takes as many as a row has; they can be put back."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self._rest = numbered
        self._back: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        """The lines of the row that is being read."""
        self._chars = 0

    def ahead(self, count: int) -> list[tuple[int, str]]:
        """The next `count` lines, which stay to be read."""
        self._back.extend(islice(self._rest, max(0, count - len(self._back))))
        return list(islice(self._back, count))

    def begin_row(self) -> None:
        self.taken, self._chars = [], 0

    def put_back(self, numbered: Sequence[tuple[int, str]]) -> None:
        self._back.extendleft(reversed(numbered))

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._rest)
        self.taken.append(line)
        self._chars += len(line[1])
        if len(self.taken) > 1 and (self._chars > MAX_ROW_CHARS or len(self.taken) > MAX_ROW_LINES):
            raise _RowTooLong
        return _csv_line(line[1])


def _csv_line(text: str) -> str:
    """A line without what `csv` takes for the end of one."""
    return text.replace("\0", "").replace("\r", " ") + "\n"


def _rows(numbered: _Lines, delimiter: str) -> Iterator[_Row]:
    """Each row with the number of its first line. A row without end is given up at its first line."""
    csv.field_size_limit(MAX_ROW_CHARS + 1)
    reader = csv.reader(numbered, delimiter=delimiter)
    while True:
        numbered.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_RowTooLong, csv.Error):
            yield _given_up(numbered)
            reader = csv.reader(numbered, delimiter=delimiter)
            continue
        if cells:
            yield _Row(numbered.taken[0][0], cells[:MAX_COLUMNS])


def _given_up(numbered: _Lines) -> _Row:
    """The row that was read last as one that can't be used; the lines after its first are read again."""
    first, *others = numbered.taken
    numbered.put_back(others)
    return _Row(first[0], [first[1][:100]], "a quotation mark is opened in it and not closed")


def _aligned(
    table: Iterator[_Row], width: int, fields: Mapping[str, Sequence[int]], numbered: _Lines
) -> Iterator[_Row]:
    """Rows whose cells stand under their headers.

    One with more cells than headers is used as far as a year, DOI or address shows that it fits (Scopus
    writes columns that it has no headers for). Where a row of several lines doesn't fit, a quotation mark
    was opened by mistake: it is given up, and the rows that it swallowed are read again.
    """
    for row in table:
        cells = row.cells
        while len(cells) > width and not cells[-1].strip():  # Web of Science ends each row with a tab
            cells.pop()
        several = len(numbered.taken) > 1
        if row.problem or len(cells) == width or (len(cells) < width and not several):
            yield row
            continue
        last = _last_certain(cells, fields)
        if last and not (several and any("\n" in cell for cell in cells[: last + 1])):
            yield _Row(row.line, cells[: last + 1])
        elif several:
            yield _given_up(numbered)
        else:
            problem = (
                f"it has {len(cells):,} cells, the headers are {width:,}: put text with commas in quotes"
            )
            yield row._replace(problem=problem)


def _last_certain(cells: Sequence[str], fields: Mapping[str, Sequence[int]]) -> int:
    """The last column of those that certainly stand under their headers, title and abstract too; or 0."""
    signs = {
        "year": r"(?:1[5-9]|20)\d\d\b",
        "doi": r"(?:https?://\S*|doi:\s*)?10\.\d{4,}/",
        "url": r"https?://",
    }
    certain = [
        column
        for field, sign in signs.items()
        for column in fields.get(field, ())
        if column < len(cells) and column > fields["title"][0] and re.match(sign, cells[column].strip())
    ]
    return max(*certain, *fields["title"][:1], *fields.get("abstract", ())[:1]) if certain else 0


def _header(first_lines: Sequence[str], columns: Mapping[str, str] | None) -> _Header | None:
    """The row of headers, and the delimiter by which most are known; None where no title is among them."""
    wanted = {bare(name) for name in (columns or {}).values()}
    best: tuple[int, _Header] | None = None
    for delimiter in DELIMITERS:
        try:
            table = list(islice(csv.reader(map(_csv_line, first_lines), delimiter=delimiter), _HEADER_WITHIN))
        except csv.Error:
            continue
        for row, names in enumerate(table):
            if len(names) > MAX_COLUMNS or any(len(name) > 200 or _NO_HEADER.search(name) for name in names):
                continue
            has_title = "title" in columns_of(names) or bool(wanted & {bare(name) for name in names})
            known = known_headers(names) + len(wanted & {bare(name) for name in names})
            if has_title and (known >= 2 or wanted) and (best is None or known > best[0]):
                best = known, _Header(delimiter, row, names)
    return best[1] if best else None


def _no_title(numbered: _Lines) -> str:
    first = numbered.ahead(1)
    text = first[0][1] if first else ""
    delimiter = max(DELIMITERS, key=text.count)
    names = next(csv.reader([text[:2000]], delimiter=delimiter), [])
    shown = ", ".join(name.strip()[:30] for name in names[:_HEADERS_SHOWN] if name.strip())
    return (
        f"no column is known to hold the titles (first row: {shown or 'empty'}): name the columns with "
        "`--columns title=…,abstract=…`, and give the table a row of headers if it has none"
    )


def _chosen(names: Sequence[str], columns: Mapping[str, str], source: str) -> dict[str, list[int]]:
    fields = columns_of(names)
    bares = [bare(name) for name in names]
    for field, name in columns.items():
        if field not in ALIASES:
            raise CorpusError(
                source, None, f"--columns: {field!r} is none of the fields {', '.join(ALIASES)}"
            )
        if bare(name) not in bares:
            shown = ", ".join(name.strip()[:30] for name in names[:_HEADERS_SHOWN])
            raise CorpusError(source, None, f"--columns: no column is called {name!r}; there are {shown}")
        fields[field] = [bares.index(bare(name))]
    return fields


def _raw_record(row: _Row, fields: Mapping[str, Sequence[int]]) -> RawRecord:
    def value(field: str) -> str:
        cells = row.cells
        texts = (cells[column].strip() for column in fields.get(field, ()) if column < len(cells))
        return next(
            (text for text in texts if text and text.lower() not in ("nan", "null", "none", "na")), ""
        )

    raw = RawRecord(
        line=row.line,
        title=value("title"),
        abstract=value("abstract"),
        authors=_listed(value("authors")) or split_names(value("authors")),
        date=fullest(value("year"), value("day")),
        venue=value("venue"),
        type=value("type"),
        language=value("language"),
        keywords=_keywords(value("keywords")),
        url=value("url"),
        doi=value("doi"),
        pmid=value("pmid"),
        arxiv=value("arxiv"),
        openalex=value("openalex"),
    )
    if cited := _CITED_SOURCE.match(
        raw.venue
    ):  # "Endoscopic Ultrasound (2014) 3:3 (152-160)", as Embase has it
        raw.venue, raw.date = cited["venue"], raw.date or cited["year"]
    if bare(raw.venue) in _DATABASES:  # the column says where the record was found
        raw.venue = ""
    if not re.search(r"openalex|^W\d", raw.openalex):  # "id" is a number of the table in others
        raw.openalex = ""
    return raw


def _listed(text: str) -> list[str]:
    """The strings of a list as Python or JSON writes it ("['Marx, Karl']"); none where it isn't one."""
    if not (text.startswith("[") and text.endswith("]")) or len(text) > 100_000:
        return []
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _keywords(text: str) -> list[str]:
    separator = next((sign for sign in ";|\n" if sign in text), ",")
    return _listed(text) or text.split(separator)
