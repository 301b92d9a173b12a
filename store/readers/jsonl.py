"""Papers as JSON lines, one object a line; the layout of BEIR's `corpus.jsonl` is one of them."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing, is_date
from footnote.store.readers.read_result import HEAD_BYTES, Entry, unusable

MAX_LINE_BYTES = 4_000_000
MAX_ID_CHARS = 200


class _Unusable(Exception):
    """What is wrong with an entry, and the fix."""


_OBJECT_BEGINS = re.compile(r"\{\s*\"")


class JsonLinesReader:
    """Papers as JSON lines; see `store.readers.registry.FileReader`."""

    format = "papers as JSON lines"
    suffixes = (".jsonl",)

    def recognizes(self, head: bytes) -> bool:
        """Whether the first line that isn't blank is a JSON object, or its beginning."""
        text = head.removeprefix(codecs.BOM_UTF8).decode(errors="replace").lstrip()
        first, newline, _ = text.partition("\n")
        if not _OBJECT_BEGINS.match(first):
            return False
        try:
            return isinstance(json.loads(first), dict)
        except (ValueError, RecursionError):
            return not newline and len(head) >= HEAD_BYTES  # cut off before the line's end

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it. page_year is of no use here: "--MM-DD" says that there is no year."""
        return read_entries(file, source)


def read_entries(file: BinaryIO, source: str) -> Iterator[Entry]:
    """Each entry of `file` in order: a listing, or why its line can't be used.

    Fields read: `title`, `abstract` or `text`, and where present `id` or `_id`, `date`,
    `authors` (strings, or one string), `arxiv` or `arxiv_id`, `doi`, `pmid`; others are ignored.
    Blank lines are skipped. Raises CorpusError where `file` isn't UTF-8.
    """
    for number, raw in _numbered_lines(file):
        if raw is None:
            reason = f"the line has more than {MAX_LINE_BYTES:,} bytes: give title and abstract alone"
            yield CorpusError(source, number, reason)
            continue
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            reason = f"byte {error.start + 1} of the line isn't UTF-8: save the file as UTF-8"
            raise CorpusError(source, number, reason) from None
        if number == 1:
            line = line.removeprefix("\ufeff")
        if not line.strip():
            continue
        try:
            yield _listing(_object(line), source, number)
        except _Unusable as error:
            yield CorpusError(source, number, str(error))


def _numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers; None for one that is too long to be held."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) <= MAX_LINE_BYTES:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(MAX_LINE_BYTES)
        yield number, None


def _object(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Unusable(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets without end
        raise _Unusable("not JSON that can be read: a number or a nesting without end") from None
    if not isinstance(entry, dict):
        raise _Unusable(f"{_kind(entry)} instead of an object: write each paper as {{…}} on a line")
    return entry


def _listing(entry: dict[str, Any], source: str, number: int) -> Listing:
    key = _identifier(entry, "id") or _identifier(entry, "_id")
    title = _text(entry, "title") or key
    abstract = _text(entry, "abstract", strip=False) or _text(entry, "text", strip=False)
    if abstract is None:
        raise _Unusable('no abstract: give it as "abstract" or "text"')
    if title is None:
        raise _Unusable('no title: give it as "title", or give an "id"')
    reason = unusable(title, abstract)
    if reason is not None:
        raise _Unusable(reason)
    return Listing(
        source=source,
        line=number,
        title=title,
        abstract=abstract,
        id=key,
        date=_date(entry),
        authors=_authors(entry),
        arxiv=_identifier(entry, "arxiv") or _identifier(entry, "arxiv_id"),
        doi=_identifier(entry, "doi"),
        pmid=_identifier(entry, "pmid"),
    )


def _text(entry: dict[str, Any], field: str, *, strip: bool = True) -> str | None:
    """A field's text; None where the field is missing, null or blank."""
    value = entry.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Unusable(f'"{field}" is {_kind(value)}: write it as a string')
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise _Unusable(f'"{field}" holds half of a surrogate pair (\\ud800 to \\udfff): remove it')
    return (value.strip() if strip else value) if value.strip() else None


def _identifier(entry: dict[str, Any], field: str) -> str | None:
    value = entry.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    elif isinstance(value, float):  # 2401.0010 would lose its last zero
        raise _Unusable(f'"{field}" is a number with a fraction: write it as a string')
    text = _text({field: value}, field)
    if text is not None and (len(text) > MAX_ID_CHARS or not text.isprintable()):
        raise _Unusable(f'"{field}" must be at most {MAX_ID_CHARS} printable characters')
    return text


def _date(entry: dict[str, Any]) -> str | None:
    date = _text(entry, "date")
    if date is not None and not is_date(date):
        raise _Unusable(f'"date" is {date[:40]!r}: write it as YYYY-MM-DD, YYYY-MM, YYYY or --MM-DD')
    return date


def _authors(entry: dict[str, Any]) -> tuple[str, ...]:
    """The authors as given: one string stays one, since commas part names and name parts alike."""
    value = entry.get("authors")
    names = value if isinstance(value, list) else [value]
    texts = (_text({"authors": name}, "authors") for name in names)
    return tuple(text for text in texts if text is not None)


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list",
             dict: "an object"}  # fmt: skip
    return kinds.get(type(value), "null")
