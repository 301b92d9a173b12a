"""Files of tagged lines ("TI  - A title") → records: the one parser of RIS and all formats like it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry
from footnote.store.readers.text_decoding import BAD_BYTE, TOO_LONG, decoded_head, lines

MAX_RECORD_CHARS = 4_000_000
_MIN_FIELDS = 3
_LINES_BEFORE = 12
"""Lines that may stand before a file's first record, such as a provider's name."""


@dataclass
class TaggedRecord:
    """A record's fields in order: tag in capitals, and its lines. is_stray: its first line is missing."""

    line: int
    lines: list[tuple[str, list[str]]] = field(default_factory=list)
    problem: str = ""
    is_stray: bool = False

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """Tag and value, whose lines are parted by line ends."""
        return ((tag, "\n".join(values).strip()) for tag, values in self.lines)

    @property
    def counts(self) -> bool:
        """Whether it is a record: a few stray fields are a note between two."""
        return not self.is_stray or len(self.lines) >= _MIN_FIELDS

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for tag, value in self.fields:
            if value:
                found.setdefault(tag, []).append(value)
        return found

    def all(self, *tags: str) -> list[str]:
        """The values of the first of `tags` that has any."""
        return next((self._values[tag] for tag in tags if tag in self._values), [])

    def first(self, *tags: str) -> str:
        """The first value of the first of `tags` that has any; "" where none has."""
        return next(iter(self.all(*tags)), "")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a format writes its records.

    field: a line that begins a field, with the groups "tag" and "value"; any other goes on with the field
    before it. begins, ends: the tags of a record's first line, and of the line after it. begins_after_blank:
    tags that begin a record after a blank line, unless the record that is open has none like it. head: what
    the first lines of a file must match. to_raw: what the fields mean.
    """

    format: str
    suffixes: Sequence[str]
    field: re.Pattern[str]
    begins: frozenset[str]
    begins_after_blank: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    head: re.Pattern[str]
    to_raw: Callable[[TaggedRecord], RawRecord]


class TaggedReader:
    """Reads one dialect; see `store.readers.registry.FileReader`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.format = dialect.format
        self.suffixes = dialect.suffixes

    def recognizes(self, head: bytes) -> bool:
        """Whether a record begins in the first lines, and goes on as one."""
        text = decoded_head(head)
        found = self._dialect.head.search(text)
        return found is not None and text.count("\n", 0, found.start()) <= _LINES_BEFORE

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it. page_year isn't needed: these dates have their years."""
        for record in records(lines(file), self._dialect):
            text = "".join(value for _, value in record.fields)
            if TOO_LONG in text:
                record.problem = "one of its lines is too long: remove that field"
            elif BAD_BYTE in text:
                record.problem = (
                    "it holds bytes that aren't text in the file's encoding: save the file as UTF-8"
                )
            if record.problem:
                yield CorpusError(source, record.line, record.problem)
            else:
                yield from entries_of(self._dialect.to_raw(record), source)


def records(numbered: Iterator[tuple[int, str]], dialect: Dialect) -> Iterator[TaggedRecord]:
    """The records of `numbered` lines: one for each beginning, even where the end before it is missing.

    Fields that stand between records make one with a problem, unless they are too few to be one.
    """
    record: TaggedRecord | None = None
    has_begun = after_blank = False
    size = 0
    for number, line in numbered:
        found = dialect.field.match(line)
        tag = found["tag"].strip().upper() if found else ""
        begins = tag in dialect.begins or (
            tag in dialect.begins_after_blank
            and after_blank
            and (record is None or any(name == tag for name, _ in record.lines))
        )
        after_blank = not line.strip()
        if record is not None and (begins or tag in dialect.ends):
            if record.counts:
                yield record
            record = None
        if found and tag not in dialect.ends:
            if begins:
                record, has_begun, size = TaggedRecord(number), True, 0
            elif record is None and has_begun:
                first = ", ".join(sorted(dialect.begins))
                record, size = (
                    TaggedRecord(number, problem=f"its first line ({first}) is missing", is_stray=True),
                    0,
                )
            if record is not None:
                record.lines.append((tag, [found["value"] or ""]))
        elif record is not None and not after_blank and record.lines:
            record.lines[-1][1].append(line.strip())
        size += len(line)
        if record is not None and size > MAX_RECORD_CHARS:
            record.problem = f"it has more than {MAX_RECORD_CHARS:,} characters"
            record.lines.clear()
    if record is not None and record.counts:
        yield record


def raw_record(record: TaggedRecord, tags: Mapping[str, Sequence[str]]) -> RawRecord:
    """A record with the fields that `tags` names, in order of preference; repeated ones are joined."""

    def text(name: str) -> str:
        return record.first(*tags.get(name, ()))

    def all_of(name: str) -> list[str]:
        return record.all(*tags.get(name, ()))

    return RawRecord(
        line=record.line,
        title=text("title"),
        abstract="\n".join(dict.fromkeys(all_of("abstract"))),
        authors=list(all_of("authors")),
        date=text("date"),
        venue=text("venue"),
        type=text("type"),
        language=text("language"),
        keywords=[word for value in all_of("keywords") for word in re.split(r"[;\n]", value)],
        url=text("url"),
        doi=text("doi"),
        pmid=text("pmid"),
    )
