"""What a quantity is counted by: "a day", "per week", "/kg/day", "y−1", "annual"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footnote.rag.language.numbers.measures import measure

Rate = tuple[tuple[str, float], ...]
"""Base units (s, g, litre) that a quantity is counted by, each with the factor of the unit written.

"A minute" is (("s", 60),)."""
_MONTH = 2_629_800.0
"""Seconds of a twelfth of a year of 365.25 days."""
_SHORT = {
    "d": ("s", 86_400.0), "wk": ("s", 604_800.0), "mo": ("s", _MONTH), "y": ("s", 12 * _MONTH),
    "annum": ("s", 12 * _MONTH), "night": ("s", 86_400.0), "l": ("litre", 1.0),
}  # fmt: skip
"""Units that count only behind a slash or with an exponent; elsewhere they are mostly something else."""
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month",
            "yearly": "year", "annually": "year", "annual": "year"}  # fmt: skip
_BASES = frozenset({"s", "g", "litre"})
_PERIOD = r"minute|hour|day|night|week|month|year|decade"
_AFTER = re.compile(
    r"(?:/\s?|\bper\s)(?P<per>[A-Za-zµμ]{1,12})(?![\w-])"
    rf"|(?<!of )(?<!half )\b(?:an?|each|every)\s(?P<each>{_PERIOD})\b"
    r"(?!-|\s(?:later|ago|earlier|after|before|old|long|and a half)\b)"
    r"|(?<![\w/])(?P<inverse>[A-Za-zµμ]{1,4})\s?\^?\{?(?:[-−–]1|⁻¹)\}?(?!\d)",
    re.IGNORECASE,
)
_EXPONENT = re.compile(r"(?<![\w/])([A-Za-zµμ]{1,4})\s?\^?\{?[-−–]1\Z")
_ADVERB = "|".join(_ADVERBS)
_ADVERB_AFTER = re.compile(
    rf"\s?-?[\w%]*\s(?:of\s\w+\s)?(?:(?:once|twice|thrice|(?:two|three|four) times)[\s-])?({_ADVERB})\b",
    re.IGNORECASE,
)
_BREAKS = (
    "and|or|but|while|versus|vs|than|for|in|on|from|to|with|by|after|before|until|during|within|over|when|if|as|"
    "that|which"
)
_ADVERB_BEFORE = re.compile(
    rf"\b({_ADVERB})\s(?:(?!(?:{_BREAKS})\s)[a-z-]{{3,20}}\s)?(?:(?:of|is|was|are|were|at)\s)?"
    r"(?:about\s|over\s)?[$€£~≈<>≤≥]?\Z",
    re.IGNORECASE,
)
_CUT = re.compile(
    rf"[,;:()\[\]|]|\.(?:\s|\Z)|(?<![-−–^{{⁻\d])\d|\s(?:{_BREAKS}|at|is|was|are|were)\s", re.IGNORECASE
)
"""Where the words that belong to a number end."""
_LOOK = 60


def rate(text: str, start: int, end: int) -> Rate:
    """What the number at start … end is counted by; () where its own words don't name it."""
    tail = text[end : end + _LOOK]
    cut = _CUT.search(tail)
    found: dict[str, float] = {}
    for word in _words(tail[: cut.start()] if cut else tail, text[max(0, start - _LOOK) : start]):
        if counted := _base(word):
            if found.get(counted[0], counted[1]) != counted[1]:
                return ()  # two periods: it isn't clear which is meant
            found[counted[0]] = counted[1]
    return tuple(sorted(found.items()))


def inverted(text: str, end: int) -> bool:
    """Whether the unit right behind a number is only what it is counted by: "5 min−1"."""
    match = _AFTER.match(text, end + (text[end : end + 1] == " "))
    return bool(match and match["inverse"] and _base(match["inverse"]))


def is_exponent(text: str, start: int) -> bool:
    """Whether the number at start is only the exponent of a unit: the 1 of "kg−1"."""
    match = _EXPONENT.search(text[max(0, start - 8) : start + 1])
    return bool(match and _base(match[1]))


def in_rate(value: float, one: Rate, other: Rate) -> float:
    """A value counted by `one` in terms of `other`; what only one of them names doesn't matter."""
    theirs = dict(one)
    for base, factor in other:
        value *= factor / theirs.get(base, factor)
    return value


def _words(tail: str, before: str) -> Iterator[str]:
    for match in _AFTER.finditer(tail):
        yield match["per"] or match["each"] or match["inverse"]
    if adverb := _ADVERB_AFTER.match(tail) or _ADVERB_BEFORE.search(before):
        yield _ADVERBS[adverb[1].lower()]


def _base(word: str) -> tuple[str, float] | None:
    if word.lower() in _SHORT:
        return _SHORT[word.lower()]
    base, factor = measure(word) or ("", 1.0)
    if base == "month":
        return "s", factor * _MONTH
    return (base, factor) if base in _BASES else None
