"""Which number goes with what: a claim that gives one thing's number to another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.quantities import Quantity, agrees
from rag.wording import Reading, parts

_SPLITS = re.compile(r"[,;:.()]\s|\s(?:and|while|whereas|but|versus|vs\.?|compared)\s")


@dataclass(frozen=True)
class Attached:
    """A quantity with the stems of its own stretch of the sentence."""

    quantity: Quantity
    beside: frozenset[str]


def attached(reading: Reading, found: Sequence[Quantity]) -> list[Attached]:
    """Each quantity with the words of its stretch: between commas, "and", "while"."""
    cuts = [0, *(match.end() for match in _SPLITS.finditer(reading.text)), len(reading.text) + 1]
    stretches: list[set[str]] = [set() for _ in cuts]
    at = 0
    places: list[int] = []
    for word in reading.words:
        while at + 1 < len(cuts) and word.start >= cuts[at + 1]:
            at += 1
        if word.stem and not word.text[0].isdigit():
            stretches[at].update(parts(word.lower))
    for quantity in found:
        places.append(max(n for n, cut in enumerate(cuts) if cut <= quantity.start))
    alike = [(p, q) for p, q in zip(places, found, strict=True) if q.unit == found[0].unit]
    if len(alike) > 1 and all(_opens(reading, cuts[p], q) for p, q in alike[1:]):
        # "average gains of 18 % in A, 3 % in B": what stands before the first goes for them all.
        stretches[places[0]] -= {
            part for word in reading.words if word.start < found[0].start for part in parts(word.lower)
        }
    return [Attached(q, frozenset(stretches[p])) for q, p in zip(found, places, strict=True)]


def _opens(reading: Reading, start: int, quantity: Quantity) -> bool:
    """Whether no word of content stands before a quantity in its stretch."""
    return not any(word.stem for word in reading.words if start <= word.start < quantity.start)


def swapped(
    claim: Reading, ours: Sequence[Quantity], source: Reading, theirs: Sequence[Quantity]
) -> list[str]:
    """Reasons why a claim's number belongs, in the source, to something else.

    Only where the source lists numbers of one kind side by side, and the words beside the claim's
    number stand beside another of them and not beside its own.
    """
    if "respectively" in source.text.lower() or len(theirs) < 2:
        return []
    beside = attached(source, theirs)
    reasons = []
    for one in attached(claim, ours):
        own = [each for each in beside if agrees(one.quantity, each.quantity)]
        others = [
            each for each in beside
            if each not in own and each.quantity.unit == (own[0].quantity.unit if own else "")
            and each.quantity.value != one.quantity.value
        ]  # fmt: skip
        if not own or not others:
            continue
        mine = frozenset().union(*(each.beside for each in own))
        for other in others:
            telling = (one.beside & other.beside) - mine
            if len(telling) >= 2 and not ((one.beside & mine) - other.beside):
                what = other.quantity.text
                reasons.append(f"gives {one.quantity.text} to what the source gives {what}")
                break
    return reasons[:2]


_LIST = re.compile(r",\s+(?:and|or)\s+|,\s*|\s+(?:and|or)\s+|\s+(?=\d)")


def misassigned(
    claim: Reading, ours: Sequence[Quantity], source: Reading, theirs: Sequence[Quantity]
) -> list[str]:
    """Reasons why a claim takes another's number from a list that "respectively" sorts."""
    if "respectively" in claim.text.lower():
        return []
    for sentence in re.finditer(r"[^\n]+?\brespectively\b", source.text):
        numbers = [q for q in theirs if sentence.start() <= q.start < sentence.end()]
        series = _series(numbers, source.text)
        items = _items(series, source.text, sentence.end() - len("respectively"), len(series))
        stems = [
            frozenset(p for w in source.words if a <= w.start < b and w.stem for p in parts(w.lower))
            for a, b in items
        ]
        for one in attached(claim, ours) if items else ():
            places = [n for n, q in enumerate(series) if agrees(one.quantity, q)]
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


def _items(series: Sequence[Quantity], text: str, end: int, count: int) -> list[tuple[int, int]]:
    """Where the things stand that go with the numbers: between these and "respectively"."""
    if not series:
        return []
    start = series[-1].start + len(series[-1].text)
    cuts = [start, *(m.end() for m in _LIST.finditer(text, start, end)), end]
    items = [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip(" ,%")]
    return items[-count:] if len(items) >= count else []
