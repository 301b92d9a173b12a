"""Sentences and their markers, read from a reply while it streams. Pure.

A marker names a sentence that the model was shown: [1.3] is sentence 3 of paper 1. Models vary
the form, so these count as markers too: [1.3, 2.1], [1.3; 2.1], [1.3-1.5] and 【1.3】, before or
after the full stop. (1.3) may as well be a number: it counts only where nothing but markers and
punctuation follows it in its clause, and only in a sentence that has no square markers.
[2] names a paper, not a sentence: it is malformed. [0, 1] or [2024] can't be meant as markers
and stay text.

Every decision is taken one character at a time, so how a reply is cut into chunks can't matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.visible import Cleaner
from store.sentences import split_sentences

Marker = tuple[int, int]

MAX_SENTENCE_CHARS = 20_000
"""A sentence longer than this is given out as it stands."""

_PAIRS = {"[": "]", "【": "】", "［": "］", "(": ")", "（": "）"}
_MAX_GROUP = 60
_GROUP_BODY = r"[\d.．,，;；:\s–—-]"
_IN_GROUP = re.compile(_GROUP_BODY)
_ONE = re.compile(r"(\d{1,3})[.．](\d{1,3})")
_RANGE = re.compile(r"(\d{1,3})[.．](\d{1,3})\s*[–—-]\s*(?:(\d{1,3})[.．])?(\d{1,3})")
_WHOLE_PAPER = re.compile(r"\d{1,3}")
_MAX_RANGE = 20

LOOKS_LIKE_MARKER = re.compile(
    rf"[\[【［](?P<square>(?=\D{{0,{_MAX_GROUP}}}\d){_GROUP_BODY}{{1,{_MAX_GROUP}}})[\]】］]"
    rf"|[(（](?P<round>(?=\s?\d{{1,{_MAX_GROUP}}}\s?[.．]){_GROUP_BODY}{{1,{_MAX_GROUP}}})[)）]"
)
"""What must not stand in untrusted text that a model is shown; one of the groups is the inside."""


@dataclass(frozen=True)
class Parsed:
    """A sentence without its markers, the sentences that they name, and markers that name none."""

    text: str
    markers: tuple[Marker, ...] = ()
    malformed: tuple[str, ...] = ()


# --- one group of markers


@dataclass(frozen=True)
class _Group:
    markers: tuple[Marker, ...]
    malformed: tuple[str, ...]


def _read_group(text: str) -> _Group | None:
    """What a bracketed group names; None where it is text."""
    square = text[0] not in "(（"
    markers: list[Marker] = []
    malformed: list[str] = []
    for part in filter(None, (p.strip() for p in re.split(r"[,，;；]", text[1:-1]))):
        found = _read_part(part)
        if found is None:
            return None
        markers += found
        if not found:
            malformed.append(f"[{part}]")
    if not (markers or malformed) or (malformed and not square):
        return None
    return _Group(tuple(markers), tuple(malformed))


def _read_part(part: str) -> list[Marker] | None:
    """The markers in a part between commas: none where it is malformed, None where it is text."""
    if one := _ONE.fullmatch(part):
        numbers = [int(one[1]), int(one[2])]
        return [(numbers[0], numbers[1])] if all(numbers) else None
    if span := _RANGE.fullmatch(part):
        paper, first, last = int(span[1]), int(span[2]), int(span[4])
        if (span[3] and int(span[3]) != paper) or not (paper and 0 < first <= last <= first + _MAX_RANGE):
            return []
        return [(paper, n) for n in range(first, last + 1)]
    if _WHOLE_PAPER.fullmatch(part):
        return [] if int(part) else None
    return None


# --- words and markers, gathered to sentences


@dataclass(frozen=True)
class _Token:
    """A word, or a group of markers; `spaced` where white space stands before it."""

    text: str
    spaced: bool
    group: _Group | None = None

    @property
    def is_paren(self) -> bool:
        return self.group is not None and self.text[0] in "(（"


_WIDE_STOPS = "。！？"
_STOPPED = re.compile(rf"[.!?…{_WIDE_STOPS}][\"'”’»)\]*_`】]*$")
_BULLET = re.compile(r"[-*•‣–—]|\d{1,2}[.)]")
_HEADING = re.compile(r"#{1,6}")
_LINE_MARK = re.compile(f"{_BULLET.pattern}|{_HEADING.pattern}")
_OPENERS = "\"'“‘«([{*_`"
_CONTEXT_WORDS = 60


class MarkerParser:
    """Feed it a reply in chunks; it gives each sentence once what follows shows that it is over."""

    def __init__(self) -> None:
        self._cleaner = Cleaner()
        self._json: bool | None = None  # None: nothing seen that tells
        self._opening = ""
        self._done: list[Parsed] = []
        self._restart()

    def feed(self, chunk: str) -> list[Parsed]:
        """The sentences that the chunk completes."""
        for char in chunk:
            visible = self._cleaner.step(char)
            if visible is None:  # all that came before was reasoning
                self._restart()
                self._json, self._opening = None, ""
            else:
                for each in visible:
                    self._step(each)
        return self._take()

    def close(self) -> list[Parsed]:
        """The sentences still open at the end of the reply."""
        for each in self._cleaner.finish():
            self._step(each)
        self._give_up_group()
        self._end_everything()
        return self._take()

    def _take(self) -> list[Parsed]:
        done, self._done = self._done, []
        return done

    def _restart(self) -> None:
        self._tokens: list[_Token] = []
        self._footnoted = False
        self._next: list[_Token] = []  # markers on a new line, which may be the next sentence's
        self._size = 0
        self._word = ""
        self._group = ""
        self._spaced = False
        self._newlines = 0

    def _step(self, char: str) -> None:
        self._note_opening(char)
        self._read(char)
        if self._size + self._spaced + len(self._word) >= MAX_SENTENCE_CHARS:
            self._end_everything()

    def _read(self, char: str) -> None:
        if self._group:
            closed = char == _PAIRS[self._group[0]]
            if closed and (group := _read_group(self._group + char)):
                self._add_group(self._group + char, group)
                return
            if not closed and _IN_GROUP.match(char) and char != "\n" and len(self._group) < _MAX_GROUP:
                self._group += char
                return
            self._give_up_group()
        if char in _PAIRS:
            self._group = char
        elif char.isspace():
            self._end_word()
            self._spaced = True
            self._newlines += char == "\n"
        else:
            self._word += char
            if char in _WIDE_STOPS:
                self._end_word()

    def _note_opening(self, char: str) -> None:
        """A reply that opens as JSON is no prose: its brackets are no markers."""
        if self._json is None and not char.isspace():
            self._opening += char
            if self._opening != "[":
                self._json = self._opening[0] == "{" or self._opening in ("[{", '["')

    def _give_up_group(self) -> None:
        """The bracket held was no marker: it is part of a word, or of several."""
        held, self._group = self._group, ""
        for char in held:
            if char.isspace():
                self._end_word()
                self._spaced = True
            else:
                self._word += char

    def _add_group(self, text: str, group: _Group) -> None:
        self._end_word()
        self._group = ""
        token = _Token(text, self._spaced, group)
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
        self._tokens.append(_Token(word, self._spaced))
        self._size += len(word) + self._spaced
        self._spaced, self._newlines = False, 0

    def _end_everything(self) -> None:
        """The sentence ends here, with markers on later lines that no sentence followed."""
        self._end_word()
        self._tokens += self._next
        self._next = []
        self._end_sentence()

    def _end_sentence(self) -> None:
        if parsed := _parse(self._tokens, as_json=bool(self._json)):
            self._done.append(parsed)
        self._tokens, self._footnoted = [], False
        self._size = sum(len(t.text) for t in self._next)

    def _starts_sentence(self, word: str) -> bool:
        """Whether a new sentence begins with this word, given all that stands before it."""
        place = next((n for n in reversed(range(len(self._tokens))) if not self._tokens[n].group), None)
        if place is None:
            return False
        last, before = self._tokens[place], self._tokens[place - 1] if place else None
        stopped = bool(_STOPPED.search(last.text))
        footnoted = place < len(self._tokens) - 1
        if self._newlines > 1:
            return True
        if self._newlines == 1:
            marked = any(map(_LINE_MARK.fullmatch, (word, self._tokens[0].text)))
            over = stopped or footnoted or last.text.endswith(":")
            return marked or over or not word[0].islower()
        if not stopped or not any(map(str.isalnum, word)):
            return False
        if last.text[-1] in _WIDE_STOPS:
            return True
        if before and before.group and not last.spaced and not any(map(str.isalnum, last.text)):
            return True  # [1.3]. closes a sentence whatever follows
        if not self._spaced and not footnoted:
            return False
        # Markers after a full stop make it one, unless it belongs to "et al."
        probe = "The" if footnoted and not last.text.endswith("al.") else word.lstrip(_OPENERS)
        context = [t.text for t in self._tokens[max(0, place - _CONTEXT_WORDS) : place + 1] if not t.group]
        return _is_boundary(" ".join(context), probe)


def _is_boundary(before: str, word: str) -> bool:
    """Whether `store.sentences` sees a sentence end between `before` and `word`."""
    return any(span.start == len(before) + 1 for span in split_sentences(f"{before} {word}"))


# --- one sentence

_LINKS = {",", ";", "，", "；", "、", "and", "&"}
_NO_SPACE_BEFORE = tuple(".,;:!?)]}”’»…" + _WIDE_STOPS)
_LEFT_EMPTY = re.compile(r" ?(?:\((?:see|cf\.)?\s*\)|\[\s*\]|`{3,})")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")


def _parse(tokens: list[_Token], *, as_json: bool) -> Parsed | None:
    """The sentence that the tokens make; None where they hold no words (or are a heading)."""
    if not tokens or _HEADING.fullmatch(tokens[0].text):
        return None
    if as_json:
        text = _join(tokens, frozenset())
        return Parsed(text) if any(map(str.isalnum, text)) else None
    square = any(t.group and not t.is_paren for t in tokens)
    cut = frozenset(
        n
        for n, token in enumerate(tokens)
        if token.group and (not token.is_paren or (not square and _closes_clause(tokens, n)))
    )
    links = frozenset(
        n
        for n, token in enumerate(tokens)
        if token.text in _LINKS and n - 1 in cut and n + 1 in cut and token.group is None
    )
    body = tokens[1:] if len(tokens) > 1 and _BULLET.fullmatch(tokens[0].text) else tokens
    shift = len(tokens) - len(body)
    text = _join(body, frozenset(n - shift for n in cut | links))
    text = _LEFT_EMPTY.sub("", _BOLD.sub(r"\2", text)).strip()
    if not any(map(str.isalnum, text)):
        return None
    groups = [group for n in sorted(cut) if (group := tokens[n].group)]
    return Parsed(
        text,
        tuple(dict.fromkeys(m for g in groups for m in g.markers)),
        tuple(dict.fromkeys(m for g in groups for m in g.malformed)),
    )


def _closes_clause(tokens: list[_Token], place: int) -> bool:
    """Whether only punctuation or the end follows, past further markers."""
    after = next((t for t in tokens[place + 1 :] if t.group is None), None)
    return after is None or after.text[0] in ".,;:!?" + _WIDE_STOPS


def _join(tokens: list[_Token], leave_out: frozenset[int]) -> str:
    """The words with single spaces, closed up where a marker stood before punctuation."""
    text, gap, after_marker = "", False, False
    for n, token in enumerate(tokens):
        gap = gap or token.spaced
        if n in leave_out:
            after_marker = True
            continue
        if after_marker:
            gap = not token.text.startswith(_NO_SPACE_BEFORE) and (gap or token.text[0].isascii())
            if token.text[0] in ".!?":
                text = text.rstrip(",;")
        text += (" " if gap and text else "") + token.text
        gap = after_marker = False
    return text
