"""Untrusted words made safe for the page, and quotes marked in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_NOT_PLAIN = re.compile(r"[\t\n\r\x21-\x2b\x2d-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def encode(text: str) -> str:
    """`text` for HTML inside Markdown: every ASCII sign but the comma becomes a numeric entity.

    Backslashes would not do: Gradio reads maths and links before it reads Markdown. An encoded dot
    or colon keeps bare addresses from becoming links, an encoded line break keeps a block of HTML
    in one piece. Right for attributes too.
    """
    return _NOT_PLAIN.sub(lambda match: f"&#{ord(match[0])};", text)


def sound(text: str) -> str:
    """`text` without lone surrogates, which no reply could carry."""
    return _LONE_SURROGATE.sub("\ufffd", text)


class Quoted(NamedTuple):
    """Characters `start` up to `end` of an abstract, quoted as footnote `number`."""

    number: int
    start: int
    end: int


def mark(abstract: str, quotes: Sequence[Quoted], turn: int) -> str:
    """The abstract as HTML with a `<mark id="cite-{turn}-{number}">` around each quote.

    Quotes that are nested, equal or side by side each have one mark. Where two overlap only in
    part, HTML can't nest them: the one cut short goes on in a further mark without an id. The
    class, which is the same as the id, names the quote that each piece belongs to.
    """
    edges = {0, len(abstract), *(q.start for q in quotes), *(q.end for q in quotes)}
    out: list[str] = []
    open_marks: list[Quoted] = []
    for at, until in pairwise(sorted(edges)):
        cut_short: list[Quoted] = []
        while any(q.end == at for q in open_marks):
            top = open_marks.pop()
            out.append("</mark>")
            if top.end != at:
                cut_short.append(top)
        begun = [q for q in quotes if q.start == at]
        # The longest outside: it closes last, so fewer marks are cut short.
        for quote in sorted([*cut_short, *begun], key=lambda q: (-q.end, q.number)):
            open_marks.append(quote)
            out.append(_opening(quote, turn, first=quote.start == at))
        out.append(encode(abstract[at:until]))
    out.append("</mark>" * len(open_marks))
    return "".join(out)


def _opening(quote: Quoted, turn: int, *, first: bool) -> str:
    name = f"cite-{turn}-{quote.number}"
    anchor = f' id="{name}" tabindex="-1" title="[{quote.number}]"' if first else ""
    return f'<mark class="{name}"{anchor}>'
