"""Comparisons, who beats whom: "A outperforms B" against "B outperforms A" or "A is outperformed by B"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footnote.rag.language.antonyms import BEATS, COMPARATIVES
from footnote.rag.language.names import is_name
from footnote.rag.language.negation import Denials
from footnote.rag.language.numbers import bounds_number
from footnote.rag.language.tokens import Word, parts, stem_of
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_PREFERS = frozenset(
    stem_of(word) for word in "prioritize prioritise prefer favor favour value choose rank place put".split()
)
"""Verbs after which what stands before "over" wins."""
_SIDE = 14
"""Words on a side that are looked at."""
_STOPS = frozenset(
    "while whereas but although though which however because since by with when via using".split()
)


@dataclass(frozen=True)
class Comparison:
    """A comparison: sign +1 where the left side wins, with the stems of both sides.

    scale: stems of what is compared ("fewer training steps than"), none for a verb.
    """

    sign: int
    left: frozenset[str]
    right: frozenset[str]
    word: str
    scale: frozenset[str] = frozenset()


def comparisons(denials: Denials) -> list[Comparison]:
    """The comparisons of a text that have something on both sides, at most 16."""
    words = denials.tokens.words
    found: list[Comparison] = []
    for n, word in enumerate(words):
        if not word.text[0].isalpha():
            continue
        sign, end = _comparison(words, n)
        if not sign:
            continue
        if n in denials.reached:
            continue  # "does not outperform" says nothing of who wins
        # In "more sensitive to A than to B" the first side stands between the two words.
        between = frozenset(p for w in words[n + 1 : end] if w.stem for p in parts(w.lower))
        if end < len(words) and words[end].lower in ("with", "on", "in", "for", "by", "from", "at", "when"):
            end += 1  # "more satisfied with A than with B"
        prefers = stem_of(word.lower) in _PREFERS
        left = between if prefers else _side(words, n - 1, -1) | between
        right = _side(words, end, 1)
        common = left & right
        if left - common and right - common:
            plain = prefers or stem_of(word.lower) in BEATS
            scale = [] if plain else [w for w in words[n + 1 : end] if w.stem][:2]
            stems = frozenset(part for w in scale for part in parts(w.lower))
            found.append(Comparison(sign, left - common, right - common, word.text, stems))
        if len(found) == 16:
            break
    return found


def _comparison(words: Sequence[Word], n: int) -> tuple[int, int]:
    """The sign of a comparison at word `n` and where its right side begins; 0 where there is none."""
    word = words[n]
    sign = BEATS.get(stem_of(word.lower), 0)
    if sign and word.lower not in ("top", "exceeding", "trail", "trails"):
        following = words[n + 1].lower if n + 1 < len(words) else ""
        if following == "by" and re.search(r"(?:ed|en|ten|one)$", word.lower):
            return -sign, n + 2
        return sign, n + (2 if following in ("behind", "over") else 1)
    if sign := COMPARATIVES.get(word.lower, 0):
        if bounds_number(words, n):
            return 0, 0
        for m in range(n + 1, min(n + 14, len(words))):
            if words[m].lower == "than" or (
                words[m].lower == "to" and word.lower in ("superior", "inferior")
            ):
                return sign, m + 1
            if words[m].clause != word.clause:
                break
    if stem_of(word.lower) in _PREFERS:
        for m in range(n + 2, min(n + 8, len(words))):
            if words[m].clause != word.clause:
                break
            if words[m].lower in ("over", "above"):
                return 1, m + 1
    if word.lower == "ahead" and n + 2 < len(words) and words[n + 1].lower == "of":
        return 1, n + 2
    if word.lower in ("above", "below") and n + 2 < len(words) and words[n + 1].lower in ("those", "that"):
        return (1 if word.lower == "above" else -1), n + 2  # "scores above those of the base model"
    return 0, 0


def _side(words: Sequence[Word], start: int, step: int) -> frozenset[str]:
    found: set[str] = set()
    n, seen = start, 0
    while 0 <= n < len(words) and seen < _SIDE:
        word = words[n]
        if step > 0 and found and goes_on(words, n):
            n += 1
            continue
        if (
            word.text in ";.:"
            or word.lower in _STOPS
            or (
                step > 0
                and word.text in ",–—"
                and found
                and "(" not in [w.text for w in words[max(0, n - 6) : n]]
            )
        ):
            break
        ends = word.lower in ("on", "in", "by", "at", "for", "across", "and")
        if step > 0 and ends and found and not words[n - 1].lower.endswith("ed"):
            break
        if word.stem and not word.text[0].isdigit():
            found.update(parts(word.lower))
        n, seen = n + step, seen + 1
    return frozenset(found)


def _contrast_clashes(claim: Denials, source: Denials) -> list[Finding]:
    """The claim says "A, not B" where the source says "B, and not A"; at most one finding."""
    theirs = [*_contrasts(source.tokens.words)]
    for left, right in _contrasts(claim.tokens.words):
        for there_left, there_right in theirs:
            turned = right & there_left and not right & there_right
            if turned and (left & there_right or not left & there_left):
                return [Finding("negation", "denies by “not” what the source says instead")]
    return []


def _contrasts(words: Sequence[Word]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The stems on both sides of ", not" and the like, without what both have; at most 8."""
    places = (
        n
        for n in range(1, len(words) - 1)
        if (words[n].lower == "not" and words[n - 1].lower in (",", "and", "but"))
        or (words[n].lower in ("than", "of") and words[n - 1].lower in ("rather", "instead"))
    )
    for n in itertools.islice(places, 8):
        start = n - 2 if words[n - 1].text != "," else n - 1
        left, right = _side(words, start, -1), _side(words, n + 1, 1)
        if left - right and right - left:
            yield left - right, right - left


def goes_on(words: Sequence[Word], n: int) -> bool:
    """Whether a comma or "and" stands in a list of names: "DPO, IPO, KTO, and ORPO"."""
    if words[n].lower not in (",", "and", "or"):
        return False
    follows = [word for word in words[n + 1 : n + 3] if word.lower not in ("and", "or")]
    before = [word for word in words[max(0, n - 2) : n] if word.text != ","]
    return bool(follows and before) and is_name(follows[0]) and is_name(before[-1])


def comparison_clashes(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Comparisons of the claim with another winner than in its nearest sentences, and turned contrasts."""
    ours, theirs = claim.denials, evidence.nearest(claim).denials
    return [*_winner_clashes(ours, theirs), *_contrast_clashes(ours, theirs)]


def _winner_clashes(claim: Denials, source: Denials) -> list[Finding]:
    """Comparisons with another winner, where the sides can be distinguished; at most two findings."""
    theirs = comparisons(source)
    found: list[Finding] = []
    for ours in comparisons(claim):
        verdicts = [verdict for other in theirs if (verdict := _compare(ours, other))]
        if verdicts and max(verdicts) < 0:
            text = f"has the sides of “{ours.word}” the other way round than the source"
            found.append(Finding("comparison", text))
    return found[:2]


def _compare(one: Comparison, other: Comparison) -> int:
    """1: the same side wins. -1: the other. 0: they can't be compared."""
    if one.scale and other.scale and not one.scale & other.scale:
        return 0
    across = one.left & other.right, one.right & other.left
    if one.right & other.right:
        straight = True
    elif all(across):
        straight = False
    elif one.left & other.left:
        straight = True
    elif max(map(len, across)) > 1:
        straight = False
    else:
        return 0
    return one.sign * other.sign * (1 if straight else -1)
