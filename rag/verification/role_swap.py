"""Role swaps: who did what, in a claim in which two things have changed places.

A source says things side by side ("a Guide generates strategies, while a Consolidator integrates
feedback"); the claim has the words of both, but what stood with the one now stands with the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from footnote.rag.language.antonyms import moves_amount_or_worth
from footnote.rag.language.tokens import TokenizedText, kin_of, parts
from footnote.rag.verification.comparisons import goes_on
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_CUTS = frozenset(
    "and but while whereas although though with versus vs compared than when if because since so which who "
    "that then after before unlike".split()
)
_MARKS = frozenset(",;:.—–")
_MOST_THEIRS, _MOST_OURS, _MOST_WORDS = 48, 12, 10
"""Stretches of the sources and of the claim, and words of one of the claim's, that are compared."""


def role_swaps(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Two things of the sentences that have changed places in the claim; at most one finding.

    Of two stretches of the claim, one has A with X and the other B with Y; in the sources A stands with Y
    and B with X, and A never with X nor B with Y.
    """
    sources = [text.tokens for text in evidence.sentences]
    if any("respectively" in text.text.lower() for text in (claim.tokens, *sources)):
        return []
    theirs = itertools.islice(itertools.chain.from_iterable(map(_stretches, sources)), _MOST_THEIRS)
    places: dict[str, int] = {}  # stem → the stretches that it stands in, a bit each
    for n, stretch in enumerate(theirs):
        for stem in stretch:
            places[stem] = places.get(stem, 0) | 1 << n
    ours = [_placed(stretch, places) for stretch in itertools.islice(_stretches(claim.tokens), _MOST_OURS)]
    for one, other in itertools.combinations(ours, 2):
        both = one.keys() & other.keys()
        found = _crossed(
            [one[stem] for stem in one if stem not in both],
            [other[stem] for stem in other if stem not in both],
        )
        if found:
            a, x, b, y = found
            text = f"puts “{a}” with “{x}” and “{b}” with “{y}”, which in the source are the other way round"
            return [Finding("role_swap", text)]
    return []


def _crossed(one: list[tuple[str, int]], other: list[tuple[str, int]]) -> tuple[str, str, str, str] | None:
    for (a, at_a), (x, at_x) in itertools.combinations(one, 2):
        if at_a & at_x:
            continue
        for (b, at_b), (y, at_y) in itertools.permutations(other, 2):
            if at_a & at_y and at_b & at_x and not at_b & at_y:
                return a, x, b, y
    return None


def _stretches(tokens: TokenizedText) -> Iterator[dict[str, str]]:
    """What stands between marks and joining words: stem → word, for words that carry content."""
    stretch: dict[str, str] = {}
    for n, word in enumerate(tokens.words):
        if (word.text in _MARKS or word.lower in _CUTS) and not goes_on(tokens.words, n):
            if stretch:
                yield stretch
            stretch = {}
        elif word.text[0].isdigit():
            stretch[word.lower] = word.text
        elif word.stem and not moves_amount_or_worth(word):
            for part in parts(word.lower):
                stretch.setdefault(part, word.text)
    if stretch:
        yield stretch


def _placed(stretch: Mapping[str, str], places: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Of a claim's stretch the words that the sources have: stem there → the word, and where they have it."""
    found = {}
    for stem, word in itertools.islice(stretch.items(), _MOST_WORDS):
        key = stem if stem in places else kin_of(stem, places.keys())
        if key is not None:
            found[key] = word, places[key]
    return found
