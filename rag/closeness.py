"""How near a claim is to its evidence, in words and in meaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.naming import Naming
from rag.wording import Reading, Word, parts
from store.embedder import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts → unit vectors, one row a text."""


def word_share(claim: Reading, sources: Sequence[Reading], naming: Naming) -> float:
    """Share, 0 … 1, of the claim's words of content that the sources have, kin and acronyms counting."""
    words = [word for word in claim.content if not word.text[0].isdigit()]
    if not words:
        return 1.0
    known = frozenset(stem for source in sources for stem in source.stems)
    initials = {
        word.text for source in sources for word in source.words if word.text.isupper() and len(word.text) > 1
    }
    spelt = _spelt_out(claim, initials)
    got = 0.0
    for word in words:
        own = parts(word.lower)
        share = sum(_kin(part, known) for part in own) / len(own) if own else 1.0
        if share < 1 and (word.start in spelt or word.lower.replace("-", "") in known):
            share = 1.0
        if share < 1 and not word.text.islower() and naming.has(word.text):
            share = 1.0
        got += share
    return got / len(words)


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


def likeness(claim: str, sources: Sequence[str], embed: Embed) -> tuple[float, float]:
    """Cosines of a claim with the nearest of the sources, and with all of them as one text."""
    texts = [claim, *sources] if len(sources) == 1 else [claim, *sources, " ".join(sources)]
    rows = embed(texts)
    cosines = rows[1:] @ rows[0]
    return float(cosines.max()), float(cosines[-1])


# Fitted by `eval.fit_gate` on claims made from …; log odds that the claim is of its evidence.
WEIGHTS = {"share": 6.0, "cosine": 6.0, "bias": -5.2}


def support(share: float, cosine: float | None) -> float:
    """Estimated probability that a claim which clashes with nothing is what its evidence says."""
    if cosine is None:
        return 1 / (1 + math.exp(-12 * (share - 0.5)))
    odds = WEIGHTS["share"] * share + WEIGHTS["cosine"] * cosine + WEIGHTS["bias"]
    return 1 / (1 + math.exp(-odds))
