"""JSON in a reply: separated from prose while the reply streams, and parsed into sentences. Pure.

Objects such as {"answer": "… [1.3]", "citations": […]} and lists of {"claim": …, "sources": […]} are
recognised by the names of their fields. Numbers are taken as they are written: 1.10 is sentence 10.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from footnote.rag.llm.replies.marker_groups import Group, Marker, read_group
from footnote.rag.llm.replies.parsed import OPEN_LABEL, Parsed

_MAX_BLOCK_CHARS = 50_000
_MAX_DEPTH = 12
_MAX_MARKERS = 100
_MAX_CITED_CHARS = 60

_TEXTS = frozenset(
    "answer answers text sentence sentences claim claims statement statements response content result "
    "results finding findings point points items summary".split()
)
_MARKS = frozenset(
    "citation citations cite cites cited source sources marker markers reference references ref refs "
    "id ids evidence sentenceid sentenceids citationid citationids sourceid sourceids support "
    "supports supportingsentences".split()
)
_OPENS = frozenset("open unanswered notcovered leftopen".split())
_BRACKETED = re.compile(r"[\[【［][^\[\]【】［］\n]{1,100}[\]】］]")


@dataclass(frozen=True)
class JsonBlock:
    """Text that begins as JSON. whole: all its brackets are closed."""

    text: str
    whole: bool


class JsonSplitter:
    """Splits a reply, one character at a time, into prose and JSON; JSON begins at the start of a line."""

    def __init__(self) -> None:
        self._restart(at_start=True)

    def _restart(self, *, at_start: bool) -> None:
        self._held: list[str] = []
        self._open = ""  # the bracket that opens, until what follows shows that it is JSON
        self._depth = 0
        self._in_string = self._escaped = False
        self._at_start = at_start

    def step(self, char: str) -> Iterator[str | JsonBlock]:
        """The parts of the reply that end with this character."""
        if self._open and not char.isspace():
            if char not in ('"}' if self._open == "{" else '"{'):
                yield self._release()
            else:
                self._open = ""
        if not self._depth:
            yield from self._step_prose(char)
            return
        self._held.append(char)
        self._count(char)
        if not self._depth:
            yield self._take(whole=True)
        elif len(self._held) > _MAX_BLOCK_CHARS or self._depth > _MAX_DEPTH:
            yield self._take(whole=False)

    def finish(self) -> Iterator[str | JsonBlock]:
        """The part that is still buffered at the end of the reply."""
        if self._held:
            yield self._take(whole=False)

    def _step_prose(self, char: str) -> Iterator[str]:
        if self._at_start and char in "{[":
            self._held, self._open, self._depth = [char], char, 1
            return
        self._at_start = char == "\n" or (self._at_start and char.isspace())
        yield char

    def _count(self, char: str) -> None:
        if self._in_string:
            closes = char == '"' and not self._escaped
            self._escaped = char == "\\" and not self._escaped
            self._in_string = not closes
        elif char == '"':
            self._in_string = True
        elif char in "{[":
            self._depth += 1
        elif char in "}]":
            self._depth -= 1

    def _take(self, *, whole: bool) -> JsonBlock:
        block = JsonBlock("".join(self._held), whole)
        self._restart(at_start=whole)
        return block

    def _release(self) -> str:
        """What is buffered is prose. Where it spans lines, JSON may follow."""
        held = "".join(self._held)
        self._restart(at_start="\n" in held)
        return held


def sentences_of(block: str, read: Callable[[str], list[Parsed]]) -> list[Parsed]:
    """The sentences in a JSON text; `read` parses the strings in it.

    Markers inside a string count. Where there are none, the markers in fields beside it go to all its
    sentences.
    """
    try:
        value = json.loads(
            block, strict=False, parse_int=str, parse_float=str, parse_constant=str
        )  # numbers as written, however long
    except (ValueError, RecursionError):
        return []
    return list(_sentences(value, read))


def _sentences(value: Any, read: Callable[[str], list[Parsed]]) -> Iterator[Parsed]:
    if isinstance(value, str):
        yield from read(value)
    elif isinstance(value, list):
        for each in value:
            yield from _sentences(each, read)
    elif isinstance(value, dict):
        fields = [(_bare(name), each) for name, each in value.items()]
        beside = _cited([each for name, each in fields if name in _MARKS])
        for name, each in fields:
            if name in _TEXTS:
                found = list(_sentences(each, read))
                own = any(s.markers or s.malformed for s in found)
                for sentence in found:
                    yield sentence if own else _with(sentence, beside)
        for name, each in fields:
            if name in _OPENS:
                for text in each if isinstance(each, list) else [each]:
                    if isinstance(text, str):
                        yield from read(f"{OPEN_LABEL}: {' '.join(text.split())}")


def _with(sentence: Parsed, cited: Group) -> Parsed:
    if sentence.open:
        return sentence
    return replace(sentence, markers=cited.markers, malformed=cited.malformed)


def _cited(values: list[Any]) -> Group:
    """The markers in the values of such fields, in order and once each."""
    groups = [group for value in values for group in _groups(value)]
    markers = dict.fromkeys(m for group in groups for m in group.markers)
    malformed = dict.fromkeys(m for group in groups for m in group.malformed)
    return Group(tuple(markers)[:_MAX_MARKERS], tuple(malformed)[:_MAX_MARKERS])


def _groups(value: Any) -> Iterator[Group]:
    if isinstance(value, list):
        for each in value:
            yield from _groups(each)
    elif isinstance(value, dict):
        yield _pair(value) or _cited([each for name, each in value.items() if _bare(name) in _MARKS])
    elif isinstance(value, str) and value.strip():
        found = [group for text in _BRACKETED.findall(value) if (group := read_group(text))]
        whole = read_group(f"[{value[:_MAX_CITED_CHARS].strip()}]")
        yield from found or [whole or Group((), (f"[{value[:_MAX_CITED_CHARS].strip()}]",))]


def _pair(value: dict[str, Any]) -> Group | None:
    """The marker that {"paper": 1, "sentence": 3} stands for."""
    numbers = {_bare(name): str(each).lstrip("[").rstrip("]") for name, each in value.items()}
    marker: Marker | None = None
    if {"paper", "sentence"} <= numbers.keys():
        group = read_group(f"[{numbers['paper'][:4]}.{numbers['sentence'][:4]}]")
        marker = group.markers[0] if group and group.markers else None
    return Group((marker,), ()) if marker else None


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
