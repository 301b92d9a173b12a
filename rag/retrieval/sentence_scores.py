"""Scores how likely each sentence of a paper states the answer, rather than shares the question's words.

A logistic model of a sentence's similarity to the question and of its position and function in the
abstract. Similarity is relative to the paper's other sentences: in a relevant abstract every sentence is
near the question, and the one that answers it is nearer than the others.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from footnote.rag.retrieval import sentence_cues
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.weights import FITS
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer

Scores = npt.NDArray[np.float64]

_WHERE = -2.5
"""Set by hand, for sentences that only give an address: they are too few to fit, and no answer."""
# What they were fitted to and how good they are is in docs/retrieval.md.
_WEIGHTS: Mapping[str, float] = {**FITS.sentences.weights, "where": _WHERE}
_BIAS = FITS.sentences.bias


def sentence_scores(
    question: str, vector: npt.NDArray[np.float32], evidence: RetrievedPaper, idf: Mapping[str, float]
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
    question: str, vector: npt.NDArray[np.float32], evidence: RetrievedPaper, idf: Mapping[str, float]
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
        "digits": flag([sentence_cues.has_digit(t) for t in texts]),
        "own": flag([sentence_cues.is_about_own_paper(t) for t in texts]),
        "result": flag([sentence_cues.states_result(t) for t in texts]),
        "background": flag([sentence_cues.is_background(t) for t in texts]),
        "where": flag([sentence_cues.only_says_where(t, question) for t in texts]),
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
