"""Number alignment, which number goes with what: a claim that gives one thing's number to another."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.rag.language.numbers import Quantity, agrees, is_number_word
from footnote.rag.language.tokens import TokenizedText, parts
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_SPLITS = re.compile(
    r"[,;:.)\]]\s|\((?!\d[\d.]*\s?%?[,)])|\[|\s(?:and|while|whereas|but|versus|vs\.?|compared)\s"
)


_STOPS = frozenset(",;:.()[]—–")
_JOINS = frozenset("and but while whereas versus vs compared than by to from in on for with at".split())
_MOST = 40
"""Numbers of a text beyond which they aren't compared by the words beside them."""


@dataclass(frozen=True)
class PlacedQuantity:
    """A quantity with the stems of its own stretch of the sentence, and of what it counts or measures."""

    quantity: Quantity
    beside: frozenset[str]
    of: frozenset[str]


def placed(tokens: TokenizedText, found: Sequence[Quantity]) -> list[PlacedQuantity]:
    """Each quantity with the words of its stretch: between commas, "and", "while"."""
    cuts = [0, *(match.end() for match in _SPLITS.finditer(tokens.text)), len(tokens.text) + 1]
    places = [bisect_right(cuts, quantity.start) for quantity in found]
    starts, ends = [cuts[n - 1] for n in places], [cuts[n] for n in places]
    shared: dict[str, int] = {}
    for unit in {quantity.unit for quantity in found}:
        first, *rest = [n for n, quantity in enumerate(found) if quantity.unit == unit]
        if rest and all(_opens(tokens, starts[n], found[n]) for n in rest):
            # "average gains of 18 % in A, 3 % in B": what stands before the first goes for them all.
            shared[unit] = first
    return [
        PlacedQuantity(
            q, _stems(tokens, q.start if shared.get(q.unit) == n else starts[n], ends[n]), _of(tokens, q)
        )
        for n, q in enumerate(found)
    ]


def _stems(tokens: TokenizedText, start: int, end: int) -> frozenset[str]:
    words = (word for word in tokens.words if start <= word.start < end and word.stem)
    return frozenset(
        part
        for word in words
        if not word.text[0].isdigit() and not is_number_word(word.lower)
        for part in parts(word.lower)
    )


def _of(tokens: TokenizedText, quantity: Quantity) -> frozenset[str]:
    """Stems of the two words of content behind a quantity: "1% of misaligned data"."""
    end = quantity.start + len(quantity.text)
    found: set[str] = set()
    count = 0
    for word in [word for word in tokens.words if word.start >= end][:6]:
        if word.text[0].isdigit() or word.text in _STOPS or word.lower in _JOINS:
            break
        if word.stem:
            found.update(parts(word.lower))
            count += 1
        if count == 2:
            break
    return frozenset(found)


def _opens(tokens: TokenizedText, start: int, quantity: Quantity) -> bool:
    """Whether no word of content stands before a quantity in its stretch."""
    return not any(word.stem for word in tokens.words if start <= word.start < quantity.start)


def misaligned_numbers(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Numbers of the claim that belong to something else in the sentence nearest to it."""
    source = evidence.main(claim)
    sides = claim.tokens, claim.quantities, source.tokens, source.quantities
    return [Finding("number_alignment", text) for text in (*_swapped(*sides), *_misassigned(*sides))]


def _swapped(
    claim: TokenizedText, ours: Sequence[Quantity], source: TokenizedText, theirs: Sequence[Quantity]
) -> list[str]:
    """Numbers of the claim that belong, in the source, to something else; at most two.

    Only where the source lists numbers of one kind side by side, and the words beside the claim's
    number stand beside another of them and not beside its own.
    """
    if "respectively" in source.text.lower() or not 2 <= len(theirs) <= _MOST or len(ours) > _MOST:
        return []
    beside = placed(source, theirs)
    reasons = []
    for one in placed(claim, ours):
        own = [each for each in beside if agrees(one.quantity, each.quantity)]
        others = [
            each for each in beside
            if each not in own and each.quantity.unit == (own[0].quantity.unit if own else "")
            and each.quantity.value != one.quantity.value
        ]  # fmt: skip
        if not own or not others:
            continue
        mine = frozenset().union(*(each.beside for each in own))
        counted = frozenset().union(*(each.of for each in own))
        for other in others:
            shared = (one.beside & other.beside) - mine
            swapped = one.of and one.of <= other.of and not one.of & counted
            if swapped or (len(shared) >= 2 and not ((one.beside & mine) - other.beside)):
                what = other.quantity.text
                reasons.append(f"gives {one.quantity.text} to what the source gives {what}")
                break
    return reasons[:2]


_LIST = re.compile(r",\s+(?:and|or)\s+|,\s*|\s+(?:and|or)\s+|\s+(?=\d)")


def _misassigned(
    claim: TokenizedText, ours: Sequence[Quantity], source: TokenizedText, theirs: Sequence[Quantity]
) -> list[str]:
    """A number taken from the wrong place of parallel lists: "A and B by 2% and 3%"; at most one."""
    if "respectively" in claim.text.lower() or max(len(ours), len(theirs)) > _MOST:
        return []
    end = source.text.lower().find("respectively")
    if end >= 0:
        series = _series([quantity for quantity in theirs if quantity.start < end], source.text)
        items = _items(series, source.text, end, len(series))
    else:
        series = _series(theirs, source.text)
        items = _items_before(series, source.text)
    stems = [_stems(source, a, b) for a, b in items]
    for one in placed(claim, ours) if stems else ():
        places = [n for n, quantity in enumerate(series) if agrees(one.quantity, quantity)]
        if len(places) != 1:
            continue
        mine = stems[places[0]]
        for n, other in enumerate(stems):
            if n != places[0] and (other - mine) & one.beside and not (mine - other) & one.beside:
                return [f"gives {one.quantity.text} to what the source gives {series[n].text}"]
    return []


def _series(numbers: Sequence[Quantity], text: str) -> list[Quantity]:
    """The last run of numbers that stand side by side: "57.7%, 17.65% and 5.18%"."""
    run: list[Quantity] = []
    for quantity in reversed(numbers):
        if run and not re.fullmatch(
            r"\s?%?[\s\w]{0,12}[,;]?\s*(?:and\s*)?[+-]?",
            text[quantity.start + len(quantity.text) : run[0].start],
        ):
            if len(run) > 1:
                break
            run = []
        run.insert(0, quantity)
    return run if len(run) > 1 else []


_SIDE_BY_SIDE = re.compile(r"\s?%?\s*(?:,|,?\s*and|,?\s*or)\s*[+-]?")
_THING = r"[\w.'+-]{1,40}(?: v?\d[\w.]{0,8})?"
_THINGS_BEFORE = re.compile(
    rf"(?P<things>(?:{_THING}, ){{0,4}}{_THING},? and {_THING})(?: [\w'-]{{1,20}}){{0,3}} "
    r"(?:by|of|to|at|with)\s*\Z"
)


def _items_before(series: Sequence[Quantity], text: str) -> list[tuple[int, int]]:
    """Where as many names stand as numbers, right before them: "SFT and DPO by 4.2% and 4.97%"."""
    ends = [quantity.start + len(quantity.text) for quantity in series]
    between = (text[end : after.start] for end, after in zip(ends, series[1:], strict=False))
    if not series or not all(_SIDE_BY_SIDE.fullmatch(gap) for gap in between):
        return []
    start = max(0, series[0].start - 200)
    found = _THINGS_BEFORE.search(text[start : series[0].start])
    if not found:
        return []
    at = start + found.start("things")
    cuts = [
        at,
        *(at + m.end() for m in _LIST.finditer(found["things"]) if m[0].strip()),
        start + found.end("things"),
    ]
    items = list(itertools.pairwise(cuts))
    named = all(text[a:b] != text[a:b].lower() for a, b in items)
    return items if named and len(items) == len(series) else []


def _items(series: Sequence[Quantity], text: str, end: int, count: int) -> list[tuple[int, int]]:
    """Where the things stand that go with the numbers: between these and "respectively"."""
    if not series:
        return []
    start = series[-1].start + len(series[-1].text)
    cuts = [start, *(m.end() for m in _LIST.finditer(text, start, end)), end]
    items = [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip(" ,%")]
    return items[-count:] if len(items) >= count else []
