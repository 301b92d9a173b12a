"""Parts of a whole: "two thirds", "3 out of 4", "1/5 of the time", "a tenth of a second"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from footnote.rag.language.numbers.measures import measure
from footnote.rag.language.numbers.words import count

_SHARES = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "seventh": 1 / 7,
           "eighth": 1 / 8, "ninth": 1 / 9, "tenth": 1 / 10, "twelfth": 1 / 12, "fifteenth": 1 / 15,
           "twentieth": 1 / 20, "fiftieth": 1 / 50, "hundredth": 1 / 100, "thousandth": 1 / 1000}  # fmt: skip
_FRACTION = re.compile(
    r"\b(?:(?P<top>one|two|three|four|five|six|seven|eight|nine|a|an)[\s-])?"
    rf"(?P<part>half|(?:{'|'.join(part for part in _SHARES if part != 'half')})s?)\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    rf"\b(?:an? |one[\s-])?(?P<part>half|{'|'.join(part for part in _SHARES if part != 'half')}) (?:of )?an? "
    r"(?P<unit>second|minute|hour|day|week|year|decade)\b",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\w/.])(\d{1,3})/(\d{1,4})(?![\w/]|\.\d)(?=\s+(?:of|as|the)\b)")
_IN = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|\d{1,3})\s+(?:in|out of)\s+(every\s+)?"
    r"(two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\b(?!\s*[%.,]?\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """A part with its place in the text. unit, factor: of a measure that it is a part of, else "share" and 1.

    rounded: whether such parts are rounded even without a word that says so.
    """

    value: float
    unit: str
    start: int
    end: int
    factor: float = 1.0
    rounded: bool = False


def fractions(text: str) -> Iterator[Part]:
    """The parts of a plain text; of two that overlap, the first is meant."""
    for match in _PART_OF.finditer(text):
        share = _SHARES[match["part"].lower().rstrip("s")]
        if found := measure(match["unit"]):
            unit, factor = found
            yield Part(share * factor, unit, *match.span(), factor=factor)
    for match in _SLASHED.finditer(text):
        if 0 < int(match[1]) < int(match[2]):
            yield Part(int(match[1]) / int(match[2]), "share", *match.span())
    for match in _IN.finditer(text):
        top, bottom = count(match[1]), count(match[3])
        if 0 < top < bottom:
            yield Part(top / bottom, "share", *match.span(), rounded=True)
    for match in _FRACTION.finditer(text):
        if (share_of := _fraction(match, text)) is not None:
            yield Part(share_of, "share", *match.span())


_OF_WHAT = re.compile(r"\s+(?!(?:of|as|fewer|less|more|the|in|smaller|lower|higher)\b)[a-z]", re.IGNORECASE)


def _fraction(match: re.Match[str], text: str) -> float | None:
    """The value of "two thirds"; None for "the third" and "a third model"."""
    part, top = match["part"].lower(), match["top"]
    if part != "half":
        part = part.rstrip("s")
        if top is None or (top.lower() in ("a", "an") and _OF_WHAT.match(text, match.end())):
            return None
    return _SHARES[part] * count(top or "a")
