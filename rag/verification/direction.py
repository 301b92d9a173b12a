"""Directions: what a text says grows, shrinks, gets better or worse."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from footnote.rag.language.antonyms import CROSSED, GOOD_WHEN_LOW, axes_of, moves_amount_or_worth
from footnote.rag.language.negation import Denials
from footnote.rag.language.numbers import bounds_number
from footnote.rag.language.tokens import Word, parts, stem_of
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_DEGREES = frozenset("more less most least".split())
_ADJECTIVE = re.compile(r"(?:ive|ant|ent|able|ible|ous|ful|ic|al|ed)$")
_MULTIPLES = frozenset(stem_of(word) for word in "double triple halve".split())
_BE = frozenset("is are was were be been being gets get becomes remains".split())
_PREPOSITIONS = frozenset(
    "by from with through when on via using compared than as at to for until across".split()
)
_SAME_THING = 3
"""Weight in common from which two moves are of one thing: more than the same surroundings."""
_MOST = 64
"""Ups and downs read of one text."""
_NEAR = 8
"""Words on either side that belong to an up or down."""


@dataclass(frozen=True)
class Move:
    """A word of direction: axis, +1 or -1 (turned by a denial), and the stems it is about, weighed."""

    axis: str
    sign: int
    word: str
    about: Mapping[str, int]
    compares: bool


def moves(denials: Denials) -> list[Move]:
    """The moves of a text, at most 64."""
    words = denials.tokens.words
    found: list[Move] = []
    for n, word in enumerate(words):
        axes = axes_of(word)
        if not axes or n in denials.turned or _moves_nothing(words, n) or _is_degree(words, n):
            continue
        about = _about(words, n)
        compares = any(w.lower == "than" for w in words[n : n + _NEAR])
        turn = -1 if n in denials.reached else 1
        less = -1 if _lessened(words, n) else 1
        found += [
            Move(axis, sign * turn * (1 if axis in CROSSED else less), word.text, about, compares)
            for axis, sign in axes
        ]
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def _is_degree(words: Sequence[Word], n: int) -> bool:
    """Whether "more" or "less" belongs to a quality that is read with it: "less robust"."""
    return words[n].lower in _DEGREES and n + 1 < len(words) and any(
        axis not in CROSSED for axis, _ in axes_of(words[n + 1]))  # fmt: skip


def _lessened(words: Sequence[Word], n: int) -> bool:
    """Whether a quality goes down: "less robust", "reduced sensitivity"."""
    if not n or ("amount", -1) not in axes_of(words[n - 1]) or words[n].lower.endswith("ly"):
        return False
    # In "a lower activation temperature" it is the temperature that is lower.
    return words[n - 1].lower in _DEGREES or n + 1 == len(words) or not words[n + 1].stem


def _moves_nothing(words: Sequence[Word], n: int) -> bool:
    """Whether the word moves nothing: it hedges a number ("more than 20 %"), or is a training loss."""
    following = [word.text for word in words[n + 1 : n + 2]]
    if words[n].lower in ("loss", "losses") and following[:1] not in (["in"], ["of"]):
        return True  # what is trained with, not what is lost
    return bounds_number(words, n)


def _about(words: Sequence[Word], n: int) -> dict[str, int]:
    """What a word of direction is about: its object twice, other words near it once."""
    here = words[n].clause
    about: dict[str, int] = {}
    low, high = max(0, n - _NEAR), min(len(words), n + _NEAR + 1)
    before = [w for w in words[low:n] if w.clause == here]
    after = [w for w in words[n + 1 : high] if w.clause == here]
    if not any(map(_topic, after)) and n + 1 < len(words) and words[n + 1].text == ",":
        after = list(words[n + 1 : high])  # "longer, more diverse and higher-quality sequences"
    if words[n].lower in _DEGREES and after and _ADJECTIVE.search(after[0].lower):
        before = []  # "cells without X are more sensitive": more of the quality, not of what has it
    for word in (*before, *after):
        for part in _topic(word):
            about[part] = 1
    for word in _object(words[n], before, after):
        for part in _topic(word):
            about[part] = 2
    return about


def _object(word: Word, before: Sequence[Word], after: Sequence[Word]) -> list[Word]:
    passive = bool(before) and before[-1].lower in _BE
    following: list[Word] = []
    if after and after[0].lower == "to" and any(axis == "robust" for axis, _ in axes_of(word)):
        after = after[1:]  # "resistant to X" is about X
    for other in after:
        if other.lower in _PREPOSITIONS or (other.lower in ("and", "in", "of") and following):
            break
        if _topic(other):
            following.append(other)
        if len(following) == 3:
            break
    if following and not passive:
        return following
    return [other for other in before if _topic(other)][-3:]


def _topic(word: Word) -> tuple[str, ...]:
    if not word.stem or word.text[0].isdigit():
        return ()
    if moves_amount_or_worth(word):
        return ()
    return parts(word.lower)


def direction_clashes(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Directions of the claim that go against the evidence's, of the same things; at most three findings."""
    source = evidence.whole
    ours, theirs = moves(claim.denials), moves(source.denials)
    clashes: dict[tuple[str, str], None] = {}
    settled = {move.word for move in ours if any(_repeats(move, other) for other in theirs)}
    for move in ours:
        if move.word in settled:
            continue
        with_it, against, word = 0, 0, ""
        for other in theirs:
            agreement = _compare(move, other)
            if not agreement:
                continue
            weight = _weight(move, other)
            if agreement > 0:
                with_it = max(with_it, weight or move.axis not in CROSSED)
            elif weight > against and _of_one_thing(move, other, source.tokens.stems):
                against, word = weight, other.word
        if with_it and with_it >= against:
            settled.add(move.word)
        elif against >= _SAME_THING:
            clashes[move.word, word] = None
    return [
        Finding("direction", f"says “{word}” where the source says “{other}”")
        for word, other in clashes
        if word not in settled and other not in settled
    ][:3]


def _of_one_thing(one: Move, other: Move, source: Set[str]) -> bool:
    """Whether the source's move is of what the claim's acts on; or the claim's of what the source's does.

    The latter where the source has the claim's object nowhere else.
    """
    ours = {stem for stem, weight in one.about.items() if weight > 1}
    if any(stem in other.about for stem in ours):
        return True
    if one.axis != other.axis or stem_of(one.word.lower()) in _MULTIPLES:
        return False  # too far apart; or a number, which is compared as one
    return not ours & source and any(w > 1 and stem in one.about for stem, w in other.about.items())


def _weight(one: Move, other: Move) -> int:
    """How much two moves are about the same."""
    return sum(weight * other.about[stem] for stem, weight in one.about.items() if stem in other.about)


def _repeats(one: Move, other: Move) -> bool:
    """Whether the source has the very word, going the same way, of something that the claim's is about."""
    same = (
        one.axis == other.axis
        and one.sign == other.sign
        and stem_of(one.word.lower()) == stem_of(other.word.lower())
    )
    return same and _weight(one, other) >= (4 if one.axis in CROSSED else 0)


def _compare(one: Move, other: Move) -> int:
    """1: both go the same way. -1: one goes against the other. 0: they can't be compared."""
    if one.compares and other.compares:
        return 0  # which side is which is read by rag.verification.comparisons
    if one.axis == other.axis:
        return one.sign * other.sign
    if {one.axis, other.axis} == CROSSED:
        # Raising a good thing improves it; raising a bad one does not.
        shared = [
            stem for stem in one.about if stem in other.about and one.about[stem] + other.about[stem] > 2
        ]
        if not shared:
            return 0
        low_is_good = any(stem in GOOD_WHEN_LOW for stem in (*one.about, *other.about))
        return 0 if low_is_good else one.sign * other.sign
    return 0
