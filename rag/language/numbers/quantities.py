"""Numbers with their units, read from digits, words and the usual ways of writing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from footnote.rag.language.numbers.currencies import currencies
from footnote.rag.language.numbers.fractions import fractions
from footnote.rag.language.numbers.measures import MEASURE, measure
from footnote.rag.language.numbers.rates import Rate, inverted, is_exponent, rate
from footnote.rag.language.numbers.words import HALVED, SCALES, SMALL, TIMES, count, spoken
from footnote.rag.language.stopwords import is_function_word
from footnote.rag.language.tokens import stem_of

Bound = Literal["", "about", "over", "under"]

_LETTERS: Mapping[str, float] = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12}
_WORDS = "|".join([*SMALL, *SCALES, "dozens?", "hundreds", "thousands", "millions", "billions"])
_DIGITS = r"\d+(?:,\d+)*(?:\.\d+)*"
_NUMBER = re.compile(
    rf"(?P<digits>{_DIGITS})(?P<power>\s?[×x*]\s?10\^?\{{?(?P<exp>[-−]?\d{{1,3}})\}}?|e[-+]\d{{1,2}}|\^\{{?[-−]?\d{{1,3}}\}}?)?"
    rf"(?P<letter>\s?(?:bn|mn)\b|(?-i:\s?[KMB]\b)|[kmbt]\b|[\s-]?(?:hundred|thousand|million|billion|trillion)\b)?"
    rf"|\b(?P<words>(?:{_WORDS})(?:[\s-]+(?:and\s+)?(?:{_WORDS})){{0,6}})\b",
    re.IGNORECASE,
)
_MAGNITUDE = re.compile(
    r"\b(?:(an?|one|two|three|four|five|six|\d{1,2})\s+)?orders?\s+of\s+magnitude", re.IGNORECASE
)
_AND_A_HALF = re.compile(rf"\b({'|'.join(SMALL)}|\d{{1,3}}) and a half\b(?! of)", re.IGNORECASE)
_UNIT_AND_A_HALF = re.compile(
    r"\ban? (second|minute|hour|day|week|month|year|decade) and a half\b", re.IGNORECASE
)
_UNIT = re.compile(
    r"\s?-?(?P<percent>%|percent\b|per\s?cent\b|pct\b)(?P<points>[\s-]?(?:points?|pts?)\b)?"
    r"|\s?-?(?P<pp>p\.?p\.?(?!\w)|percentage[\s-]points?\b)"
    r"|(?:\s(?:absolute\s)?|-)(?P<pts>points?\b|pts\b)"
    r"|\s?-?(?P<times>×|x(?![a-z.])|times\b|fold\b)"
    r"|[\s-]?(?P<word>[A-Za-z][A-Za-z-]{0,40})",
    re.IGNORECASE,
)
_ABOUT = {"about", "approximately", "around", "roughly", "some", "nearly", "almost", "circa", "ca", "approx",
          "~", "≈", "∼", "close", "estimated", "virtually", "or"}  # fmt: skip
_OVER = {"over", "exceeds", "exceeding", "above", "beyond", "least", "upwards", ">", "≥", "exceed"}
_UNDER = {"under", "below", "most", "<", "≤"}
_IN_NAME = re.compile(r"(?<![\w.-])(?:[A-Za-z][\w.]{0,20}[-‐–._])(?:[\w.]{1,12}[-‐–._]){0,4}\Z")
_GLUED = frozenset("x times fold pp pts d percent st nd rd th e".split())
_LOOK = 24
"""Characters before a number in which a word can qualify it."""


@dataclass(frozen=True)
class Quantity:
    """A number of a text.

    unit: %, pp (percentage points), points, times, share (a fraction in words), money, a measure such as
    s or byte (the value brought to it), "noun" (counts something, `of`) or "" (the text gives none).
    currencies: that money may be in, as ISO codes. rate: what the quantity is counted by ("a day").
    end: the other end of a range, which is one quantity ("8–12 %"). bound: how the text hedges it.
    also: another reading of the digits ("15,49"). factor: what brought a measure to its base unit.
    """

    value: float
    unit: str
    text: str
    start: int
    bound: Bound = ""
    of: str = ""
    also: float | None = None
    sign: str = ""
    factor: float = 1.0
    end: float | None = None
    currencies: frozenset[str] = frozenset()
    rate: Rate = ()


def quantities(text: str, *, foreign: bool = False) -> list[Quantity]:
    """The quantities of a plain text in order. Digits inside a name ("GPT-4", "T5") are none.

    foreign: "1.234" may be 1234 and "1,234" a little more than one.
    """
    found: list[Quantity] = []
    taken: set[int] = set()  # places of characters that are read already

    for match in _MAGNITUDE.finditer(text):
        if match[1]:
            found.append(Quantity(10.0 ** count(match[1]), "times", match[0], match.start()))
        taken.update(range(*match.span()))
    for match in _AND_A_HALF.finditer(text):
        value = count(match[1]) + 0.5
        found.append(_with_unit(value, match[0], *match.span(), text))
        taken.update(range(*match.span()))
    for match in _UNIT_AND_A_HALF.finditer(text):
        unit, factor = measure(match[1]) or ("", 1.0)
        found.append(Quantity(1.5 * factor, unit, match[0], match.start(), factor=factor))
        taken.update(range(*match.span()))
    for part in fractions(text):
        if taken.isdisjoint(range(part.start, part.end)):
            bound = _bound(text, part.start) or ("about" if part.rounded else "")
            shown = text[part.start : part.end]
            found.append(Quantity(part.value, part.unit, shown, part.start, bound, factor=part.factor))
            taken.update(range(part.start, part.end))
    for match in re.finditer(r"\b[A-Za-z]+\b(?!-)", text):
        word, bound = match[0].lower(), _bound(text, match.start())
        if word in TIMES:
            found.append(Quantity(float(TIMES[word]), "times", match[0], match.start(), bound))
        elif word in HALVED and word != "halves":
            found.append(Quantity(0.5, "share", match[0], match.start(), bound))
    numbers = (match for match in _NUMBER.finditer(text) if match.start() not in taken)
    found += [quantity for match in numbers if (quantity := _number(match, text, foreign))]
    return _with_ranges(sorted(found, key=lambda quantity: quantity.start), text)


_RANGE = re.compile(r"\s?%?\s?(?:[-–—]{1,2}|to|or)\s?")
_BETWEEN = re.compile(r"\s?%?\s?and\s?")


def _with_ranges(found: list[Quantity], text: str) -> list[Quantity]:
    """With each range as one quantity of the unit and scale of its end: "3 to 5 million", "2-3x"."""
    ranged: list[Quantity] = []
    for two in found:
        one = ranged[-1] if ranged else None
        if one is None or one.end is not None or not _is_range(one, two, text):
            ranged.append(two)
            continue
        shown = _NUMBER.match(two.text)
        scale = 1.0
        if (
            shown
            and shown["letter"]
            and one.value < 1000
            and not (_NUMBER.match(one.text) or shown)["letter"]
        ):
            scale = {**SCALES, **_LETTERS}[shown["letter"].strip(" -").lower()]
        value = one.value * scale * (1.0 if one.unit else two.factor)
        span = text[one.start : two.start + len(two.text)]
        ranged[-1] = replace(
            two, value=value, text=span, start=one.start, bound=one.bound, also=one.also, sign=one.sign,
            end=two.value, currencies=one.currencies or two.currencies,
        )  # fmt: skip
    return ranged


def _is_range(one: Quantity, two: Quantity, text: str) -> bool:
    """Whether two numbers that follow each other are the ends of a range."""
    end = one.start + len(one.text)
    joined = _RANGE.fullmatch(text, end, two.start) or (
        text[max(0, one.start - 8) : one.start].lower().endswith("between ")
        and _BETWEEN.fullmatch(text, end, two.start)
    )
    return bool(joined) and (one.unit == two.unit or one.unit == "")


def _number(match: re.Match[str], text: str, foreign: bool) -> Quantity | None:
    start, end = match.span()
    before = text[max(0, start - 2) : start]
    if match["words"]:
        # "a hundred" is one hundred; "a one-step method" isn't two.
        bare = re.match(r"[a-z]+", match["words"].lower())
        counts = bare is not None and bare[0] not in SMALL
        opening = "one " if counts and re.search(r"\ba\s\Z", text[max(0, start - 3) : start]) else ""
        value = spoken(opening + match["words"])
        if value is None or (value == 1 and not re.match(r"[\s-]?(?:%|percent|point)", text[end : end + 9])):
            return None  # "one" is a pronoun more often than a number; "hundreds" has no value
        return _with_unit(value, match[0], start, end, text)
    digits = match["digits"]
    if digits == "1" and is_exponent(text, start):
        return None
    if before and (
        before[-1].isalnum() or before[-1] in "_^" or _IN_NAME.search(text, max(0, start - _LOOK), start)
    ):
        size = re.fullmatch(r"[BMbm]", match["letter"] or "") and before[-1] in "-_"
        if not size:  # "70B" in Llama-70B is a size that may be stated by itself; the 3 of Llama-3 is not
            return None
    if re.match(r"(?:st|nd|rd|th)\b", text[end : end + 3]) and not match["letter"]:
        return None  # an ordinal
    glued = re.match(r"[^\W\d_]+", text[end : end + 20])
    if glued and not match["letter"] and not (measure(glued[0]) or glued[0].lower() in _GLUED):
        return None  # a name, as 4o
    value, also = _value(digits)
    also = also if foreign else None
    if match["exp"]:
        value *= float("1e" + match["exp"].replace("−", "-"))
    elif (power := match["power"]) and power[0] in "eE":
        value *= float("1" + power)
    elif power and power[0] == "^":
        exponent = int(power.strip("^{}").replace("−", "-"))
        value = value**exponent if value and abs(exponent) <= 300 / max(1, len(digits)) else value
    if match["letter"]:
        value *= {**SCALES, **_LETTERS}[match["letter"].strip(" -").lower()]
    return _with_unit(value, text[start:end], start, end, text, also)


def _value(digits: str) -> tuple[float, float | None]:
    """The value of digits, and another that they may have: "1.234" may be German for 1234."""
    groups = digits.split(",")
    if "." in groups[-1] and groups[-1].count(".") > 1:  # 1.2.3: a version; its first parts tell it
        return float(".".join(groups[-1].split(".")[:2])), None
    if len(groups) == 1:
        whole, _, rest = digits.partition(".")
        return float(digits), float(whole + rest) if len(rest) == 3 and whole != "0" else None
    plain = digits.replace(",", "")
    if all(len(group.split(".")[0]) == 3 for group in groups[1:]):
        return float(plain), float(digits.replace(",", ".")) if len(
            groups
        ) == 2 and "." not in digits else None
    return float(f"{groups[0]}.{groups[1]}" if "." not in groups[0] + groups[1] else groups[0]), None


def _with_unit(
    value: float, shown: str, start: int, end: int, text: str, also: float | None = None
) -> Quantity:
    unit, of, factor = "", "", 1.0
    money = currencies(text, start, end)
    if text[end : end + 2].strip()[:1] in ("°", "℃", "µ", "μ") and (base := _measured(text, end)):
        unit, factor = base
    elif money:
        unit = "money"
    elif not inverted(text, end) and (match := _UNIT.match(text, end)):
        word = (match["word"] or "").lower()
        if match["points"] or match["pp"]:
            unit = "pp"
        elif match["percent"]:
            unit = "%"
        elif match["pts"]:
            unit = "points"
        elif match["times"]:
            unit = "times"
        elif base := _measured(text, end):
            unit, factor = base
        elif word and match["word"].islower() and not match[0].startswith("-"):
            of = stem_of(word)
            unit = (
                "noun"
                if of and not is_function_word(word) and word.endswith("s") and not word.endswith("ss")
                else ""
            )
    signed = re.search(r"(?:(?<![\w)%])|(?<=\s))([-−+]|\bminus |\bplus )\Z", text[max(0, start - 7) : start])
    sign = ("-" if signed[1] in "-−minus " else "+") if signed else ""
    return Quantity(
        value * factor, unit, shown.strip(), start, _bound(text, start), of, also, sign, factor,
        currencies=money, rate=rate(text, start, end),
    )  # fmt: skip


def _measured(text: str, end: int) -> tuple[str, float] | None:
    """The measure that follows a number, unless another word goes on from it ("5 h-index")."""
    match = MEASURE.match(text, end)
    return measure(match[1]) if match else None


def _bound(text: str, start: int) -> Bound:
    before = re.findall(r"[a-z]+|[~≈∼<>≤≥]", text[max(0, start - _LOOK) : start].lower())[-3:]
    last = before[-1:] + before[-2:-1]
    if "more than" in " ".join(before) or "greater than" in " ".join(before) or set(last) & _OVER:
        return "over"
    if any(f"{word} than" in " ".join(before) for word in ("less", "fewer", "lower")) or set(last) & _UNDER:
        return "under"
    return "about" if set(last) & _ABOUT else ""
