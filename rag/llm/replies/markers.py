"""A chat model's reply to sentences and their markers, while it streams. Pure.

Reasoning is left out (`visible`), JSON (`json_replies`) and tables (`table_rows`) are read
by their own rules, and all else is prose (`prose`). Every decision is taken one character at a
time, so how a reply is cut into chunks can't matter, and what is held back is bounded.
"""

from __future__ import annotations

from footnote.rag.llm.replies.json_replies import Block, JsonBlocks, sentences_of
from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.replies.parsed import Parsed
from footnote.rag.llm.replies.prose import MAX_SENTENCE_CHARS, Prose
from footnote.rag.llm.replies.table_rows import Row, Tables, cells_of
from footnote.rag.llm.replies.visible import Cleaner

__all__ = ["MAX_SENTENCE_CHARS", "Marker", "MarkerParser", "Parsed", "read_text"]


class MarkerParser:
    """Feed it a reply in chunks; it gives each sentence once what follows shows that it is over."""

    def __init__(self) -> None:
        self._cleaner = Cleaner()
        self._json = JsonBlocks()
        self._text = _Text()

    def feed(self, chunk: str) -> list[Parsed]:
        """The sentences that the chunk completes."""
        for char in chunk:
            visible = self._cleaner.step(char)
            if visible is None:  # all that came before was reasoning
                given, self._text = self._text.take(), _Text()
                self._text.done = given
                self._json = JsonBlocks()
            else:
                self._read(visible)
        return self._text.take()

    def close(self) -> list[Parsed]:
        """The sentences still open at the end of the reply."""
        self._read(self._cleaner.finish())
        for part in self._json.finish():
            self._add(part)
        self._text.finish()
        return self._text.take()

    def _read(self, visible: str) -> None:
        for char in visible:
            for part in self._json.step(char):
                self._add(part)

    def _add(self, part: str | Block) -> None:
        if isinstance(part, str):
            self._text.feed(part)
        elif found := sentences_of(part.text, read_text) if part.whole else []:
            self._text.insert(found)
        else:
            self._text.feed_literally(part.text, for_good=not part.whole)


def read_text(text: str) -> list[Parsed]:
    """The sentences of a text that is all there; JSON and reasoning are no matter of it."""
    reader = _Text()
    reader.feed(text)
    reader.finish()
    return reader.take()


class _Text:
    """Prose and tables to sentences."""

    def __init__(self) -> None:
        self.done: list[Parsed] = []
        self._tables = Tables()
        self._prose = Prose()

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
        """All that is held is over; more can follow on the same line."""
        for part in self._tables.finish():
            self._add(part)
        self._prose.end(line_too=False)

    def insert(self, sentences: list[Parsed]) -> None:
        """Sentences that were read elsewhere stand here."""
        self.finish()
        self.done = self.take() + sentences

    def feed_literally(self, text: str, *, for_good: bool) -> None:
        """Text that is prose by its words alone: what looks like a marker in it is none."""
        self.finish()
        self._prose.literal = True
        self.feed(text)
        if not for_good:
            self._prose.end(line_too=False)
            self._prose.literal = False

    def _add(self, part: str | Row) -> None:
        if isinstance(part, str):
            for char in part:
                self._prose.step(char)
        else:
            self._prose.end()
            self.done = self.take() + cells_of(part)
