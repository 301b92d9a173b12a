"""A sentence of a reply: its words, separated from the markers among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.rag.answer import Cell
from footnote.rag.llm.replies.marker_groups import ROUND, Group, Marker

OPEN_LABEL = "OPEN"
"""Followed by a colon, it begins the line that says what the papers leave open."""

WIDE_STOPS = "。！？"
BULLET = re.compile(r"[-*•‣–—]|\d{1,2}[.)]")
HEADING = re.compile(r"#{1,6}")


@dataclass(frozen=True)
class Parsed:
    """A sentence without its markers, and the markers; malformed ones name no sentence.

    cell: its place, where it is a cell of a table. open: it says what the papers leave open, and is
    no claim.
    """

    text: str
    markers: tuple[Marker, ...] = ()
    malformed: tuple[str, ...] = ()
    cell: Cell | None = None
    open: bool = False


@dataclass(frozen=True)
class Token:
    """A word, or a group of markers. spaced: white space precedes it.

    first: only groups precede it on its line.
    """

    text: str
    spaced: bool
    group: Group | None = None
    first: bool = False

    @property
    def is_round(self) -> bool:
        """Whether it is a group in round brackets, which may also be a number."""
        return self.group is not None and self.text[0] in ROUND


_LINKS = {",", ";", "，", "；", "、", "and", "&"}
_NO_SPACE_BEFORE = tuple(".,;:!?)]}”’»…" + WIDE_STOPS)
_LEFT_EMPTY = re.compile(
    r" ?(?:\((?:see|cf\.|sources?:?)?\s*\)|\[\s*\]|<sup>\s?</sup>|`{3,}|`\s?`|\*\*\s?\*\*)"
)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")


def parse_words(tokens: Sequence[Token], *, literal: bool = False) -> Parsed | None:
    """The sentence made of the tokens; None where they have no words, or are a heading.

    literal: markers in it are plain text.
    """
    if not tokens or HEADING.fullmatch(tokens[0].text):
        return None
    parsed = Parsed(_join(tokens, frozenset())) if literal else parse(tokens)
    return parsed if has_words(parsed.text) else None


def parse(tokens: Sequence[Token]) -> Parsed:
    """The sentence made of the tokens, which may have no words."""
    closing = _closing(tokens)
    square = any(t.group and not t.is_round for t in tokens)
    cut = frozenset(
        n
        for n, token in enumerate(tokens)
        if token.group and (not token.is_round or (not square and n in closing))
    )
    links = frozenset(
        n
        for n, token in enumerate(tokens)
        if token.text in _LINKS and n - 1 in cut and n + 1 in cut and token.group is None
    )
    body = tokens[1:] if len(tokens) > 1 and BULLET.fullmatch(tokens[0].text) else tokens
    shift = len(tokens) - len(body)
    text = _join(body, frozenset(n - shift for n in cut | links))
    text = _LEFT_EMPTY.sub("", _BOLD.sub(r"\2", text)).strip()
    groups = [group for n in sorted(cut) if (group := tokens[n].group)]
    return Parsed(
        text,
        tuple(dict.fromkeys(m for g in groups for m in g.markers)),
        tuple(dict.fromkeys(m for g in groups for m in g.malformed)),
    )


def has_words(text: str) -> bool:
    """Whether the text has a letter or digit."""
    return any(map(str.isalnum, text))


def _closing(tokens: Sequence[Token]) -> frozenset[int]:
    """Places of groups after which only groups stand before punctuation or the end."""
    found: list[int] = []
    closes = True
    for n in reversed(range(len(tokens))):
        if tokens[n].group is None:
            closes = tokens[n].text[0] in ".,;:!?" + WIDE_STOPS
        elif closes:
            found.append(n)
    return frozenset(found)


def _join(tokens: Sequence[Token], leave_out: frozenset[int]) -> str:
    """The words with single spaces between them, and none where a marker stood before punctuation."""
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
