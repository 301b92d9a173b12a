"""JSON → its records one by one: JSON lines, an array, or a document with one list of records in it.

Memory is bounded by the largest record: neither a line nor a document is held as a whole.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

MAX_RECORD_BYTES = 4_000_000
_CHUNK = 65_536
_MAX_LEVELS = 3

# Where services and programs put the list of records: OpenAlex, Semantic Scholar, Crossref, Europe PMC,
# Zotero …
_LISTS = frozenset(
    """results data items papers records works documents entries articles publications hits
    docs""".split()
)
_WRAPPERS = frozenset("message data response result feed hits resultlist".split())


@dataclass(frozen=True)
class JsonRecord:
    """One value that should be a record. number: its line, or in a document its place, from 1.

    problem: why there is no value; the records after it are read where `is_end` is False.
    """

    number: int
    value: Any = None
    problem: str | None = None
    is_end: bool = False


class _Broken(Exception):
    """What is wrong with the JSON."""


def begins_json(head: bytes) -> bool:
    """Whether a file that begins so looks like JSON: an object or array, or lines most of which are
    objects."""
    text = _start(head)
    return _OPENING.match(text) is not None or _are_objects(text)


_OPENING = re.compile(r"\{\s*(?:\"|\}|$)|\[\s*(?:[\[{\"\]]|-?\d+(?:\.\d+)?\s*[,\]\n]|$)")


def is_lines(head: bytes) -> bool:
    """Whether it is one object a line, not one document."""
    text = _start(head)
    if "\n" not in text.strip() and len(head) < _CHUNK:
        return False  # one line in all
    if _are_objects(text):
        return True
    # A line longer than what is seen is one of JSON lines, unless it has the list of a document.
    is_long = "\n" not in text and len(head) >= _CHUNK
    return is_long and text.startswith("{") and not _LIST_BEGINS.search(text)


def _are_objects(text: str) -> bool:
    """Whether at least half of the first lines are a whole object each."""
    lines = [line for line in text.split("\n")[:_LINES_SEEN] if line.strip()]
    return 2 * sum(_is_object(line) for line in lines) >= len(lines) > 0


_LINES_SEEN = 20
_LIST_BEGINS = re.compile(r"\"(?:%s)\"\s*:\s*(?:\[\s*\{|\{)" % "|".join(sorted(_LISTS | _WRAPPERS)))


def line_records(file: BinaryIO) -> Iterator[JsonRecord]:
    """The records of JSON lines, blank lines skipped; a line that isn't JSON or not UTF-8 costs itself."""
    for number, raw in _numbered_lines(file):
        if raw is None:
            problem = f"the line has more than {MAX_RECORD_BYTES:,} bytes: give title and abstract alone"
            yield JsonRecord(number, problem=problem)
            continue
        try:
            text = (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).decode()
        except UnicodeDecodeError as error:
            problem = f"byte {error.start + 1} of the line isn't UTF-8: save the file as UTF-8"
            yield JsonRecord(number, problem=problem)
            continue
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            yield JsonRecord(number, problem=f"not JSON: {error.msg} at character {error.pos + 1}")
        except (ValueError, RecursionError):
            yield JsonRecord(number, problem=_ENDLESS)
        else:
            for record in _of_list(value):
                yield JsonRecord(number, record)


_ENDLESS = "not JSON that can be read: a number or a nesting without end"


def _of_list(value: Any) -> list[Any]:
    """The records of a reply that stands on one line; of anything else, itself."""
    inner = value
    for _ in range(_MAX_LEVELS):
        if not isinstance(inner, dict) or "title" in inner:
            break
        for key, found in inner.items():
            if key.lower() in _LISTS and isinstance(found, list) and found and isinstance(found[0], dict):
                return found
        wrapped = next((v for k, v in inner.items() if k.lower() in _WRAPPERS and isinstance(v, dict)), None)
        if wrapped is None:
            break
        inner = wrapped
    return [inner if isinstance(inner, dict) and "title" in inner else value]


def document_records(file: BinaryIO) -> Iterator[JsonRecord]:
    """The records of whole documents: of an array its elements, of an object its list of records, else
    itself."""
    number = 0
    source = _Source(file)
    try:
        while source.peek():
            for value in _elements(source) if source.peek() == "[" else _object(source, _MAX_LEVELS):
                number += 1
                yield JsonRecord(number, value)
    except _Broken as error:
        yield JsonRecord(number + 1, problem=str(error), is_end=True)


def _elements(source: _Source) -> Iterator[Any]:
    source.take("[")
    while source.peek() != "]":
        yield source.value()
        if source.peek() == ",":
            source.take(",")
        elif source.peek() != "]":
            raise _Broken(f"not JSON: “,” or “]” is missing {source.where()}")
    source.take("]")


def _object(source: _Source, levels: int) -> Iterator[Any]:
    source.take("{")
    fields: dict[str, Any] = {}
    has_list = False
    size = 0
    while source.peek() != "}":
        key = source.value()
        if not isinstance(key, str):
            raise _Broken(f"not JSON: the name of a field is missing {source.where()}")
        source.take(":")
        opening = source.peek()
        if opening == "[" and key.lower() in _LISTS and "title" not in fields:
            has_list = True
            yield from _elements(source)
        elif opening == "{" and key.lower() in _WRAPPERS and levels > 1 and "title" not in fields:
            has_list = True
            yield from _object(source, levels - 1)
        else:
            fields[key] = source.value()
            size += source.last_size
            if size > MAX_RECORD_BYTES:
                raise _Broken(
                    f"an object has more than {MAX_RECORD_BYTES:,} characters and no list of records"
                )
        if source.peek() == ",":
            source.take(",")
        elif source.peek() != "}":
            raise _Broken(f"not JSON: “,” or “}}” is missing {source.where()}")
    source.take("}")
    if has_list:
        return
    # {"31905323": {"title": …}, "32132255": …}: records by their ids.
    by_id = [value for value in fields.values() if isinstance(value, dict) and "title" in value]
    yield from by_id if by_id and "title" not in fields else [fields]


class _Source:
    """The text of a file, of which one value at a time is held."""

    last_size = 0

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        # A byte that isn't UTF-8 becomes half of a surrogate pair, which costs the record that it is in.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        self._json = json.JSONDecoder()
        self._text, self._at, self._before = "", 0, 0
        self._is_at_end = False

    def where(self) -> str:
        return f"at character {self._before + self._at + 1:,}"

    def peek(self) -> str:
        """The next character that isn't blank; "" at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def take(self, symbol: str) -> None:
        if self.peek() != symbol:
            raise _Broken(f"not JSON: “{symbol}” is missing {self.where()}")
        self._at += 1

    def value(self) -> Any:
        """The next value of any kind."""
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._grow():
                    continue
                raise _Broken(f"not JSON: {error.msg} {self.where()}") from None
            except (ValueError, RecursionError):
                raise _Broken(_ENDLESS) from None
            if end == len(self._text) and self._grow():  # a number may go on
                continue
            self.last_size = end - self._at
            self._at = end
            return value

    def _grow(self) -> bool:
        """Reads as much again as is held; False at the file's end."""
        held = len(self._text) - self._at
        if self._is_at_end:
            return False
        if held > MAX_RECORD_BYTES:
            raise _Broken(f"a value has more than {MAX_RECORD_BYTES:,} characters {self.where()}")
        raw = self._file.read(max(_CHUNK, held))
        self._is_at_end = not raw
        self._before += self._at
        self._text = self._text[self._at :] + self._decoder.decode(raw, final=self._is_at_end)
        self._at = 0
        return True


_BLANK = re.compile(r"[ \t\r\n]*")


def _start(head: bytes) -> str:
    return head.removeprefix(codecs.BOM_UTF8).decode(errors="replace").lstrip()


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers; None for one that is too long to be held."""
    number = 0
    while raw := file.readline(MAX_RECORD_BYTES + 1):
        number += 1
        if len(raw) <= MAX_RECORD_BYTES:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(MAX_RECORD_BYTES)
        yield number, None
