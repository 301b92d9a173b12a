"""Numbers that a claim gives to another thing than its evidence does, where the evidence leaves no doubt.

Three kinds of text pair numbers and things for certain: lists with "respectively", series such as
"18 % in A and 4 % in B" or "A (18 %) and B (4 %)", and counted nouns ("600 annotations by 12 annotators").
Anything else is for a judge.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footnote.rag.language.numbers import Quantity, agrees, is_number_word
from footnote.rag.language.tokens import TokenizedText, parts, tokenize
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import CheckedText, ClaimText, EvidenceText

_MOST = 40
"""Numbers of a text beyond which it isn't read."""
_RELATES = re.compile(
    r"\b(?:than|vs|versus|compared|unlike|not|except|without|but|from|against|of all|instead|both|each|"
    r"all|respectively)\b|n't",
    re.IGNORECASE,
)
"""Words by which a number may belong to something that isn't named beside it."""
_LINK = r"(?:in|on|for|over|to|with|by|at|of|from|against|across|under)"
_THING = rf"(?:(?!\b{_LINK}\b)[^,;.()]){{1,50}}?"
_THINGS = rf"(?:{_THING}, ){{0,5}}{_THING},? and {_THING}"
_BETWEEN = re.compile(r"(?:\s?%)?(?:\s[a-z]+)?(?:\s*,\s*and\s|\s*,\s*|\sand\s|\s)[+−-]?")
_BEHIND = re.compile(
    rf"[\s\w%.-]{{0,25}}?\s?{_LINK}\s(?:the\s)?(?P<things>{_THINGS})\s*,?\s*respectively", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"(?:^|[,;(]\s|\b{_LINK}\s)(?P<things>{_THINGS}),?\s(?:[a-z]+\s){{0,3}}"
    r"(?:of|by|to|at|in|with|is|are|was|were|reach\w*|achiev\w*|obtain\w*|scor\w*|get|gets|attain\w*|"
    r"yield\w*|had|have|show\w*|to be)\s(?:[a-z]+\s){0,2}\Z"
)
_CUT = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
_SERIES_THING = re.compile(
    rf"\s?(?:percent|percentage points|points|%)?\s{_LINK}\s(?P<thing>[^,;.():]{{1,50}}?)"
    r"(?=,|;|\.|\s\(|\s+and\s|\Z)"
)
_BRACKETED = re.compile(r"(?P<thing>[\w-]+(?:\s[\w-]+)?)\s\(\Z")


class Pairing(NamedTuple):
    """A number and the stems of the thing that it belongs to."""

    quantity: Quantity
    of: frozenset[str]


def mispaired_numbers(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Numbers of the claim that its evidence gives, for certain, to another thing; at most one finding."""
    everything = [quantity for text in evidence.sentences for quantity in text.quantities]
    if max(len(everything), len(claim.quantities)) > _MOST:
        return []
    for source in evidence.sentences:
        for series in (*_respectively(source), *_side_by_side(source)):
            for one, thing in _claimed(claim, series):
                if sum(agrees(one, other) for other in everything) == 1 and _of_another(one, thing, series):
                    return [_finding(one)]
        if swapped := _swapped_counts(claim, source):
            return [_finding(swapped)]
    return []


def _finding(quantity: Quantity) -> Finding:
    return Finding("pairing", f"gives {quantity.text} to another thing than the sentences cited do")


def _of_another(quantity: Quantity, thing: int, series: Sequence[Pairing]) -> bool:
    places = [n for n, pairing in enumerate(series) if agrees(quantity, pairing.quantity)]
    return len(places) == 1 and places[0] != thing


def _claimed(claim: ClaimText, series: Sequence[Pairing]) -> Iterator[tuple[Quantity, int]]:
    """Numbers of the claim, each with the place of the one thing of the series that it is given to."""
    if "respectively" in claim.tokens.text.lower():
        for ours in _respectively(claim):
            for pairing in ours:
                if (place := _place(pairing.of, series)) is not None:
                    yield pairing.quantity, place
        return
    for start, end in claim.clauses:
        inside = [quantity for quantity in claim.quantities if start <= quantity.start < end]
        clause = claim.tokens.text[start:end]
        if len(inside) == 1 and not _RELATES.search(clause):
            place = _place(tokenize(clause, len(clause)).stems, series)
            if place is not None:
                yield inside[0], place


def _place(stems: frozenset[str], series: Sequence[Pairing]) -> int | None:
    """The place of the only thing of a series that is named in full; None where another is named in part."""
    named = []
    for n, pairing in enumerate(series):
        others = frozenset().union(*(other.of for m, other in enumerate(series) if m != n))
        own = pairing.of - others
        if not own:
            return None
        if own <= stems:
            named.append(n)
        elif own & stems:
            return None
    return named[0] if len(named) == 1 else None


def _respectively(text: CheckedText) -> Iterator[list[Pairing]]:
    """The lists of a text that "respectively" pairs, things before or behind their numbers."""
    raw = text.tokens.text
    for match in re.finditer(r"\brespectively\b", raw, re.IGNORECASE):
        numbers = _last_run([q for q in text.quantities if q.start < match.start()], raw)
        if not numbers:
            continue
        behind = _BEHIND.fullmatch(raw, numbers[-1].start + len(numbers[-1].text), match.end())
        before = _BEFORE.search(raw[max(0, numbers[0].start - 250) : numbers[0].start])
        found = behind or before
        if not found or (
            behind is None and raw[numbers[-1].start + len(numbers[-1].text) : match.start()].strip(" ,%")
        ):
            continue
        things = [_stems(thing) for thing in _CUT.split(found["things"])]
        if len(things) == len(numbers) and all(things):
            yield [Pairing(*pair) for pair in zip(numbers, things, strict=True)]


def _last_run(numbers: Sequence[Quantity], text: str) -> list[Quantity]:
    """The last numbers that stand side by side: "57.7%, 17.65% and 5.18%"."""
    run: list[Quantity] = []
    for quantity in reversed(numbers):
        if run and not _BETWEEN.fullmatch(text, quantity.start + len(quantity.text), run[0].start):
            break
        run.insert(0, quantity)
    return run if len(run) > 1 else []


def _side_by_side(text: CheckedText) -> Iterator[list[Pairing]]:
    """Series of numbers of one unit that each name their thing in the same way."""
    raw = text.tokens.text
    if "respectively" in raw.lower():
        return
    for unit, group in itertools.groupby(text.quantities, key=lambda quantity: quantity.unit):
        behind, bracketed = [], []
        for quantity in group:
            if match := _SERIES_THING.match(raw, quantity.start + len(quantity.text)):
                behind.append(Pairing(quantity, _stems(match["thing"])))
            if match := _BRACKETED.search(raw[: quantity.start]):
                bracketed.append(Pairing(quantity, _stems(match["thing"])))
        for series in (behind, bracketed):
            if len(series) > 1 and unit and all(pairing.of for pairing in series):
                yield series


def _swapped_counts(claim: CheckedText, source: CheckedText) -> Quantity | None:
    """A number of the claim that counts what another of its numbers counts in the source, and the reverse."""
    theirs = [(quantity, _counted(source, quantity)) for quantity in source.quantities]
    ours = [(quantity, counted) for quantity in claim.quantities if (counted := _counted(claim, quantity))]
    for (one, ones), (other, others) in itertools.permutations(ours, 2):
        first = {counted for quantity, counted in theirs if agrees(one, quantity)}
        second = {counted for quantity, counted in theirs if agrees(other, quantity)}
        if ones != others and first == {others} and second == {ones}:
            return one
    return None


def _counted(text: CheckedText, quantity: Quantity) -> str:
    """The plural noun right behind a number, "" without one."""
    if quantity.unit != "noun":
        return ""
    word = re.match(r"\s([a-z-]+)", text.tokens.text[quantity.start + len(quantity.text) :])
    return word[1] if word else ""


def _stems(text: str) -> frozenset[str]:
    tokens: TokenizedText = tokenize(text, len(text))
    words = (word for word in tokens.words if word.stem and not is_number_word(word.lower))
    return frozenset(part for word in words for part in parts(word.lower))
