"""Word alignment of a claim with the sentence that it comes from: what was added, left out or replaced.

A claim that repeats a sentence but for a word is judged by that word: another number or name in
its place, an antonym, a denial that was added or left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from footnote.rag.language.antonyms import axes_of
from footnote.rag.language.names import is_name
from footnote.rag.language.negation import Denial, Denials
from footnote.rag.language.tokens import TokenizedText, Word
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_MOST_WORDS = 160
"""Longer texts aren't aligned: the table would be too large."""
_ALIGNED = 0.5
"""Share of a claim's words from which it is compared with its sentence word by word."""
_CLOSE = 0.7
"""Share of a claim's words that must match before a number or name in another's place means something."""
_GAP = 3
"""Words put in another's place, at most."""


@dataclass(frozen=True)
class Gap:
    """What stands in the claim and, instead of it, in the source, between two words that both have."""

    ours: tuple[Word, ...]
    theirs: tuple[Word, ...]


@dataclass(frozen=True)
class Alignment:
    """pairs: places of words that match, in order (longest common subsequence)."""

    claim: TokenizedText
    source: TokenizedText
    pairs: tuple[tuple[int, int], ...]

    @cached_property
    def of_claim(self) -> Mapping[int, int]:
        """Place in the claim → place in the source."""
        return dict(self.pairs)

    @cached_property
    def closeness(self) -> float:
        """Share of the claim's words of content that match."""
        words = self.claim.words
        places = [
            n for n, word in enumerate(words) if word.stem and word.text[0].isalpha() and not is_name(word)
        ]
        return sum(n in self.of_claim for n in places) / len(places) if places else 0.0

    @property
    def gaps(self) -> list[Gap]:
        """The short gaps, between words that match on both sides."""
        found = []
        for (a, b), (c, d) in zip(self.pairs, self.pairs[1:], strict=False):
            ours, theirs = self.claim.words[a + 1 : c], self.source.words[b + 1 : d]
            if (ours or theirs) and len(ours) <= 2 * _GAP and len(theirs) <= 2 * _GAP:
                found.append(Gap(ours, theirs))
        if self.pairs:
            a, b = self.pairs[0]
            c, d = self.pairs[-1]
            found.append(Gap(self.claim.words[max(0, a - _GAP) : a], self.source.words[max(0, b - _GAP) : b]))
            found.append(Gap(self.claim.words[c + 1 : c + 1 + _GAP], self.source.words[d + 1 : d + 1 + _GAP]))
        return found


def align(claim: TokenizedText, source: TokenizedText) -> Alignment | None:
    """The claim along the source; None where they are too long for it."""
    if max(len(claim.words), len(source.words)) > _MOST_WORDS:
        return None
    return Alignment(claim, source, tuple(_common(_keys(claim), _keys(source))))


def _keys(tokens: TokenizedText) -> list[str]:
    """What words are matched by. Numbers and names match nothing, so that one in another's place is seen."""
    return [
        "" if not word.text[0].isalpha() or is_name(word) else word.stem or word.lower
        for word in tokens.words
    ]


def _common(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Longest common subsequence, words of three letters and more weighing double (marks nothing)."""
    weights = [0 if not key else 1 if len(key) < 3 else 2 for key in ours]
    rows = [[0] * (len(theirs) + 1)]
    for n in range(len(ours) - 1, -1, -1):
        below, row = rows[-1], [0] * (len(theirs) + 1)
        key, weight = ours[n], weights[n]
        for m in range(len(theirs) - 1, -1, -1):
            best = below[m] if below[m] >= row[m + 1] else row[m + 1]
            if weight and key == theirs[m] and below[m + 1] + weight > best:
                best = below[m + 1] + weight
            row[m] = best
        rows.append(row)
    rows.reverse()
    pairs, n, m = [], 0, 0
    while n < len(ours) and m < len(theirs):
        if weights[n] and ours[n] == theirs[m] and rows[n][m] == rows[n + 1][m + 1] + weights[n]:
            pairs.append((n, m))
            n, m = n + 1, m + 1
        elif rows[n + 1][m] >= rows[n][m + 1]:
            n += 1
        else:
            m += 1
    return pairs


def replaced_words(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Words in which a claim differs from the sentence that it repeats otherwise: a clash by one word."""
    source = evidence.main(claim)
    found = align(claim.tokens, source.tokens)
    if found is None or found.closeness < _ALIGNED:
        return []
    return [*put_instead(found), *denials_moved(found, claim.denials, source.denials)]


def put_instead(alignment: Alignment) -> list[Finding]:
    """A number, a name or an antonym that stands where the source has another."""
    findings = []
    close = alignment.closeness >= _CLOSE
    names: list[tuple[Word, Word]] = []
    for gap in alignment.gaps:
        ours = [word for word in gap.ours if word.text[0].isalnum()]
        theirs = [word for word in gap.theirs if word.text[0].isalnum()]
        if not (0 < len(ours) <= _GAP and 0 < len(theirs) <= _GAP):
            continue
        one, other = _numbers(ours), _numbers(theirs)
        rest = {word.lower for word in ours if word not in one} ^ {
            word.lower for word in theirs if word not in other
        }
        if close and len(one) == len(other) == 1 and not rest and _differ(one[0].lower, other[0].lower):
            text = f"has {one[0].text} where the source has {other[0].text}"
            findings.append(Finding("other_number", text))
        alone = close and len(ours) == len(theirs) == 1 and ours[0].lower != theirs[0].lower
        if alone and is_name(ours[0]) and is_name(theirs[0]):
            names.append((ours[0], theirs[0]))
        if found := _antonyms(ours, theirs):
            text = f"says “{found[0]}” where the source says “{found[1]}”"
            findings.append(Finding("antonym", text))
    known = {word.lower for word in alignment.source.words}
    passive = "by" in {word.lower for word in alignment.claim.words} ^ known
    for mine, named in names:
        turned = any(mine.lower == b.lower and named.lower == a.lower for a, b in names)
        if _unlike(mine.text, named.text, known) and not (
            turned and (passive or _listed(alignment.claim, names))
        ):
            text = f"names {mine.text} where the source names {named.text}"
            findings.append(Finding("other_name", text))
    return findings


def _numbers(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.text[0].isdigit()]


def _listed(claim: TokenizedText, names: Sequence[tuple[Word, Word]]) -> bool:
    """Whether only commas, "and" or "or" stand between the names: their order says nothing."""
    places = [name.start for name, _ in names]
    first, last = min(places), max(places)
    mine = {name.start for name, _ in names}
    between = [word for word in claim.words if first < word.start < last and word.start not in mine]
    return all(word.text in (",", "and", "or", "&", "/") for word in between) and not any(
        word.lower == "respectively" for word in claim.words)  # fmt: skip


def _differ(one: str, other: str) -> bool:
    try:
        return float(one.replace(",", "")) != float(other.replace(",", ""))
    except ValueError:
        return False


def _unlike(one: str, other: str, known: Set[str]) -> bool:
    """Whether two names are of two things: not a longer and a shorter form, nor an acronym and its words."""
    a, b = (name.casefold().removesuffix("'s").removesuffix("s") for name in (one, other))
    if a == b or a.startswith(f"{b}-") or b.startswith(f"{a}-") or a.replace("-", "") == b.replace("-", ""):
        return False
    if a in b or b in a:
        return a in known and b in known
    return not (one.isupper() and one[0] == other[0] and other[1:].islower())


def _antonyms(ours: Sequence[Word], theirs: Sequence[Word]) -> tuple[str, str] | None:
    for one in ours:
        for other in theirs:
            axes = dict(axes_of(one))
            signs = {axes[axis] * sign for axis, sign in axes_of(other) if axis in axes}
            if signs == {-1} and not _cancelled(ours, theirs):
                return one.text, other.text
    return None


def _cancelled(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether two antonyms on each side mean the same: "less robust", "more vulnerable"."""
    mine, their = ([axes[0][1] for word in side if (axes := axes_of(word))] for side in (ours, theirs))
    return len(mine) == len(their) == 2 and math.prod(mine) == math.prod(their)


def denials_moved(alignment: Alignment, claim: Denials, source: Denials) -> list[Finding]:
    """A word that is denied in one of the two and not in the other; at most one finding."""
    there = {b: a for a, b in alignment.pairs}
    ours, theirs = alignment.claim.words, alignment.source.words
    for denial in claim.hard:
        place = _matched_head(denial, ours, alignment.of_claim)
        if place is None:
            continue
        other = alignment.of_claim[place]
        if _near_matches(alignment.of_claim, place) and not source.doubts(other):
            text = f"says “{denial.cue} … {ours[place].text}”, which the source does not deny"
            return [Finding("negation", text)]
    for denial in source.hard:
        place = _matched_head(denial, theirs, there)
        if place is None:
            continue
        other = there[place]
        if _near_matches(there, place) and not claim.doubts(other):
            text = f"leaves out the source's “{denial.cue} … {theirs[place].text}”"
            return [Finding("negation", text)]
    return []


def _matched_head(denial: Denial, words: Sequence[Word], matched: Mapping[int, int]) -> int | None:
    """The first word of content after a denial, where it matches; else the second, but not past a name."""
    heads = [n for n in sorted(denial.reach) if words[n].stem and n > denial.place][:2]
    if heads and is_name(words[heads[0]]):
        return None  # "without SFT the model …": what follows the name is not denied
    return next((n for n in heads if n in matched), None)


def _near_matches(matched: Mapping[int, int], place: int) -> bool:
    """Whether words about it match as well, and stay about it: it is the same statement."""
    there = matched[place]
    near = [
        n for n in range(place - 6, place + 7) if n != place and n in matched and abs(matched[n] - there) <= 9
    ]
    return len(near) >= 3
