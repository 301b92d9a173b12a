"""Numbers of a claim that its evidence neither has nor gives by computation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footnote.rag.language.numbers import (
    Quantity,
    implied_counts,
    is_computed,
    is_known,
    is_number_word,
    listed_counts,
    ordinals,
)
from footnote.rag.language.source_names import SourceNames
from footnote.rag.language.tokens import parts, stem_of
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import CheckedText, ClaimText, EvidenceText

_PAPERS = frozenset(
    map(stem_of, "papers studies works abstracts articles sources publications reports".split())
)
_LARGEST_COUNT = 12
_FOREIGN_SCALE = re.compile(r"\s?(?:mil|mrd|tausend|万|亿|千|百|億|萬|тыс|млн)", re.IGNORECASE)
_OF = re.compile(r"\b(\d{1,6}) of (?:the |all )?(\d{1,6})\b")
_UNITS = {"%": " %", "pp": " percentage points", "points": " points", "times": " times"}


def absent_numbers(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Numbers, with their units, and places ("5th") that the evidence doesn't have.

    A number is known where it stands in a sentence or title (of the paper that its clause names, if it
    names one), follows from the numbers there by one computation, or counts what is listed or cited.
    """
    lost = dict.fromkeys(_shown(quantity) for quantity in _absent(claim, evidence))
    found = []
    if lost:
        found.append(Finding("number", f"the sentences cited don't have the number {', '.join(lost)}"))
    sources = (*evidence.sentences, *evidence.headings)
    values = {quantity.value for source in sources for quantity in source.quantities}
    known = values.union(*(ordinals(source.tokens.text) for source in sources))
    for place, in_digits in ordinals(claim.tokens.text).items():
        if in_digits and place not in known:
            found.append(Finding("place", f"the sentences cited don't have the place {place}"))
    return found


def _absent(claim: ClaimText, evidence: EvidenceText) -> Iterator[Quantity]:
    text = claim.tokens.text
    everything = (*evidence.sentences, *evidence.headings)
    known = frozenset().union(*(source.tokens.stems for source in everything))
    plain = [
        word for word in claim.tokens.content if not (word.text[0].isdigit() or is_number_word(word.lower))
    ]
    reworded = any(not known.issuperset(parts(word.lower)) for word in plain)
    for quantity in claim.quantities:
        if claim.foreign and _FOREIGN_SCALE.match(text, quantity.start + len(quantity.text)):
            continue
        paper = evidence.paper_named(claim.clause_of(quantity))
        sources = everything if paper is None else (*evidence.of_paper(paper.title), *evidence.headings)
        if not (
            _stands(quantity, sources)
            or _counts(quantity, evidence)
            or is_computed(quantity, _quantities(everything), text, reworded=reworded)
            or any(
                is_computed(quantity, source.quantities, text, reworded=reworded, together=True)
                for source in everything
            )
            or _points_back(quantity, text, evidence)
            or _of_known_share(quantity, text, everything)
            or _of_a_name(quantity, text, evidence.names)
        ):
            yield quantity


def _stands(quantity: Quantity, sources: Sequence[CheckedText]) -> bool:
    counts = set().union(*(implied_counts(source.tokens.text) for source in sources))
    return is_known(quantity, _quantities(sources), counts)


def _quantities(sources: Sequence[CheckedText]) -> list[Quantity]:
    return [quantity for source in sources for quantity in source.quantities]


def _counts(quantity: Quantity, evidence: EvidenceText) -> bool:
    """Whether a small number counts the papers cited, or a list where no number counts the same thing."""
    if quantity.unit not in ("", "noun") or quantity.end is not None or quantity.value > _LARGEST_COUNT:
        return False
    if quantity.of in _PAPERS and quantity.value == len(evidence.papers):
        return True
    if quantity.unit == "" and not quantity.text.isalpha():
        return False  # the 2 of "receptor 2" counts nothing
    known = _quantities(evidence.sentences)
    if any(other.of == quantity.of for other in known if other.of):
        return False
    return any(quantity.value in listed_counts(source.tokens.text) for source in evidence.sentences)


def _points_back(quantity: Quantity, text: str, evidence: EvidenceText) -> bool:
    """Whether "the two" or "the three" only points at what is named, where nothing else is counted."""
    before = text[max(0, quantity.start - 8) : quantity.start].lower().split()
    counted = any(
        other.unit in ("", "noun") and 1 < other.value <= _LARGEST_COUNT
        for other in _quantities(evidence.sentences)
    )
    points = bool(before) and before[-1] in ("the", "these", "those", "its", "their")
    return points and quantity.text.lower() in ("two", "three") and not counted


def _of_known_share(quantity: Quantity, text: str, sources: Sequence[CheckedText]) -> bool:
    """Whether a number is a part of "9 of 10" whose share of 90 % stands in the sources."""
    for match in _OF.finditer(text):
        if match.start() <= quantity.start < match.end() and 0 < int(match[1]) < int(match[2]):
            share = Quantity(int(match[1]) / int(match[2]), "share", match[0], match.start())
            return is_known(share, _quantities(sources), ())
    return False


def _of_a_name(quantity: Quantity, text: str, known: SourceNames) -> bool:
    """Whether a number is the end of a name that the source has: the 3 of "Llama 3"."""
    before = text[max(0, quantity.start - 40) : quantity.start].split()
    return bool(
        before and before[-1][:1].isalpha() and before[-1] != before[-1].lower()
        and quantity.unit in ("", "noun") and known.has_run(f"{before[-1]} {quantity.text}")
    )  # fmt: skip


def _shown(quantity: Quantity) -> str:
    unit = _UNITS.get(quantity.unit, "") if quantity.text[:1].isdigit() else ""
    return quantity.text if quantity.text.endswith("%") else quantity.text + unit
