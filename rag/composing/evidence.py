"""Scores which sentences of a paper state the answer, not only share its words.

A logistic score over a sentence's likeness to the question and its place and part in the
abstract. Likeness is relative to the paper's other sentences: in an abstract that fits, every
sentence is near the question, and the one that answers only stands out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from footnote.rag.composing.composer import Evidence
from footnote.rag.retrieval import question_kind
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer

Scores = npt.NDArray[np.float64]

# Fitted by logistic regression on SciFact's training rationales and, six times as heavy, the
# development questions' evidence. A gold sentence is among a paper's best three, cross-validated:
# .74 and .71 of the time; by cosine alone .55 and .63.
_WEIGHTS: Mapping[str, float] = {
    "cosine": 0.56,
    "shared": 0.76,
    "neighbours": 0.23,
    "first": -1.97,
    "second": -1.15,
    "last": -0.28,
    "digits": 0.39,
    "own": 0.21,
    "result": 0.38,
    "background": -0.83,
    "length": 0.91,
    "where": -2.5,  # by hand: such sentences are too few to fit, and no answer
}
_BIAS = -2.8


def sentence_scores(
    question: str, vector: npt.NDArray[np.float32], evidence: Evidence, idf: Mapping[str, float]
) -> Scores:
    """How likely each sentence of a paper is to hold the answer, if the paper does: 0 … 1.

    vector: the question's unit vector. idf: weight of each of the question's analysed terms.
    """
    table = sentence_features(question, vector, evidence, idf)
    total = np.full(len(evidence.sentences), _BIAS)
    for name, weight in _WEIGHTS.items():
        total += weight * table[name]
    probability: Scores = 1 / (1 + np.exp(-total))
    return probability


def sentence_features(
    question: str, vector: npt.NDArray[np.float32], evidence: Evidence, idf: Mapping[str, float]
) -> dict[str, Scores]:
    """Each feature by name: one value a sentence."""
    texts = [plain_text(span.of(evidence.paper.abstract)) for span in evidence.sentences]
    count = len(texts)
    place = np.arange(count)
    cosine = (evidence.vectors @ vector).astype(np.float64)
    shared = np.array([term_share(text, idf) for text in texts])
    padded = np.concatenate([[0.0], cosine, [0.0]])

    def flag(values: list[bool]) -> Scores:
        return np.array(values, np.float64)

    return {
        "cosine": _standard(cosine),
        "shared": _standard(shared),
        "neighbours": (padded[:-2] + padded[2:]) / 2,
        "first": flag([n == 0 for n in place]),
        "second": flag([n == 1 for n in place]),
        "last": flag([n == count - 1 for n in place]),
        "digits": flag([question_kind.has_digit(t) for t in texts]),
        "own": flag([question_kind.speaks_of_itself(t) for t in texts]),
        "result": flag([question_kind.tells_result(t) for t in texts]),
        "background": flag([question_kind.is_background(t) for t in texts]),
        "where": flag([question_kind.only_tells_where(t, question) for t in texts]),
        "length": np.array([min(len(t) / 200, 2.0) for t in texts]),
    }


def term_share(text: str, idf: Mapping[str, float]) -> float:
    """Share, 0 … 1, of a question's weight (`idf` by analysed term) whose terms stand in the text."""
    total = sum(idf.values())
    found = set(analyzer().analyze(text))
    return sum(weight for term, weight in idf.items() if term in found) / total if total else 0.0


def _standard(values: Scores) -> Scores:
    standard: Scores = (values - values.mean()) / (values.std() + 0.05)
    return standard
