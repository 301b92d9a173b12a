"""Parses prose into sentences, one character at a time, so that chunks don't matter. Pure.

Markers stand before or after the full stop. (1.3) may also be a number: it is a marker only where
nothing but markers and punctuation follows it in its clause, and only in a sentence without markers in
square brackets. A line that begins with "OPEN:" says what the papers leave open. A full stop or question
mark within quotation marks, or within a known title, ends no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from footnote.rag.llm.replies.marker_groups import PAIRS, Group, may_continue, read_group
from footnote.rag.llm.replies.parsed import (
    BULLET,
    HEADING,
    OPEN_LABEL,
    WIDE_STOPS,
    Parsed,
    Token,
    has_words,
    parse,
    parse_words,
)
from footnote.store.sentences import split_sentences

MAX_SENTENCE_CHARS = 20_000
"""A longer sentence is cut here."""

_STOPPED = re.compile(rf"[.!?…{WIDE_STOPS}][\"'”’»)\]*_`】]*$")
_LONGEST_STOP = 40
_LINE_MARK = re.compile(f"{BULLET.pattern}|{HEADING.pattern}")
_OPENERS = "\"'“‘«([{*_`"
_MARKS = "*_`"
_CONTEXT_WORDS = 60
_LONGEST_QUOTATION = 200
"""A title in quotation marks is shorter; a mark that was never closed must not join all that follows."""

_OPEN = re.compile(rf"[*_]{{0,3}}(?:{OPEN_LABEL}|{OPEN_LABEL.title()})\s?[:：]\s?")
_NOTHING_OPEN = frozenset({"none", "nothing", "na", "nopart", "nothingisleftopen"})


class ProseParser:
    """Takes prose by characters, and returns each sentence as soon as its end is certain.

    literal: markers are plain text, in the sentences that end while this is set.
    """

    def __init__(self, titles: Sequence[str] = ()) -> None:
        """titles: of papers that the reply may name."""
        self.literal = False
        self._titles = [part for title in titles for part in _parts(title)]
        self._done: list[Parsed] = []
        self._next: list[Token] = []  # markers on a new line, which may be the next sentence's
        self._word = ""
        self._group = ""
        self._open_line = self._open_next = False
        self._start(newlines=1)

    def _start(self, *, newlines: int) -> None:
        self._tokens: list[Token] = []
        self._footnoted = False
        self._size = 0
        self._spaced = False
        self._newlines = newlines

    def step(self, char: str) -> None:
        """Reads one character."""
        self._read(char)
        if self._size + self._spaced + len(self._word) >= MAX_SENTENCE_CHARS:
            self._end_everything()

    def end(self, *, line_too: bool = True) -> None:
        """Ends what is buffered; with `line_too` also the line."""
        self._give_up_group()
        self._end_everything()
        self._open_line = self._open_next = False
        self._start(newlines=int(line_too))

    def take(self) -> list[Parsed]:
        """The complete sentences that weren't taken yet."""
        done, self._done = self._done, []
        return done

    def _read(self, char: str) -> None:
        if self._group:
            closed = char == PAIRS[self._group[0]]
            if closed and (group := read_group(self._group + char)):
                self._add_group(self._group + char, group)
                return
            if not closed and may_continue(self._group, char):
                self._group += char
                return
            self._give_up_group()
        if char in PAIRS:
            self._group = char
        else:
            self._read_plain(char)

    def _read_plain(self, char: str) -> None:
        if char.isspace():
            self._end_word()
            self._spaced = True
            self._newlines += char == "\n"
        else:
            self._word += char
            if char in WIDE_STOPS:
                self._end_word()

    def _give_up_group(self) -> None:
        """The buffered bracket was no marker: it is text."""
        held, self._group = self._group, ""
        for char in held:
            self._read_plain(char)

    def _add_group(self, text: str, group: Group) -> None:
        self._end_word()
        self._group = ""
        token = Token(text, self._spaced, group)
        self._size += len(text)
        if not self._tokens or self._next or (self._newlines and self._footnoted):
            self._next.append(token)
        else:
            self._tokens.append(token)
            self._footnoted = True
        self._spaced = False

    def _end_word(self) -> None:
        word, self._word = self._word, ""
        if not word:
            return
        if self._tokens and self._starts_sentence(word):
            self._end_sentence()
        if self._next:
            self._tokens += self._next
            self._next, self._footnoted = [], True
        self._tokens.append(Token(word, self._spaced, first=self._newlines > 0))
        self._size += len(word) + self._spaced
        self._spaced, self._newlines = False, 0

    def _end_everything(self) -> None:
        """The sentence ends here, and markers on the lines after it belong to it."""
        self._end_word()
        self._tokens += self._next
        self._next = []
        self._end_sentence()

    def _end_sentence(self) -> None:
        first = next((t.first for t in self._tokens if not t.group), False)
        tokens, self._tokens, self._footnoted = self._tokens, [], False
        self._size = sum(len(t.text) for t in self._next)
        if parsed := self._parse(tokens, first=first):
            self._done.append(parsed)

    def _parse(self, tokens: list[Token], *, first: bool) -> Parsed | None:
        """The sentence; `open` where its line begins with "OPEN:"."""
        parsed = parse_words(tokens, literal=self.literal)
        if first and not self._open_next:
            self._open_line = False
        if parsed is None:
            return None
        if first and not self.literal and (label := _OPEN.match(parsed.text)):
            self._open_line = True
            parsed = replace(parsed, text=parsed.text[label.end() :])
            # The label can stand on a line of its own.
            self._open_next = not has_words(parsed.text)
            if self._open_next:
                return None
        self._open_next = False
        if not self._open_line:
            return parsed
        if "".join(filter(str.isalnum, parsed.text.casefold())) in _NOTHING_OPEN:
            return None
        return replace(parsed, open=True)

    def _starts_sentence(self, word: str) -> bool:
        """Whether a new sentence begins with this word."""
        place = next((n for n in reversed(range(len(self._tokens))) if not self._tokens[n].group), None)
        if place is None:
            return False
        last, before = self._tokens[place], self._tokens[place - 1] if place else None
        stopped = bool(_STOPPED.search(last.text[-_LONGEST_STOP:]))
        footnoted = place < len(self._tokens) - 1
        if self._newlines > 1:
            return True
        if self._newlines == 1:
            marked = any(map(_LINE_MARK.fullmatch, (word, self._tokens[0].text)))
            over = stopped or footnoted or last.text.endswith(":")
            return marked or over or not word[0].islower()
        if not stopped or not has_words(word):
            return False
        if last.text[-1] in WIDE_STOPS:
            return True
        if before and before.group and not last.spaced and not has_words(last.text):
            return True  # [1.3]. closes a sentence whatever follows
        if not self._spaced and not footnoted:
            return False
        # Markers after a full stop make it one, unless it belongs to "et al."
        probe = "The" if footnoted and not last.text.endswith("al.") else word.lstrip(_OPENERS)
        context = islice(self._tokens, max(0, place - _CONTEXT_WORDS), place + 1)
        so_far = " ".join(t.text for t in context if not t.group)
        if not footnoted and (_in_quotation(so_far) or self._in_title(so_far, word)):
            return False
        return _is_boundary(so_far, probe)

    def _in_title(self, before: str, word: str) -> bool:
        bare = before.casefold().rstrip(_MARKS)
        return any(bare.endswith(first) and rest.startswith(word.casefold()) for first, rest in self._titles)


def _parts(title: str) -> Iterator[tuple[str, str]]:
    """What stands before and after each stop within a title, in lower case."""
    title = " ".join(title.casefold().split())
    for stop in re.finditer(r"[.!?…](?= )", title):
        yield title[: stop.end()], title[stop.end() + 1 :]


def _in_quotation(before: str) -> bool:
    """Whether a quotation of at most `_LONGEST_QUOTATION` characters is still open at the end of a text."""
    opened = max(before.rfind("“"), before.rfind("«"))
    if opened > max(before.rfind("”"), before.rfind("»")):
        return len(before) - opened <= _LONGEST_QUOTATION
    return before.count('"') % 2 == 1 and len(before) - before.rfind('"') <= _LONGEST_QUOTATION


def read_whole(text: str) -> Parsed:
    """A text as one sentence, such as a table's cell; it may have no words."""
    prose = _OnePiece()
    for char in text:
        prose.step(char)
    return prose.whole()


class _OnePiece(ProseParser):
    """Prose that is one sentence."""

    def _starts_sentence(self, word: str) -> bool:
        return False

    def whole(self) -> Parsed:
        self._give_up_group()
        self._end_word()
        return parse(self._tokens + self._next)


def _is_boundary(before: str, word: str) -> bool:
    """Whether `store.sentences` sees a sentence end between `before` and `word`."""
    return any(span.start == len(before) + 1 for span in split_sentences(f"{before} {word}"))
