"""Scores how likely each sentence of a paper states the answer, rather than shares the question's words.

A logistic model of a sentence's similarity to the question and of its position and function in the
abstract. Similarity is relative to the paper's other sentences: in a relevant abstract every sentence is
near the question, and the one that answers it is nearer than the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from footnote.rag.retrieval import question_kind, sentence_cues
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.weights import FITS
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer

Scores = npt.NDArray[np.float64]

_GRAM = 4
# What they were fitted to and how good they are is in docs/retrieval.md.
_WEIGHTS: Mapping[str, float] = FITS.sentences.weights
_BIAS = FITS.sentences.bias


def sentence_scores(
    question: str, vector: npt.NDArray[np.float32], evidence: RetrievedPaper, idf: Mapping[str, float]
) -> Scores:
    """How likely each sentence of a paper is to hold the answer, if the paper does: 0 … 1.

    vector: the question's unit vector. idf: weight of each of the question's analysed terms. 0 for a
    sentence that is never quoted.
    """
    table = sentence_features(question, vector, evidence, idf)
    total = np.full(len(evidence.sentences), _BIAS)
    for name, weight in _WEIGHTS.items():
        total += weight * table[name]
    probability: Scores = 1 / (1 + np.exp(-total))
    return np.where(_says_nothing(question, evidence), 0.0, probability)


def _says_nothing(question: str, evidence: RetrievedPaper) -> list[bool]:
    """Which sentences are never quoted: labels of sections, copyright, addresses that weren't asked for."""
    texts = [plain_text(span.of(evidence.paper.abstract)) for span in evidence.sentences]
    return [sentence_cues.is_boilerplate(t) or sentence_cues.only_says_where(t, question) for t in texts]


def sentence_features(
    question: str, vector: npt.NDArray[np.float32], evidence: RetrievedPaper, idf: Mapping[str, float]
) -> dict[str, Scores]:
    """Each feature by name: one value a sentence."""
    texts = [plain_text(span.of(evidence.paper.abstract)) for span in evidence.sentences]
    count = len(texts)
    place = np.arange(count)
    cosine = (evidence.vectors @ vector).astype(np.float64)
    padded = np.concatenate([[0.0], cosine, [0.0]])
    terms = [frozenset(analyzer().analyze(text)) for text in texts]
    grams = [_grams(text) for text in texts]

    counts = bool(question_kind.counted_things(question) or question_kind.defined_thing(question))

    def flag(values: Iterable[bool]) -> Scores:
        return np.array(list(values), np.float64)

    gives_kind = flag(_gives_kind(question, evidence.paper.display_title, texts))
    return {
        "cosine": _standard(cosine),
        "words": _standard(_shares(terms, idf)),
        "spelling": _standard(_shares(grams, dict.fromkeys(_grams(question), 1.0))),
        "kind": gives_kind * (not counts),
        "counted": gives_kind * counts,
        "neighbours": (padded[:-2] + padded[2:]) / 2,
        "first": flag(n == 0 for n in place),
        "second": flag(n == 1 for n in place),
        "last": flag(n == count - 1 for n in place),
        "digits": flag(sentence_cues.has_digit(t) for t in texts),
        "own": flag(sentence_cues.is_about_own_paper(t) for t in texts),
        "result": flag(sentence_cues.states_result(t) for t in texts),
        "background": flag(sentence_cues.is_background(t) for t in texts),
        "length": np.array([min(len(t) / 200, 2.0) for t in texts]),
    }


def _gives_kind(question: str, title: str, texts: Sequence[str]) -> list[bool]:
    """Whether each sentence states the kind of thing asked for (a number) of what is counted or explained."""
    kind = question_kind.asked_kind(question)
    if kind is None and (thing := question_kind.defined_thing(question)):
        return _define(thing, title, texts)
    if kind is None and question_kind.asks_for_limits(question):
        return [question_kind.states_limits(t) for t in texts]
    counted = set(analyzer().analyze(question_kind.counted_things(question)))
    return [
        kind is not None
        and question_kind.states_kind(text, kind)
        and (not counted or not counted.isdisjoint(analyzer().analyze(text)))
        for text in texts
    ]


def _define(thing: str, title: str, texts: Sequence[str]) -> list[bool]:
    """Which sentences may explain a thing: those that name it; where only the title does, the paper's own."""
    asked = set(analyzer().analyze(thing))
    naming = [asked <= set(analyzer().analyze(t)) for t in texts]
    if not any(naming) and asked <= set(analyzer().analyze(title)):
        naming = [sentence_cues.is_about_own_paper(t) for t in texts]
    return [names and question_kind.may_define(t) for names, t in zip(naming, texts, strict=True)]


def _shares(sentences: Sequence[Set[str]], weights: Mapping[str, float]) -> Scores:
    """The share of the question's weight that each sentence has, 0 … 1.

    weights: of the question's terms; one that few sentences of the abstract have counts for more: what
    all of them have doesn't tell which one answers.
    """
    count = len(sentences)
    rarity = {
        term: weight * math.log((count + 1) / (sum(term in s for s in sentences) + 0.5))
        for term, weight in weights.items()
    }
    total = sum(rarity.values()) or 1.0
    return np.array([sum(w for term, w in rarity.items() if term in s) / total for s in sentences])


def _grams(text: str) -> frozenset[str]:
    """Runs of characters, which forgive endings and slips."""
    lower = text.lower()
    return frozenset(lower[n : n + _GRAM] for n in range(len(lower) - _GRAM + 1))


def term_share(text: str, idf: Mapping[str, float]) -> float:
    """Share, 0 … 1, of a question's weight (`idf` by analysed term) whose terms stand in the text."""
    total = sum(idf.values())
    found = set(analyzer().analyze(text))
    return sum(weight for term, weight in idf.items() if term in found) / total if total else 0.0


def _standard(values: Scores) -> Scores:
    standard: Scores = (values - values.mean()) / (values.std() + 0.05)
    return standard
