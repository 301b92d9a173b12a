"""Numbers and ordinals of a claim that its evidence doesn't have."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.rag.language.numbers import Quantity, implied_counts, missing, ordinals
from footnote.rag.language.source_names import SourceNames
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText


def absent_numbers(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Numbers, with their units, and ordinals that neither the sentences nor their titles have."""
    sources = (*evidence.sentences, *evidence.headings)
    known = [quantity for source in sources for quantity in source.quantities]
    counts = set().union(*(implied_counts(source.tokens.text) for source in sources))
    text = claim.tokens.text
    lost = [
        quantity
        for quantity in missing(claim.quantities, known, counts)
        if not _of_a_name(quantity, text, evidence.names) and not _points_back(quantity, text, known)
    ]
    found = []
    if lost:
        numbers = ", ".join(dict.fromkeys(map(_shown, lost)))
        found.append(Finding("number", f"the sentences cited don't have the number {numbers}"))
    places: dict[int, bool] = {}
    for source in sources:
        places |= ordinals(source.tokens.text)
    values = {quantity.value for quantity in known}
    for place, in_digits in ordinals(text).items():
        if place not in places and ((in_digits and place not in values) or (places and not in_digits)):
            found.append(Finding("place", f"the sentences cited don't have the place {place}"))
    return found


def _of_a_name(quantity: Quantity, text: str, known: SourceNames) -> bool:
    """Whether a number is the end of a name that the source has: the 3 of "Llama 3"."""
    before = text[max(0, quantity.start - 40) : quantity.start].split()
    return bool(
        before and before[-1][:1].isalpha() and before[-1] != before[-1].lower()
        and quantity.unit in ("", "noun") and known.has(f"{before[-1]} {quantity.text}")
    )  # fmt: skip


def _points_back(quantity: Quantity, text: str, known: Sequence[Quantity]) -> bool:
    """Whether a small count only points at what is named: "the two models", where no other count stands."""
    before = text[max(0, quantity.start - 8) : quantity.start].lower().split()
    counted = any(other.unit in ("", "noun") and 1 < other.value <= 12 for other in known)
    points = bool(before) and before[-1] in ("the", "these", "those", "its", "their")
    return points and not quantity.text[0].isdigit() and quantity.value in (2, 3) and not counted


def _shown(quantity: Quantity) -> str:
    unit = {"%": " %", "pp": " percentage points", "points": " points", "times": " times"}.get(
        quantity.unit, ""
    )
    return quantity.text + ("" if not quantity.text[:1].isdigit() else unit)
