"""Whether the quantity of a claim is one of its source: value, unit, and the margin that a hedge allows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from footnote.rag.language.numbers.quantities import Quantity
from footnote.rag.language.numbers.rates import in_rate


def is_known(claim: Quantity, evidence: Sequence[Quantity], counts: Collection[float]) -> bool:
    """Whether a claim's quantity is one of the evidence's. counts: those that its words imply.

    A range is known as a whole, as the span of all ranges of its unit, or where both of its ends stand
    by themselves: "8–9 %" is not made of "8–12 %" and "4–9 %".
    """
    if claim.unit in ("", "noun") and claim.end is None and claim.value in counts:
        return True
    if any(agrees(claim, other) for other in evidence):
        return True
    if claim.end is None:
        return False
    alike = [other for other in evidence if other.unit == claim.unit]
    single = [other for other in alike if other.end is None]
    ends = [end for other in alike for end in (other.value, other.value if other.end is None else other.end)]
    low, high = sorted((claim.value, claim.end))
    if ends and (low, high) == (min(ends), max(ends)):
        return True
    return all(
        any(agrees(replace(claim, value=end, end=None), other) for other in single) for end in (low, high)
    )


def agrees(claim: Quantity, source: Quantity) -> bool:
    """Whether a claim's quantity is the source's: the same value, or as near as its hedge allows.

    A single number agrees with either end of a range, a range with the same range. Amounts of different
    currencies never agree, and rates only where they are the same rate: 12 a year and 1 a month.
    """
    if other_currency(claim, source):
        return False
    if claim.end is not None:
        if source.end is None:
            return False
        return any(
            _agrees(claim.value, one, claim, source) and _agrees(claim.end, other, claim, source)
            for one, other in ((source.value, source.end), (source.end, source.value))
        )
    if claim.sign != source.sign and ((claim.sign and source.sign) or claim.unit in ("°C", "°F")):
        return False
    known = {source.value, source.also or source.value, source.value if source.end is None else source.end}
    return any(
        _agrees(value, other, claim, source)
        for value in {claim.value, claim.also or claim.value}
        for other in known
    )


def _agrees(value: float, known: float, claim: Quantity, source: Quantity) -> bool:
    converted = _in_unit(known, source, claim)
    if converted is None:
        return False
    return _near(value, in_rate(converted, source.rate, claim.rate), claim, source)


def other_currency(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts can't be of one currency."""
    return bool(one.currencies and other.currencies) and one.currencies.isdisjoint(other.currencies)


def _in_unit(value: float, source: Quantity, claim: Quantity) -> float | None:
    """The source's value in the claim's unit; None where the two units don't go together."""
    a, b = claim.unit, source.unit
    if a == b:
        return value
    if (a, b) == ("", "%") and claim.value < 1 < value:
        return value / 100  # an accuracy of .91 is one of 91 %
    if (a, b) == ("%", "") and value < 1 < claim.value:
        return value * 100
    if (not a or not b) and not {a, b} & {"times", "share"}:
        return value / source.factor * claim.factor
    if {a, b} <= {"pp", "points"}:
        return value
    if {a, b} == {"%", "share"}:
        return value * 100 if a == "%" else value / 100
    if {a, b} == {"times", "share"} and value:
        return 1 / value
    if {a, b} == {"%", "times"}:  # doubling is an increase by 100 %
        return (value - 1) * 100 if a == "%" and value == 2 else value / 100 + 1 if value == 100 else None
    if "noun" in (a, b):
        other = b if a == "noun" else a
        return value if other in ("", "points", "money") else None
    if "times" in (a, b) and "" in (a, b):
        return value
    return None


def _near(value: float, known: float, claim: Quantity, source: Quantity) -> bool:
    if value == known or abs(value - known) <= 1e-9 * max(abs(value), abs(known)):
        return True
    if "share" in (claim.unit, source.unit) and abs(value - known) <= 0.04 * abs(known):
        return True  # "a third" is 33 %
    if claim.bound == source.bound != "about" or not claim.bound or not known or (value < 0) != (known < 0):
        return False
    return bounded_near(claim, known, value)


def bounded_near(claim: Quantity, known: float, value: float | None = None) -> bool:
    """Whether "about", "over" or "under" `value` may be said of `known`. value: None for the claim's own."""
    value = claim.value if value is None else value
    ratio = value / known
    if claim.bound == "about":
        return abs(ratio - 1) <= 0.06 or _rounded(known, value)
    if claim.unit == "share":
        return 0.5 <= ratio < 1 if claim.bound == "over" else 1 < ratio <= 2  # "over half" is said of 80 %
    return 0.75 <= ratio < 1 if claim.bound == "over" else 1 < ratio <= 1.25


def _rounded(known: float, value: float) -> bool:
    """Whether `value` is `known` rounded to as many figures as `value` shows, and within 15 % of it."""
    shown = f"{value:.6e}".split("e")[0].rstrip("0").rstrip(".").replace(".", "").lstrip("-")
    return float(f"{known:.{max(len(shown), 1) - 1}e}") == value and abs(value / known - 1) < 0.15
