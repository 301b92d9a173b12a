"""Markdown tables in a reply: rows separated from prose while it streams, and split into cells. Pure.

A table is at least two lines that begin and end with a pipe; the first one names the columns. A single
such line is prose ("|x| is at most |y|").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from footnote.rag.answer import Cell
from footnote.rag.llm.replies.parsed import Parsed, has_words
from footnote.rag.llm.replies.prose import read_whole

_MAX_ROW_CHARS = 10_000
_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:–—-]+")
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_SAYS_NOTHING = frozenset(
    "na unknown unclear notreported notstated notgiven notavailable notspecified notmentioned "
    "notapplicable".split()
)


@dataclass(frozen=True)
class TableRow:
    """A row of a table as it was written, and the names of the columns."""

    columns: tuple[str, ...]
    text: str


class TableParser:
    """Splits a reply, one character at a time, into prose and rows, in order."""

    def __init__(self) -> None:
        self._columns: tuple[str, ...] | None = None
        self._pending = ""  # a line that is the header if a row follows
        self._line: list[str] | None = None  # the line that begins with a pipe
        self._at_start = True

    def step(self, char: str) -> Iterator[str | TableRow]:
        """The parts that end with this character: prose or a row."""
        if self._line is not None:
            self._line.append(char)
            if char == "\n":
                yield from self._end_line()
            elif len(self._line) > _MAX_ROW_CHARS:
                yield self._release()
        elif self._at_start and char == "|":
            self._line = [char]
        elif self._at_start and char.isspace() and char != "\n":
            yield from self._blank(char)
        else:
            yield self._release() + char
            self._at_start = char == "\n"

    def finish(self) -> Iterator[str | TableRow]:
        """The part that is still buffered at the end of the reply."""
        if self._line is not None:
            yield from self._end_line()
        if held := self._release():
            yield held

    def _blank(self, char: str) -> Iterator[str]:
        if not self._pending:
            yield char
        elif len(self._pending) > _MAX_ROW_CHARS:
            yield self._release() + char
            self._at_start = True
        else:
            self._pending += char

    def _end_line(self) -> Iterator[str | TableRow]:
        line = "".join(self._line or ())
        if self._columns is None and not _is_row(line):
            yield self._release()
            self._at_start = True
            return
        self._line = None
        if self._columns is None and not self._pending:
            self._pending = line
            return
        if self._columns is None:
            self._columns = tuple(read_whole(text).text for text in _split(self._pending))
            self._pending = ""
        if not _RULE.fullmatch(line):
            yield TableRow(self._columns, line)

    def _release(self) -> str:
        """The buffered lines are prose."""
        held = self._pending + "".join(self._line or ())
        self._columns, self._pending, self._line, self._at_start = None, "", None, False
        return held


def cells_of(row: TableRow) -> list[Parsed]:
    """The cells that claim something, each with its place; the first cell names the row.

    The markers of a cell without words (a column of sources, markers after the row) go to the cells of
    its row that have none.
    """
    cells = [read_whole(text) for text in _split(row.text)]
    loose = [cell for cell in cells[1:] if not has_words(cell.text)]
    markers = tuple(dict.fromkeys(m for cell in loose for m in cell.markers))
    malformed = tuple(dict.fromkeys(m for cell in loose for m in cell.malformed))
    found: list[Parsed] = []
    for place, cell in enumerate(cells):
        marked = bool(cell.markers or cell.malformed)
        if not has_words(cell.text) or not (marked or (place and _says_something(cell.text))):
            continue
        column = row.columns[place] if place < len(row.columns) else ""
        if not marked:
            cell = replace(cell, markers=markers, malformed=malformed)
        found.append(replace(cell, cell=Cell(row=cells[0].text, column=column)))
    return found


def _split(line: str) -> list[str]:
    """The texts between the pipes; `\\|` is a character of a text."""
    inside = line.strip().removeprefix("|")
    if _is_row(line):
        inside = inside.removesuffix("|")
    return [_BREAK.sub(" ", text.replace("\\|", "|")).strip() for text in _PIPE.split(inside)]


def _is_row(line: str) -> bool:
    line = line.strip()
    return line.endswith("|") and not line.endswith("\\|") and len(_PIPE.findall(line)) > 2


def _says_something(text: str) -> bool:
    return "".join(filter(str.isalnum, text.casefold())) not in _SAYS_NOTHING
