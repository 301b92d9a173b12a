"""Numbers that a claim may compute from those of its source: 100 − x %, a difference, a sum, a ratio."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from footnote.rag.language.numbers.quantities import Quantity

_CHANGE = re.compile(
    r"\b(?:differen\w*|gap|margin|more|fewer|less|higher|lower|larger|smaller|great\w*|better|worse|longer|shorter|"
    r"gain\w*|increas\w*|rais\w*|rises?|rose|grow\w*|grew|improv\w*|up|down|drop\w*|decreas\w*|fall\w*|fell|declin\w*|"
    r"reduc\w*|lower\w*|sav\w*|cut\w*|los[est]\w*|shr[aiu]nk\w*|adds?|added|ahead|behind|beats?|outperform\w*|exceed\w*|"
    r"surpass\w*|trail\w*|other|rest|remain\w*|between|within|over|after|later|apart|faster|slower|cheaper)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:total\w*|altogether|combin\w*|together|sum\w*|overall|in all|both|across|all|collectively)\b",
    re.IGNORECASE,
)
_MOST = 24
"""Numbers of a source that are computed with."""


def is_computed(claim: Quantity, source: Sequence[Quantity], text: str, *, reworded: bool) -> bool:
    """Whether a claim's number follows from one or two of the source's by one plain computation.

    text: the claim, whose words must call for a difference ("more", "fell") or a sum ("in total").
    reworded: whether it has words that the source lacks; only then can it be about the rest of a whole.
    The unit is the computation's: of two percentages the difference is percentage points, the relative
    change a percentage, the ratio a number of times. A computed number may be rounded to the places
    that the claim shows, or by 5 % where the claim says "about".
    """
    return any(_matches(claim, value) for value in _values(claim, source[:_MOST], text, reworded))


def _values(claim: Quantity, source: Sequence[Quantity], text: str, reworded: bool) -> Iterator[float]:
    """The values in the claim's unit that the source's numbers give."""
    changes, totals = bool(_CHANGE.search(text)), bool(_TOTAL.search(text))
    for one in source:
        yield from _of_one(claim.unit, one, changes=changes, rest=reworded)
    ends = [(value, q) for q in source for value in {q.value, q.end if q.end is not None else q.value}]
    for (a, one), (b, two) in itertools.combinations(ends, 2):
        if one.unit != two.unit and {one.unit, two.unit} not in ({"", "noun"}, {"pp", "points"}):
            continue
        low, high = sorted((a, b))
        same = claim.unit in (one.unit, two.unit) or ({claim.unit, one.unit} <= {"", "noun", "points"})
        if changes and (claim.unit in ("pp", "points") if one.unit == "%" else same):
            yield high - low
        if totals and same and not (one.unit == "%" and a + b > 100):
            yield a + b
        if low > 0 and one.unit != "pp":
            if claim.unit == "%" and changes:
                yield from ((high - low) / low * 100, (high - low) / high * 100)
            if claim.unit == "%" and one.unit != "%":
                yield low / high * 100
            elif claim.unit == "times":
                yield high / low
            elif claim.unit == "share":
                yield from (low / high, (high - low) / high if changes else low / high)


def _of_one(unit: str, one: Quantity, *, changes: bool, rest: bool) -> Iterator[float]:
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
    if one.unit == "times" and one.value > 1 and changes:
        if unit == "%":
            yield from ((one.value - 1) * 100, (1 - 1 / one.value) * 100, 100 / one.value)
        elif unit == "share":
            yield from (1 / one.value, 1 - 1 / one.value)


def _matches(claim: Quantity, value: float) -> bool:
    if claim.end is not None or not value:
        return False
    if claim.unit == "share":
        return abs(claim.value - value) <= 0.04 * value
    near = abs(claim.value - value) <= 0.05 * value
    if claim.bound:
        return near or abs(claim.value - value) <= 1e-9 * value
    shown = re.match(r"[\d,]+(?:\.(\d+))?", claim.text)
    places = len(shown[1] or "") if shown else 0
    return abs(claim.value - value) <= (0.5 * 10**-places * claim.factor + 1e-9 if near else 1e-9 * value)
