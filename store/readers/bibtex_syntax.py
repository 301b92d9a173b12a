"""BibTeX as text → entries with their fields. Pure; knows nothing of papers.

A parser of our own, for the sake of damaged files: an entry ends at the latest where the next one begins, so
that an unbalanced brace costs at most one field, and a repeated key or field, a missing comma and text
between entries cost nothing. bibtexparser 2.1 is about as fast (4,800 and 5,900 entries/s of one Zotero
export), but reads 4 of the 11 damaged entries in this module's tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_ENTRY_CHARS = 2_000_000
"""Characters of one entry; what is longer is no entry."""
MAX_STRINGS = 10_000
MAX_STRING_CHARS = 1_000
"""@string definitions kept of one file, and characters of each."""
MAX_FIELDS = 500
MAX_VALUE_CHARS = 200_000
"""Characters of a value; @string definitions made of each other would grow without end."""
MAX_UNCLOSED = 20
"""Values of one entry without a closing brace or quote; each costs a search through the rest of the entry."""

_MONTHS = {
    name: name
    for name in ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
}
# The key may be missing or hold spaces (Web of Science: "@article{ WOS:000985648900009,").
_START = re.compile(r"@[ \t]*(\w{1,40})\s*[{(]")
# Within an unbalanced entry only this begins the next one: at a line's beginning, a key and a comma.
_SURE_START = re.compile(
    r"@\w{1,40}\s*[{(][^,={}\"()]{0,300},\s*$|@\w{1,40}\s*[{(][^,={}\"()]{0,300},\s*[\w-]+\s*="
)
_BRACES = re.compile(r"[{}]")
_QUOTES = re.compile(r"[{}\"]")
_NAME = re.compile(r"[^\W\d][\w:.+/-]{0,80}")
_SPACE = re.compile(r"[\s,]*")
_BLANK = re.compile(r"\s*")
_FIELD_LINE = re.compile(r"\n\s*[^\W\d][\w-]*\s*=\s*[{\"\d]")
_FIELD = re.compile(r"\s*[^\W\d][\w-]*\s*=\s*[{\"\d]")
_TITLE = re.compile(r"\btitle\s*=", re.IGNORECASE)
_WORD = re.compile(r"[^\s,#{}\"=()]+")


@dataclass(frozen=True)
class BibtexEntry:
    """An entry. line: where it begins, from 1. type, names of fields: small letters. fields: LaTeX, without
    the outer braces or quotes; of a double field the first that isn't blank. `problem`: why it can't be used.
    """

    line: int
    type: str
    key: str
    fields: dict[str, str]
    problem: str | None = None


def entries(lines: Iterable[tuple[int, str]]) -> Iterator[BibtexEntry]:
    """The entries of numbered lines, in order; @comment, @preamble and @string aren't among them.

    Holds one entry at a time, and the @string definitions.
    """
    strings = dict(_MONTHS)
    for line, kind, text in _blocks(lines):
        if kind in ("comment", "preamble"):
            continue
        if len(text) > MAX_ENTRY_CHARS:
            problem = f"the entry has more than {MAX_ENTRY_CHARS:,} characters: is a closing brace missing?"
            yield BibtexEntry(line, kind, "", {}, problem)
        elif kind == "string":
            if len(strings) < MAX_STRINGS:
                defined = _fields(text, 0, strings)
                strings.update({n: value for n, value in defined.items() if len(value) <= MAX_STRING_CHARS})
        else:
            key, comma, _ = text.partition(",")
            if "=" in key:  # no key at all: "@article{title = …"
                key, comma = "", ""
            yield BibtexEntry(line, kind, key.strip(), _fields(text, len(key + comma), strings))


def _blocks(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Line, type and what stands after the opening brace, of every block."""
    line, kind, parts, depth, size = 0, "", [""], 0, 0
    for number, text in lines:
        if kind and depth == 0 and text.strip():
            if _FIELD.match(text):  # a closing brace too many: this field is still of the entry
                depth = 1
                parts.append("\n")
            else:
                yield line, kind, "".join(parts)
                kind = ""
        elif kind and text.startswith("@") and _SURE_START.match(text):  # a closing brace is missing
            yield line, kind, "".join(parts)
            kind = ""
        at = 0
        while at < len(text):
            if not kind or depth == 0:
                start = _START.search(text, at) if "@" in text else None
                if start is None:
                    break
                if kind:
                    yield line, kind, "".join(parts)
                line, kind, parts, depth, size = number, start[1].lower(), [], 1, 0
                at = start.end()
            end, depth = _balanced(text, at, depth)
            if size <= MAX_ENTRY_CHARS:
                parts.append(text[at:end])
                size += end - at
            at = end
    if kind:
        yield line, kind, "".join(parts)


def _balanced(text: str, at: int, depth: int) -> tuple[int, int]:
    """Where `depth` open braces are closed, else the end of `text`, and how many are open there."""
    for brace in _BRACES.finditer(text, at):
        if not _escaped(text, brace.start()):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                return brace.end(), 0
    return len(text), depth


def share_of_entries(text: str) -> float:
    """How much of `text` is entries that have a title, from 0 to 1: little in a page that only cites one."""
    lines = enumerate(text.splitlines(keepends=True), 1)
    found = sum(len(block) for _, _, block in _blocks(lines) if _TITLE.search(block))
    return found / max(1, len(text.strip()))


def _fields(text: str, at: int, strings: dict[str, str]) -> dict[str, str]:
    """The fields of an entry from `at` on."""
    found: dict[str, str] = {}
    unclosed = 0
    while at < len(text) and len(found) < MAX_FIELDS and unclosed < MAX_UNCLOSED:
        at = _end(_SPACE, text, at)
        name = _NAME.match(text, at)
        equals = _end(_BLANK, text, name.end()) if name else at
        if name is None or text[equals : equals + 1] != "=":
            following = _FIELD_LINE.search(
                text, at
            )  # what isn't understood: on to the next line with a field
            if following is None:
                break
            at = following.start() + 1
            continue
        value, at, closed = _value(text, equals + 1, strings)
        unclosed += not closed
        field = name[0].lower()
        if not found.get(field):
            found[field] = value
    return found


def _value(text: str, at: int, strings: dict[str, str]) -> tuple[str, int, bool]:
    """A value, its pieces joined, where it ends, and whether it is closed; else it ends before the next
    field."""
    pieces: list[str] = []
    size = 0
    while True:
        at = _end(_BLANK, text, at)
        opening = text[at : at + 1]
        if opening in ("{", '"'):
            end = _closing(text, at, opening)
            following = (
                None if end and text[end + 1 :].strip() else _FIELD_LINE.search(text, at, end or len(text))
            )
            # Closed by the entry's own brace, with fields within: a brace too many was opened.
            if end is None or following:
                stop = following.start() if following else len(text)
                return "".join([*pieces, text[at + 1 : stop].rstrip().rstrip(",").rstrip('}"')]), stop, False
            pieces.append(text[at + 1 : end])
            at = end + 1
        else:
            word = _WORD.match(text, at)
            if word is None:
                break
            pieces.append(strings.get(word[0].lower(), word[0]))
            at = word.end()
        size += len(pieces[-1])
        at = _end(_BLANK, text, at)
        if text[at : at + 1] != "#" or size > MAX_VALUE_CHARS:
            break
        at += 1
    return "".join(pieces).strip(), at, True


def _closing(text: str, at: int, opening: str) -> int | None:
    """Where the value that begins at `at` closes; None if it doesn't."""
    depth = 0
    for mark in (_BRACES if opening == "{" else _QUOTES).finditer(text, at + (opening == '"')):
        symbol = mark[0]
        if _escaped(text, mark.start()):
            continue
        if symbol == "{":
            depth += 1
        elif symbol == "}":
            depth -= 1
            if depth == 0 and opening == "{":
                return mark.start()
        elif symbol == '"' and depth <= 0:
            return mark.start()
    return None


def _escaped(text: str, at: int) -> bool:
    """Whether an odd number of backslashes stands before `at`."""
    first = at
    while text[first - 1 : first] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
