"""The gate: whether a claim may stand, with the reasons. Pure; nothing passes unread.

A claim must agree with its sentences in numbers, names, denials and directions, and be near
enough to them in words and meaning. Each of these has a module of its own; here they meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from footnote.rag.answer import DraftClaim, PairVerdict, Verdict
from footnote.rag.language.english import is_foreign
from footnote.rag.language.names import Naming, absent, names
from footnote.rag.language.negation import Denials, denial_clashes
from footnote.rag.language.number_words import hidden_counts, ordinals
from footnote.rag.language.quantities import Quantity, quantities
from footnote.rag.language.tokens import Reading, read
from footnote.rag.verification import closeness
from footnote.rag.verification.agreement import missing
from footnote.rag.verification.alignment import align, denials_moved, put_instead
from footnote.rag.verification.closeness import States
from footnote.rag.verification.comparisons import contest_clashes, contrast_clashes
from footnote.rag.verification.direction import direction_clashes
from footnote.rag.verification.instructions import is_instruction
from footnote.rag.verification.number_alignment import misassigned, swapped
from footnote.rag.verification.overclaim import overstated
from footnote.rag.verification.requirements import need_clashes
from footnote.rag.verification.role_swap import exchanges

MAX_CLAIM_CHARS = 2_000
MAX_EVIDENCE_CHARS = 20_000
"""Of all sentences and titles of one claim; what comes after is not read, and so supports nothing."""
NOT_CHECKED = "similarity can't be checked in this language: only numbers and names were"
_NEARLY = 0.6
_ALIGNED = 0.5
"""Share of a claim's words from which it is compared with its sentence word by word."""


@dataclass(frozen=True)
class Ruling:
    """What the gate says of a claim.

    reasons: short sentences for readers and for a model that is to repair the claim. pairs: the
    claim against each of its sentences alone, in their order.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    pairs: tuple[PairVerdict, ...] = ()


@dataclass(frozen=True)
class _Side:
    """A claim or a sentence, read once for all checks."""

    reading: Reading

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.reading.text, foreign=self.foreign)

    @cached_property
    def foreign(self) -> bool:
        """Whether the text is plainly not English."""
        return is_foreign(self.reading.text)

    @cached_property
    def denials(self) -> Denials:
        return Denials(self.reading)


def rule(draft: DraftClaim, states: States | None = None) -> Ruling:
    """The gate's verdict on a draft; only `supported` may reach the reader as an answer.

    states: of an embedder, what tells how near texts are in meaning; without it, words alone count.
    """
    if draft.unknown:
        return Ruling("uncited", (f"cites {', '.join(draft.unknown)}, which was not shown",))
    if not draft.cited:
        return Ruling("uncited", ("cites nothing",))
    if draft.quoted:
        if draft.text == " ".join(c.quote for c in draft.cited):
            return Ruling("supported", pairs=tuple(PairVerdict(verdict="supported") for _ in draft.cited))
        return Ruling("contradicted", ("is not the words that it quotes",))
    titles = dict.fromkeys(citation.paper.display_title for citation in draft.cited)
    return check(draft.text, [c.quote for c in draft.cited], titles=tuple(titles), states=states)


def check(
    claim: str, evidence: Sequence[str], *, titles: Sequence[str] = (), states: States | None = None
) -> Ruling:
    """The gate's verdict on a claim against all its sentences together, and against each alone.

    titles: of the papers that the sentences are from; what they name, the claim may name. states:
    as in `rule`. Equal arguments give equal rulings; time is linear in the evidence, of which
    20,000 characters are read.
    """
    if not evidence:
        return Ruling("uncited", ("cites nothing",))
    states = states and cache(states)  # a sentence is read alone and with the others
    overall = _check(claim, evidence, titles, states)
    if len(evidence) == 1:
        return replace(overall, pairs=(PairVerdict(verdict=overall.verdict, reasons=overall.reasons),))
    alone = (_check(claim, [sentence], titles, states) for sentence in evidence)
    return replace(overall, pairs=tuple(PairVerdict(verdict=r.verdict, reasons=r.reasons) for r in alone))


def _check(claim: str, evidence: Sequence[str], titles: Sequence[str], states: States | None) -> Ruling:
    if len(claim) > MAX_CLAIM_CHARS:
        return Ruling("weak", (f"is longer than the {MAX_CLAIM_CHARS:,} characters that can be checked",))
    ours = _Side(read(_without_titles(claim, titles), MAX_CLAIM_CHARS))
    if not any(word.text[0].isalnum() for word in ours.reading.words):
        return Ruling("weak", ("says nothing that can be checked",))
    honest = [sentence for sentence in evidence if not is_instruction(sentence)]
    if not honest:
        return Ruling("weak", ("the sentences cited are orders to their reader, which support nothing",))
    if is_instruction(claim):
        return Ruling("weak", ("is an order to the reader, not something that a paper says",))
    theirs = _read_all(honest)
    headings = _read_all(titles)
    whole = _Side(read("\n".join(honest), MAX_EVIDENCE_CHARS))
    nearest = _nearest(ours, theirs)
    foreign = ours.foreign
    naming = Naming(tuple(side.reading for side in (*theirs, *headings)))
    reasons = [*_number_reasons(ours, [*theirs, *headings], naming), *_name_reasons(ours, naming, foreign)]
    if not foreign:
        main = max(theirs, key=lambda side: len(side.reading.stems & ours.reading.stems))
        for find in (swapped, misassigned):
            reasons += find(ours.reading, ours.quantities, main.reading, main.quantities)
        reasons += exchanges(ours.reading, [side.reading for side in theirs])
        reasons += denial_clashes(ours.denials, nearest.denials)
        reasons += _aligned_reasons(ours, theirs)
        reasons += direction_clashes(ours.denials, whole.denials)
        reasons += contest_clashes(ours.denials, nearest.denials)
        reasons += contrast_clashes(ours.denials, nearest.denials)
        reasons += need_clashes(ours.reading, nearest.reading)
    if reasons:
        return Ruling("contradicted", tuple(dict.fromkeys(reasons)))
    if foreign:
        return Ruling("supported", (NOT_CHECKED,))
    return _closeness_ruling(ours, theirs, headings, naming, states)


def _read_all(texts: Sequence[str]) -> list[_Side]:
    sides: list[_Side] = []
    left = MAX_EVIDENCE_CHARS
    for text in texts:
        if left <= 0:
            break
        sides.append(_Side(read(text, left)))
        left -= len(text)
    return sides


def _nearest(claim: _Side, sources: Sequence[_Side]) -> _Side:
    """The sentences that share most words with the claim, or nearly most, as one text."""
    shared = [len(side.reading.stems & claim.reading.stems) for side in sources]
    near = [side.reading.text for side, n in zip(sources, shared, strict=True) if n >= _NEARLY * max(shared)]
    return _Side(read("\n".join(near), MAX_EVIDENCE_CHARS))


def _without_titles(claim: str, titles: Sequence[str]) -> str:
    """The claim without the titles that it names as its sources: "In TITLE, …"."""
    for title in titles:
        if len(title) >= 12 and (at := claim.lower().find(title.lower())) >= 0:
            claim = f"{claim[:at]} {claim[at + len(title) :]}"
    return claim


def _number_reasons(claim: _Side, sources: Sequence[_Side], naming: Naming) -> list[str]:
    said = [quantity for side in sources for quantity in side.quantities]
    counts = set().union(*(hidden_counts(side.reading.text) for side in sources))
    lost = [
        q
        for q in missing(claim.quantities, said, counts)
        if not _of_a_name(q, claim.reading.text, naming) and not _points_back(q, claim.reading.text, said)
    ]
    reasons = []
    if lost:
        reasons.append(
            f"the sentences cited don't have the number {', '.join(dict.fromkeys(map(_shown, lost)))}"
        )
    places: dict[int, bool] = {}
    for side in sources:
        places |= ordinals(side.reading.text)
    numbers = {quantity.value for quantity in said}
    for place, in_digits in ordinals(claim.reading.text).items():
        if place not in places and ((in_digits and place not in numbers) or (places and not in_digits)):
            reasons.append(f"the sentences cited don't have the place {place}")
    return reasons


def _of_a_name(quantity: Quantity, text: str, naming: Naming) -> bool:
    """Whether a number is the end of a name that the source has: the 3 of "Llama 3"."""
    before = text[max(0, quantity.start - 40) : quantity.start].split()
    return bool(
        before and before[-1][:1].isalpha() and before[-1] != before[-1].lower()
        and quantity.unit in ("", "noun") and naming.has(f"{before[-1]} {quantity.text}")
    )  # fmt: skip


def _points_back(quantity: Quantity, text: str, said: Sequence[Quantity]) -> bool:
    """Whether a small count only points at what is named: "the two models", where no other count stands."""
    before = text[max(0, quantity.start - 8) : quantity.start].lower().split()
    counted = any(other.unit in ("", "noun") and 1 < other.value <= 12 for other in said)
    points = bool(before) and before[-1] in ("the", "these", "those", "its", "their")
    return points and not quantity.text[0].isdigit() and quantity.value in (2, 3) and not counted


def _shown(quantity: Quantity) -> str:
    unit = {"%": " %", "pp": " percentage points", "points": " points", "times": " times"}.get(
        quantity.unit, ""
    )
    return quantity.text + ("" if not quantity.text[:1].isdigit() else unit)


def _name_reasons(claim: _Side, naming: Naming, foreign: bool) -> list[str]:
    known = naming.abbreviated(claim.reading, named=True)
    strange = absent(names(claim.reading, foreign=foreign, known=known), naming)
    return [f"the sentences cited don't name {', '.join(strange[:5])}"] if strange else []


def _aligned_reasons(claim: _Side, sources: Sequence[_Side]) -> list[str]:
    sides = {id(side.reading): side for side in sources}
    found = align(claim.reading, [side.reading for side in sources])
    if found is None or found.closeness < _ALIGNED:
        return []
    source = sides[id(found.source)]
    return [*put_instead(found), *denials_moved(found, claim.denials, source.denials)]


def _closeness_ruling(
    claim: _Side, sources: Sequence[_Side], headings: Sequence[_Side], naming: Naming, states: States | None
) -> Ruling:
    readings = [side.reading for side in sources]
    main = max(readings, key=lambda reading: len(reading.stems & claim.reading.stems))
    if strong := overstated(claim.reading.text, main.text):
        return Ruling("weak", tuple(strong))
    titles = [side.reading for side in headings]
    if states is None:
        by_words = closeness.overlap(claim.reading, [*readings, *titles], naming)
        near, strange = closeness.is_near_by_words(by_words), by_words.own
    else:
        found = closeness.nearness(claim.reading, readings, titles, naming, states)
        near, strange = closeness.is_near(found), found.strange
    if near:
        return Ruling("supported")
    if len(strange) > 1:
        return Ruling("weak", (f"the sentences cited don't say “{' … '.join(strange)}”",))
    return Ruling("weak", ("says more than, or something else than, the sentences cited",))
