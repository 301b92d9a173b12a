"""Numbers that a claim may compute from those of its source: 100 − x %, a difference, a sum, a ratio."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from footnote.rag.language.numbers.agreement import bounded_near, other_currency
from footnote.rag.language.numbers.quantities import Quantity
from footnote.rag.language.numbers.rates import in_rate

_MOST = 24
"""Numbers of a source that are computed with."""
_COUNTS = frozenset({"", "noun", "points", "money"})
"""Units of numbers that count something, or nothing that is known."""
_FEW = 12
"""Up to this number, sums and differences agree by chance too often; then the claim must say that it adds."""
_ADDS = re.compile(
    r"\b(?:differen\w*|gap|margin|more|fewer|less|other|rest|remain\w*|total\w*|altogether|combin\w*|together|sum\w*|"
    r"overall|in all|both|across|all|collectively|\w+er than|gains?|increas\w*|improv\w*|drop\w*|decreas\w*|"
    r"f[ae]ll\w*|rises?|rose|reduc\w*|lower\w*|between|within|over|after|later|apart|ahead|behind|beats?|outperform\w*|"
    r"exceed\w*|surpass\w*|los[est]\w*)\b",
    re.IGNORECASE,
)


def is_computed(
    claim: Quantity, source: Sequence[Quantity], text: str, *, reworded: bool, together: bool = False
) -> bool:
    """Whether a claim's number follows from one or two of the source's by one plain computation.

    text: the claim. together: whether the source's numbers stand in one sentence; else, and up to twelve, the
    claim must say that it adds or compares, and always that it takes away. reworded: whether it has words
    that the source lacks; only then can it be about the rest of a whole. The unit is the computation's: of
    two percentages the difference is percentage points, the relative change a percentage, the product a
    percentage, the ratio a number of times. Numbers of another currency or rate are left out. A computed
    number may be rounded to the places that the claim shows, or as far as its "about", "over" or "under"
    allows.
    """
    if claim.end is not None:
        return False
    few = claim.value <= _FEW and claim.value == int(claim.value) and claim.unit in _COUNTS
    says = _ADDS.search(text) is not None
    alike = [
        q for q in source[:_MOST] if not other_currency(claim, q) and in_rate(1, q.rate, claim.rate) == 1
    ]
    values = _values(claim.unit, alike, says or (together and not few), says, reworded)
    return any(_matches(claim, value) for value in values)


def _values(
    unit: str, source: Sequence[Quantity], adds: bool, subtracts: bool, reworded: bool
) -> Iterator[float]:
    """The values in the claim's unit that the source's numbers give. adds: sums and averages too.

    subtracts: differences too, which agree by chance most often where numbers are round.
    """
    for one in source:
        yield from _of_one(unit, one, rest=reworded)
    ends = [(value, q.unit) for q in source for value in {q.value, q.end if q.end is not None else q.value}]
    for (a, first), (b, second) in itertools.combinations(ends, 2):
        if first == second or {first, second} in ({"", "noun"}, {"", "money"}, {"pp", "points"}):
            same = unit in (first, second)
            yield from _of_two(unit, first, *sorted((a, b)), same=same, adds=adds, subtracts=subtracts)


def _of_two(
    unit: str, theirs: str, low: float, high: float, *, same: bool, adds: bool, subtracts: bool
) -> Iterator[float]:
    """What two numbers of one unit give. same: whether the claim's unit is theirs."""
    alike = same or (unit in _COUNTS and theirs in _COUNTS)
    if subtracts and (unit in ("pp", "points") if theirs == "%" else alike):
        yield high - low
    if adds and alike and not (theirs == "%" and low + high > 100):
        yield low + high
    if theirs == unit == "%":
        yield low * high / 100  # 90 % of 90 %
    if low <= 0 or theirs == "pp":
        return
    if unit == "%":
        yield from ((high - low) / low * 100, (high - low) / high * 100)
        if theirs != "%":
            yield from (low / high * 100, low / (low + high) * 100, high / (low + high) * 100)
    elif unit == "times" or (adds and unit in _COUNTS and theirs in _COUNTS):
        yield high / low  # the second: on average, or "forty to one"
    elif unit == "share":
        yield from (low / high, (high - low) / high, low / (low + high), high / (low + high))


def _of_one(unit: str, one: Quantity, *, rest: bool) -> Iterator[float]:
    """What a single number gives in another form: the rest of a whole, a percentage as a number of times."""
    percent = {"%": one.value, "share": one.value * 100}.get(one.unit)
    if percent is not None and 0 < percent < 100:
        if unit in ("%", "share") and rest:
            yield (100 - percent) / (1 if unit == "%" else 100)
        if unit == "times":
            yield from (100 / percent, 100 / (100 - percent))
    if unit == "month" and one.unit == "" and one.end is not None and 1900 <= one.value < one.end <= 2100:
        yield from ((one.end - one.value) * 12, (one.end - one.value + 1) * 12)  # from 2010 to 2020
    if one.unit == "%" and unit == "times":
        yield 1 + one.value / 100
    if one.unit == "times" and one.value > 1:
        if unit == "%":
            yield from ((one.value - 1) * 100, (1 - 1 / one.value) * 100, 100 / one.value)
        elif unit == "share":
            yield from (1 / one.value, 1 - 1 / one.value)


def _matches(claim: Quantity, value: float) -> bool:
    if not value:
        return False
    if abs(claim.value - value) <= 1e-9 * abs(value):
        return True
    if claim.unit == "share" and abs(claim.value - value) <= 0.04 * value:
        return True
    if claim.bound:
        return bounded_near(claim, value)
    shown = re.match(r"[\d,]+(?:\.(\d+))?", claim.text)
    places = len(shown[1] or "") if shown else 0
    near = abs(claim.value - value) <= 0.05 * value
    return near and abs(claim.value - value) <= 0.5 * 10**-places * claim.factor + 1e-9
