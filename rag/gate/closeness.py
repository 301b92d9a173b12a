"""How near a claim is to its evidence, in words and in meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rag.gate.naming import Naming
from rag.gate.quantities import is_number_word
from rag.gate.wording import Reading, Word, parts
from store.embedder import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts → unit vectors, one row a text."""


def each_once(embed: Embed) -> Embed:
    """The same embedder, which embeds a text that it is given again only once."""
    rows: dict[str, Vectors] = {}

    def remembering(texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in rows]:
            rows.update(zip(new, embed(new), strict=True))
        return np.stack([rows[text] for text in texts])

    return remembering


class Overlap(NamedTuple):
    """Words of content of a claim that its sources have.

    share: of all, 0 … 1, kin and acronyms counting. own: of those that they don't have, the longest
    run of words that follow one another: a clause of the claim's own.
    """

    share: float
    own: tuple[str, ...]


def overlap(claim: Reading, sources: Sequence[Reading], naming: Naming) -> Overlap:
    """How much of a claim's words the sources have; naming: of the same sources."""
    words = [word for word in claim.content if not word.text[0].isdigit() and not is_number_word(word.lower)]
    if not words:
        return Overlap(1.0, ())
    known = frozenset(stem for source in sources for stem in source.stems)
    acronyms = {
        word.text for source in sources for word in source.words if word.text.isupper() and len(word.text) > 1
    }
    spelt = _spelt_out(claim, acronyms)
    got = 0.0
    run: list[str] = []
    longest: list[str] = []
    for word in words:
        share = 1.0 if word.start in spelt else _word_share(word, known, naming)
        got += share
        run = [] if share >= 0.5 else [*run[-_MOST_SHOWN:], word.text]
        longest = max(longest, run, key=len)
    return Overlap(got / len(words), tuple(longest))


def _word_share(word: Word, known: frozenset[str], naming: Naming) -> float:
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
    return 0.8 if len(stem) >= 5 and _relative(stem, known) else 0.0


@lru_cache(maxsize=4_096)
def _relative(stem: str, known: frozenset[str]) -> bool:
    """Whether one of the known stems is of the same family: robust, robustness; evaluat, evalu."""
    short = stem[: max(4, len(stem) - 3)]
    return any(other.startswith(short) and abs(len(other) - len(stem)) <= 4 for other in known)


def _spelt_out(claim: Reading, acronyms: set[str]) -> set[int]:
    """Places of the claim's words whose initials are an acronym of the source."""
    letters: list[tuple[str, Word]] = []
    for word in claim.words:
        if word.text[0].isalpha() and (word.stem or word.lower in ("of", "from", "for")):
            letters += [(part[0], word) for part in word.lower.split("-") if part]
    whole = "".join(letter for letter, _ in letters)
    found: set[int] = set()
    for acronym in acronyms:
        at = whole.find(acronym.lower())
        if at >= 0:
            found |= {word.start for _, word in letters[at : at + len(acronym)]}
    return found


def likeness(claim: str, sources: Sequence[str], embed: Embed) -> float:
    """Cosine of a claim with the nearest of the sources, or with all of them as one text."""
    texts = [claim, *sources] if len(sources) == 1 else [claim, *sources, " ".join(sources)]
    rows = embed(texts)
    return float((rows[1:] @ rows[0]).max())


OWN_CLAUSE = 4
"""Words in a run that no source has, from which a claim adds something: so of 1 % of the true ones."""
_MOST_SHOWN = 8
# Log odds that a claim is of its evidence, and the least that passes, fitted by `python -m eval.fit_gate`
# on pairs of half the papers that ship: of the near ones on unseen papers 2 % are refused.
WEIGHTS: Mapping[str, float] = {"share": 10.94, "cosine": 7.07, "bias": -10.89}
WEIGHTS_BY_WORDS: Mapping[str, float] = {"share": 14.90, "cosine": 0.0, "bias": -9.36}
LEAST, LEAST_BY_WORDS = -1.64, -1.80


def is_near(share: float, cosine: float | None) -> bool:
    """Whether a claim that clashes with nothing says what its evidence says; cosine: None for words alone."""
    weights, least = (WEIGHTS_BY_WORDS, LEAST_BY_WORDS) if cosine is None else (WEIGHTS, LEAST)
    return weights["bias"] + weights["share"] * share + weights["cosine"] * (cosine or 0.0) >= least
