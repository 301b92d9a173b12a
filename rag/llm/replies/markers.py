"""Parses a chat model's reply into sentences with their markers, while it streams. Pure.

Reasoning is left out (`visible`), JSON (`json_replies`) and tables (`table_rows`) have parsers of their
own, and the rest is prose (`prose`). All parsers read one character at a time, so that the result
doesn't depend on how the reply is cut into chunks. Their buffers are limited.
"""

from __future__ import annotations

from collections.abc import Sequence

from footnote.rag.llm.replies.json_replies import JsonBlock, JsonSplitter, sentences_of
from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.replies.parsed import Parsed
from footnote.rag.llm.replies.prose import MAX_SENTENCE_CHARS, ProseParser
from footnote.rag.llm.replies.table_rows import TableParser, TableRow, cells_of
from footnote.rag.llm.replies.visible import Cleaner

__all__ = ["MAX_SENTENCE_CHARS", "Marker", "MarkerParser", "Parsed", "read_text"]


class MarkerParser:
    """Takes a reply in chunks and returns each sentence as soon as its end is certain."""

    def __init__(self, titles: Sequence[str] = ()) -> None:
        """titles: of papers that the reply may name; a question mark in one ends no sentence."""
        self._cleaner = Cleaner()
        self._json = JsonSplitter()
        self._titles = titles
        self._text = _Text(titles)
        self._returned = 0
        self.reasoning = 0
        """How many of the sentences returned so far turned out to be reasoning: the first ones."""

    def feed(self, chunk: str) -> list[Parsed]:
        """The sentences that end in this chunk."""
        for char in chunk:
            visible = self._cleaner.step(char)
            if visible is None:  # everything before was reasoning
                given, self._text = self._text.take(), _Text(self._titles)
                self._text.done = given
                self._json = JsonSplitter()
                self.reasoning = self._returned + len(given)
            else:
                self._read(visible)
        return self._take()

    def close(self) -> list[Parsed]:
        """The sentences that the end of the reply completes."""
        self._read(self._cleaner.finish())
        for part in self._json.finish():
            self._add(part)
        self._text.finish()
        return self._take()

    def _take(self) -> list[Parsed]:
        taken = self._text.take()
        self._returned += len(taken)
        return taken

    def _read(self, visible: str) -> None:
        for char in visible:
            for part in self._json.step(char):
                self._add(part)

    def _add(self, part: str | JsonBlock) -> None:
        if isinstance(part, str):
            self._text.feed(part)
        elif found := sentences_of(part.text, read_text) if part.whole else []:
            self._text.insert(found)
        else:
            self._text.feed_literally(part.text, for_good=not part.whole)


def read_text(text: str) -> list[Parsed]:
    """The sentences of a complete text without JSON or reasoning."""
    reader = _Text()
    reader.feed(text)
    reader.finish()
    return reader.take()


class _Text:
    """Parses prose and tables into sentences."""

    def __init__(self, titles: Sequence[str] = ()) -> None:
        self.done: list[Parsed] = []
        self._tables = TableParser()
        self._prose = ProseParser(titles)

    def take(self) -> list[Parsed]:
        done, self.done = self.done + self._prose.take(), []
        return done

    def feed(self, text: str) -> None:
        for char in text:
            if self._prose.literal:
                self._prose.step(char)
            else:
                for part in self._tables.step(char):
                    self._add(part)

    def finish(self) -> None:
        """Ends what is buffered; more may follow on the same line."""
        for part in self._tables.finish():
            self._add(part)
        self._prose.end(line_too=False)

    def insert(self, sentences: list[Parsed]) -> None:
        """Adds sentences that were parsed elsewhere."""
        self.finish()
        self.done = self.take() + sentences

    def feed_literally(self, text: str, *, for_good: bool) -> None:
        """Reads text in which nothing is a marker."""
        self.finish()
        self._prose.literal = True
        self.feed(text)
        if not for_good:
            self._prose.end(line_too=False)
            self._prose.literal = False

    def _add(self, part: str | TableRow) -> None:
        if isinstance(part, str):
            for char in part:
                self._prose.step(char)
        else:
            self._prose.end()
            self.done = self.take() + cells_of(part)
