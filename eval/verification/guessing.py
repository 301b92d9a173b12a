"""Whether a set's labels can be guessed without checking anything: then it proves nothing about checks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.eval.measures.metrics import auroc
from footnote.eval.verification import Pair

MARGIN = 0.05
"""How far from .5, which is chance, an AUROC may lie without the labels being guessable."""
_FOLDS, _SEED, _RIDGE = 10, 5, 1.0
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Guesses:
    """AUROC of true against false claims (None where one is missing).

    by_claim: a linear classifier's that sees the words of the claim alone, cross-validated; pairs that
    share a claim or evidence are in one fold. by_overlap: the share of the claim's words in the evidence.
    """

    by_claim: float | None
    by_overlap: float | None

    @property
    def guessable(self) -> bool:
        """Whether either is clearly apart from chance."""
        found = (self.by_claim, self.by_overlap)
        return any(value is not None and abs(value - 0.5) > MARGIN for value in found)


def guesses(pairs: Sequence[Pair]) -> Guesses:
    """Guesses the labels of a set from the claim alone, and from word overlap alone."""
    labels = [pair.supported for pair in pairs]
    if len(set(labels)) < 2:
        return Guesses(None, None)
    overlap = [_overlap(pair) for pair in pairs]
    return Guesses(_area(_by_claim(pairs), labels), _area(overlap, labels))


def _area(scores: Sequence[float], labels: Sequence[bool]) -> float:
    true = [score for score, label in zip(scores, labels, strict=True) if label]
    false = [score for score, label in zip(scores, labels, strict=True) if not label]
    return auroc(true, false)


def _overlap(pair: Pair) -> float:
    claim, known = _words([pair.claim]), _words(pair.evidence)
    return len(claim & known) / len(claim) if claim else 0.0


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text.lower())}


def _by_claim(pairs: Sequence[Pair]) -> list[float]:
    """Out-of-fold scores of ridge regression on the words and word pairs of the claims (as kernels)."""
    features = [_features(pair.claim) for pair in pairs]
    columns = {word: n for n, word in enumerate(sorted(set().union(*features)))}
    table = np.zeros((len(pairs), len(columns)))
    for row, own in zip(table, features, strict=True):
        row[[columns[word] for word in own]] = 1 / np.sqrt(max(len(own), 1))
    kernel = table @ table.T
    target = np.array([1.0 if pair.supported else -1.0 for pair in pairs])
    fold = _folds(pairs)
    scores = np.zeros(len(pairs))
    for n in range(_FOLDS):
        test, train = np.flatnonzero(fold == n), np.flatnonzero(fold != n)
        if not len(test) or not len(train):
            continue
        mean = target[train].mean()
        inner = kernel[np.ix_(train, train)] + _RIDGE * np.eye(len(train))
        # The mean is left out of the score: it differs by fold, against the label of what was left out.
        scores[test] = kernel[np.ix_(test, train)] @ np.linalg.solve(inner, target[train] - mean)
    return scores.tolist()


def _features(claim: str) -> set[str]:
    words = _WORD.findall(claim.lower())
    return {*words, *(f"{one} {two}" for one, two in itertools.pairwise(words))}


def _folds(pairs: Sequence[Pair]) -> npt.NDArray[np.int64]:
    """A fold for each pair; those that share a claim or a sentence of evidence are in the same one."""
    group = list(range(len(pairs)))
    first: dict[str, int] = {}
    for n, pair in enumerate(pairs):
        for text in (pair.claim, *pair.evidence):
            old, new = group[n], group[first.setdefault(text, n)]
            group = [new if each == old else each for each in group]
    names = sorted(set(group))
    drawn = np.random.default_rng(_SEED).permutation(len(names)) % _FOLDS
    of = dict(zip(names, drawn.tolist(), strict=True))
    return np.array([of[each] for each in group])
