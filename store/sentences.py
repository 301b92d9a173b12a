"""Sentences of an abstract by character offsets, and passages made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import sentencex


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of an abstract."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of `text` that the span covers."""
        return text[self.start : self.end]


def split_sentences(text: str) -> list[Span]:
    """Sentences of `text` in order: never empty, never overlapping, no space at either end.

    Every character that isn't white space is in exactly one of them. Boundaries are
    sentencex's, corrected where it takes all that follows a list marker for one sentence, or cuts
    inside one: after an abbreviation ("An. gambiae", "Eq. (5)"), in an address, at an item of an
    unfinished list ("on 1) summaries").
    """
    spans: list[Span] = []
    at = 0
    for length in _pieces(text):
        start, at = at, at + length
        span = _trim(text, Span(start, at))
        if span.start == span.end:
            continue
        if spans and _continues(text, spans[-1], span):
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


_SHOWN_AS = {
    **{code: " " for code in range(0x3001) if chr(code).isspace() and chr(code) != "\n"},
    **{ord(c): shown for c, shown in zip("<>`", "--'", strict=True)},
}
_BLANK_LINES = re.compile(r"(\n\s*\n)")
_LIST_MARKERS = re.compile(r"\s*(?:(?:\(?(?:\d{1,3}|[ivxIVX]{1,4}|[A-Za-z])[.)]|[•‣·*–-])\s*)+")


def _pieces(text: str) -> Iterator[int]:
    """Lengths of candidates for sentences; together they make up `text`.

    sentencex has weak spots (1.0.32), so it is shown a text of the same length without them. It
    takes no lone surrogates; it panics at a no-break space between a capital and a full stop; it
    takes "<" and "`" for quotation marks, so that "P < 0.05" hides every sentence up to the next
    ">"; in long texts it loses blank lines; and after a list marker it sees no boundary.
    """
    shown = text.encode(errors="replace").decode().translate(_SHOWN_AS)
    for paragraph in _BLANK_LINES.split(shown):
        for piece in sentencex.segment("en", paragraph):
            marker = _LIST_MARKERS.match(piece)
            if marker is None:
                yield len(piece)
                continue
            item = piece[marker.end() :]
            parts = [len(part) for part in sentencex.segment("en", item)] or [0]
            yield marker.end() + parts[0]
            yield from parts[1:]


_BEFORE_NUMBERS = {"approx.", "fig.", "figs.", "eq.", "eqs.", "sec.", "no.", "nos.", "vol.", "ca."}
_ONLY_A_MARKER = re.compile(r"\(?\d{1,3}[.)]")
_ITEM_ENDS = re.compile(r"[;:]\s*(?:and|or)$")
_LOWER_CASE_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])")
_LOOK = 200
"""Characters looked at on either side of a boundary: however long a join grows, each is cheap."""


def _continues(text: str, before: Span, span: Span) -> bool:
    """Whether the boundary between `before` and `span` is inside a sentence."""
    gap = text[before.end : span.start]
    if _BLANK_LINES.search(gap):
        return False
    words = text[max(before.start, before.end - _LOOK) : before.end].split()
    last, abbreviation = words[-1], words[-1].lstrip("([").lower()
    following = text[span.start : min(span.end, span.start + _LOOK)]
    if not any(c.isalnum() for c in following) or _ONLY_A_MARKER.fullmatch(text, *before):
        return True
    if last[-1].isalnum() or last[-1] == ",":
        return "\n" not in gap and not _ITEM_ENDS.search(" ".join(words[-2:]))
    if last[-1] != ".":
        return False
    if not gap and "://" in last:
        return True
    if abbreviation in _BEFORE_NUMBERS and following.lstrip("([")[:1].isdigit():
        return True
    # "An. gambiae", "spp. were"; but words such as "mRNA", "p39" and "miR-203" open sentences.
    word = _LOWER_CASE_WORD.match(following)
    return word is not None and word[0].islower() and len(abbreviation) <= 5


def split_long(text: str, span: Span, fits: Callable[[str], bool]) -> list[Span]:
    """`span` in pieces that fit, cut at white space where there is any, else between characters.

    `fits` must hold for any single character.
    """
    if fits(span.of(text)):
        return [span]
    middle = (span.start + span.end) // 2
    spaces = [i for i in range(span.start + 1, span.end - 1) if text[i].isspace()]
    cut = min(spaces, key=lambda i: abs(i - middle)) if spaces else middle
    halves = [_trim(text, Span(span.start, cut)), _trim(text, Span(cut, span.end))]
    return [piece for half in halves if half.end > half.start for piece in split_long(text, half, fits)]


def _trim(text: str, span: Span) -> Span:
    body = span.of(text)
    start = span.start + len(body) - len(body.lstrip())
    return Span(start, start + len(body.strip()))


def make_passages(text: str, sentences: Sequence[Span], fits: Callable[[str], bool]) -> list[Span]:
    """Runs of whole sentences that fit, balanced in length, together covering every sentence.

    A sentence that doesn't fit by itself is cut (the one case in which a passage isn't made of
    whole sentences), so that no word is left out of search. `fits` tells whether a text goes
    into the embedder's window.
    """
    units = [piece for sentence in sentences for piece in split_long(text, sentence, fits)]
    runs: list[list[Span]] = []
    for unit in units:
        if runs and fits(text[runs[-1][0].start : unit.end]):
            runs[-1].append(unit)
        else:
            runs.append([unit])
    # Greedy filling leaves a stub at the end; move sentences back while that evens the pair out.
    if len(runs) > 1:
        left, right = runs[-2:]
        while len(left) > 1 and fits(text[left[-1].start : right[-1].end]):
            if left[-1].end - left[0].start <= right[-1].end - left[-1].start:
                break
            right.insert(0, left.pop())
    return [Span(run[0].start, run[-1].end) for run in runs]
