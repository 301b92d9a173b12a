"""Escaping of untrusted text for the page, and marking of quotes in an abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from footnote.store.papers import Paper

_NOT_PLAIN = re.compile(r"[\t\n\r\x21-\x2b\x2d-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def encode(text: str) -> str:
    """`text` escaped for HTML inside Markdown: all ASCII punctuation but the comma becomes numeric entities.

    Backslashes are not enough: Gradio reads maths and links before it reads Markdown. An encoded dot
    or colon keeps bare addresses from becoming links; an encoded line break keeps a block of HTML
    together. Also safe in attributes. Lone surrogates are replaced, see `replace_surrogates`.
    """
    return _NOT_PLAIN.sub(lambda match: f"&#{ord(match[0])};", replace_surrogates(text))


def replace_surrogates(text: str) -> str:
    """`text` with each lone surrogate replaced by U+FFFD: UTF-8, and so a response, can't contain one."""
    return _LONE_SURROGATE.sub("\ufffd", text)


class Quoted(NamedTuple):
    """The characters from `start` to before `end` of an abstract, quoted as footnote `number`."""

    number: int
    start: int
    end: int


class Label(NamedTuple):
    """The label of a section of an abstract, shown before the character `start`."""

    start: int
    text: str


def labels_of(paper: Paper) -> list[Label]:
    """The labels of the paper's sections."""
    return [Label(section.start, section.label) for section in paper.sections]


def mark(abstract: str, quotes: Sequence[Quoted], turn: int, labels: Sequence[Label] = ()) -> str:
    """The abstract as HTML with a `<mark id="cite-{turn}-{number}">` around each quote.

    Quotes that are nested, equal or adjacent have one mark each. HTML can't nest two that overlap in
    part: the first to end is split, and its second piece is a mark without an id. The class of each
    mark equals the id of its quote, so that all pieces of a quote can be found.
    """
    shown = {label.start: label.text for label in labels if label.start < len(abstract)}
    edges = {0, len(abstract), *shown, *(q.start for q in quotes), *(q.end for q in quotes)}
    out: list[str] = []
    open_marks: list[Quoted] = []
    for at, until in pairwise(sorted(edges)):
        split: list[Quoted] = []
        while any(q.end == at for q in open_marks):
            top = open_marks.pop()
            out.append("</mark>")
            if top.end != at:
                split.append(top)
        begun = [q for q in quotes if q.start == at]
        if at in shown:  # before a mark that begins here, for the label is no part of a quote
            out.append(f'<b class="fn-section">{encode(f"{shown[at]}:")}</b> ')
        # The longest outside: it closes last, so fewer marks are split.
        for quote in sorted([*split, *begun], key=lambda q: (-q.end, q.number)):
            open_marks.append(quote)
            out.append(_opening(quote, turn, first=quote.start == at))
        out.append(encode(abstract[at:until]))
    out.append("</mark>" * len(open_marks))
    return "".join(out)


def _opening(quote: Quoted, turn: int, *, first: bool) -> str:
    name = f"cite-{turn}-{quote.number}"
    anchor = f' id="{name}" tabindex="-1" title="[{quote.number}]"' if first else ""
    return f'<mark class="{name}"{anchor}>'
