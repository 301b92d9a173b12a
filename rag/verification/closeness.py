"""How near a claim is to its evidence: word by word in meaning, or by the words alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from footnote.rag.language.numbers import is_number_word
from footnote.rag.language.source_names import SourceNames
from footnote.rag.language.tokens import TokenizedText, Word, kin_of, parts
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText, States
from footnote.rag.weights import FITS


class Overlap(NamedTuple):
    """Words of content of a claim that its sources have.

    share: of all, 0 … 1, kin and acronyms counting. own: of those that they don't have, the longest
    run of words that follow one another: a clause of the claim's own.
    """

    share: float
    own: tuple[str, ...]


def overlap(claim: TokenizedText, sources: Sequence[TokenizedText], naming: SourceNames) -> Overlap:
    """How much of a claim's words the sources have; naming: of the same sources."""
    shares = _shares(claim, sources, naming)
    if not shares:
        return Overlap(1.0, ())
    run: list[str] = []
    longest: list[str] = []
    for word, share in shares:
        run = [] if share >= _HAD else [*run[-_MOST_SHOWN:], word.text]
        longest = max(longest, run, key=len)
    return Overlap(sum(share for _, share in shares) / len(shares), tuple(longest))


def _shares(
    claim: TokenizedText, sources: Sequence[TokenizedText], naming: SourceNames
) -> list[tuple[Word, float]]:
    """How much of each word of content, numbers apart, the sources have: 0 … 1."""
    known = frozenset(stem for source in sources for stem in source.stems)
    spelt = naming.abbreviated(claim)
    return [
        (word, 1.0 if word.start in spelt else _word_share(word, known, naming))
        for word in claim.content
        if not word.text[0].isdigit() and not is_number_word(word.lower)
    ]


def _word_share(word: Word, known: frozenset[str], naming: SourceNames) -> float:
    own = parts(word.lower)
    share = sum(_kin(part, known) for part in own) / len(own) if own else 1.0
    if share < 1 and (
        word.lower.replace("-", "") in known or (not word.text.islower() and naming.has(word.text))
    ):
        return 1.0
    return share


def _kin(stem: str, known: frozenset[str]) -> float:
    if stem in known:
        return 1.0
    return 0.8 if _relative(stem, known) else 0.0


@lru_cache(maxsize=4_096)
def _relative(stem: str, known: frozenset[str]) -> bool:
    return kin_of(stem, known) is not None


class Nearness(NamedTuple):
    """How near a claim is to its sources in meaning, cosines all.

    whole: of the claim with the nearest source, or with all of them as one text. words: of its words
    with the nearest of the sources' words, each where it stands, the mean. stretch: the same for four
    neighbours, the least. own: the same for the words that the sources don't have; 1 without any.
    strange: the words of the least stretch that the sources don't have.

    Words in context are matched as BERTScore does it (Zhang et al. 2020); the least stretch shows a
    clause that was added to a true claim, which a mean over the whole claim hides.
    """

    whole: float
    words: float
    stretch: float
    own: float
    strange: tuple[str, ...]
    short: bool = False
    """Whether the claim is no longer than a stretch."""


def nearness(
    claim: TokenizedText,
    sources: Sequence[TokenizedText],
    headings: Sequence[TokenizedText],
    naming: SourceNames,
    states: States,
) -> Nearness:
    """How near a claim is to its sources, which have the words of the headings too. naming: of both."""
    texts = [source.text for source in sources]
    ours, theirs = states(claim.text), [states(text) for text in texts]
    wholes = [*theirs, states(" ".join(texts))] if len(texts) > 1 else theirs
    whole = max((float(ours.vector @ other.vector) for other in wholes), default=0.0)
    there = np.concatenate([other.rows for other in theirs])
    # Not `@`: BLAS's threads would spin on all cores, which others need.
    best = np.einsum("ik,jk->ij", ours.rows, there).max(axis=1, initial=0.0)
    lacking = {word.start for word, share in _shares(claim, sources, naming) if share < _HAD}
    elsewhere = lacking | naming.abbreviated(claim)  # where had at all: as an acronym, or in a heading
    words = [
        (word, share >= _HAD, _of_word(word, ours.spans, best))
        for word, share in _shares(claim, [*sources, *headings], naming)
    ]
    stated = [each for each in words if not (each[1] and each[0].start in elsewhere)]
    if 2 * len(stated) >= len(words):
        words = stated  # without what only names the work, unless that is most of the claim
    if not words:
        return Nearness(whole, 1.0, 1.0, 1.0, ())
    stretches = [words[n : n + _STRETCH] for n in range(max(1, len(words) - _STRETCH + 1))]
    least = min(stretches, key=lambda stretch: _mean([near for _, _, near in stretch]))
    own = [near for _, had, near in words if not had]
    return Nearness(
        whole,
        _mean([near for _, _, near in words]),
        _mean([near for _, _, near in least]),
        _mean(own) if own else 1.0,
        tuple(word.text for word, had, _ in least if not had),
        len(words) <= _STRETCH,
    )


def _of_word(word: Word, spans: Sequence[tuple[int, int]], near: npt.NDArray[np.float64]) -> float:
    """The mean over a word's tokens; 0 for one beyond what the model reads."""
    end = word.start + len(word.text)
    own = [near[n] for n, (a, b) in enumerate(spans) if a < end and b > word.start]
    return _mean(own) if own else 0.0


def _mean(values: Sequence[float]) -> float:
    return float(sum(values) / len(values))


_HAD = 0.5
"""Share of a word from which a source has it."""
_STRETCH = 4
OWN_CLAUSE = 4
"""Words in a run that no source has, from which a claim adds something: so of 1 % of the true ones."""
_MOST_SHOWN = 8
LEAST_OWN_OF_SHORT = 0.4
"""In a claim of few words what the sources don't say is the claim: "Alignment is solved"."""
BY_MEANING = FITS.closeness
"""Log odds that nothing was added to a claim, and the least that passes: the nearer the whole is, the more
a stretch that is far from everything counts. Threshold `words`: below it a claim is of something else."""
BY_WORDS = FITS.closeness_by_words
"""Log odds that a claim is of its evidence, where there is no embedder, and the least that passes."""


def is_near(found: Nearness) -> bool:
    """Whether a claim that clashes with nothing says what its evidence says, by meaning."""
    weights, thresholds = BY_MEANING.weights, BY_MEANING.thresholds
    odds = weights["whole"] * found.whole + weights["stretch"] * found.stretch + weights["own"] * found.own
    if found.short and found.own < LEAST_OWN_OF_SHORT:
        return False
    return found.words >= thresholds["words"] and BY_MEANING.bias + odds >= thresholds["log_odds"]


def is_near_by_words(found: Overlap) -> bool:
    """The same without an embedder, by the words alone."""
    odds = BY_WORDS.bias + BY_WORDS.weights["share"] * found.share
    return len(found.own) < OWN_CLAUSE and odds >= BY_WORDS.thresholds["log_odds"]


def distant(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """That a claim isn't near enough to its evidence, with the words that the evidence lacks."""
    sources = [text.tokens for text in evidence.sentences]
    titles = [text.tokens for text in evidence.headings]
    if evidence.states is None:
        by_words = overlap(claim.tokens, [*sources, *titles], evidence.names)
        near, strange = is_near_by_words(by_words), by_words.own
    else:
        found = nearness(claim.tokens, sources, titles, evidence.names, evidence.states)
        near, strange = is_near(found), found.strange
    if near:
        return []
    if len(strange) > 1:
        return [Finding("closeness", f"the sentences cited don't say “{' … '.join(strange)}”")]
    return [Finding("closeness", "says more than, or something else than, the sentences cited")]
