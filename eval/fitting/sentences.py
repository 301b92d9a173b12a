"""Fits the weights of `sentence_scores`: which sentences of a paper state the answer.

Fitted to are the gold quotes of a question set and, where a folder of them is given, SciFact's
rationales. A sentence is gold where it and a gold quote share at least half of the
shorter one; the others are the rest of the same abstracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.eval.datasets.gold import find_places, match_gold
from footnote.eval.datasets.rationales import Rationales
from footnote.eval.errors import FitError
from footnote.eval.fitting.logistic import Vector, cross_validated, fit_logistic
from footnote.eval.questions import QuestionSet
from footnote.rag.conversation.condense import condense
from footnote.rag.conversation.messages import checked
from footnote.rag.retrieval.sentence_scores import sentence_features
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings
from footnote.rag.weights import FITS
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.paper_records import PaperRecord
from footnote.store.progress import Progress
from footnote.store.sentences import Span

RIDGE = 1.0
FOLDS = 5
REPEATS = 5
QUESTION_WEIGHT = 6
"""A sentence of the question set counts as this many of the rationales': there are far fewer."""
BEST = 3
NAMES = tuple(FITS.sentences.weights)


@dataclass(frozen=True, kw_only=True, eq=False)
class Abstract:
    """The sentences of one paper that answers a question: features, a row each, and which are gold (1 or 0).

    question: its id, which no other question of the fit has.
    """

    question: str
    features: Vector
    gold: Vector


@dataclass(frozen=True, kw_only=True)
class SentenceFigures:
    """Share of the gold sentences that are among the best three of their paper, by what they are ranked by.

    n: gold sentences. fitted: weights that haven't seen the question. product: those that ship.
    """

    set: str
    n: int
    fitted: float
    product: float
    cosine: float


@dataclass(frozen=True, kw_only=True)
class SentenceFit:
    """The weights, fitted to everything, and what they are worth on each set."""

    weights: dict[str, float]
    bias: float
    ridge: float
    folds: int
    repeats: int
    figures: tuple[SentenceFigures, ...]


def question_abstracts(
    question_set: QuestionSet, library: Library, settings: Settings, progress: Progress | None = None
) -> list[Abstract]:
    """The abstracts that hold gold quotes of the questions. Raises GoldError, QuestionError."""
    golds = match_gold(question_set, library.catalog.papers())
    found: list[Abstract] = []
    for number, question in enumerate(question_set.questions, start=1):
        quotes = golds[question.id].quotes
        papers = dict.fromkeys(quote.paper for quote in quotes)
        places = {paper: [quote.places for quote in quotes if quote.paper == paper] for paper in papers}
        text = condense(checked(question.question, settings.max_question_chars), question.history)
        found += _abstracts(question.id, text, places, library)
        if progress:
            progress(number, len(question_set.questions))
    return found


def rationale_abstracts(
    rationales: Sequence[Rationales], library: Library, progress: Progress | None = None
) -> list[Abstract]:
    """The abstracts that hold rationales, in a library of their corpus."""
    found: list[Abstract] = []
    for number, one in enumerate(rationales, start=1):
        entries = library.catalog.get(list(one.sentences))
        places = {
            paper: [find_places(entries[paper].paper.abstract, sentence) for sentence in sentences]
            for paper, sentences in one.sentences.items()
            if paper in entries
        }
        found += _abstracts(one.id, one.claim, places, library)
        if progress:
            progress(number, len(rationales))
    return found


def _abstracts(
    ident: str, question: str, places: dict[str, list[tuple[Span, ...]]], library: Library
) -> Iterator[Abstract]:
    vector = library.embedder.embed_question(question)
    idf = library.lexical.idf(analyzer().analyze(question))
    for entry in library.catalog.get(list(places)).values():
        gold = np.array([_is_gold(span, places[entry.paper.id]) for span in entry.sentences], np.float64)
        if entry.vectors is not None and gold.any():
            table = sentence_features(question, vector, _evidence(entry, entry.vectors), idf)
            features = np.column_stack([table[name] for name in NAMES])
            yield Abstract(question=ident, features=features, gold=gold)


def _evidence(entry: PaperRecord, vectors: np.ndarray) -> RetrievedPaper:
    return RetrievedPaper(paper=entry.paper, sentences=entry.sentences, score=1.0, vectors=vectors)


def _is_gold(span: Span, quotes: Iterable[tuple[Span, ...]]) -> bool:
    return any(
        2 * (min(span.end, place.end) - max(span.start, place.start))
        >= min(place.end - place.start, span.end - span.start)
        for places in quotes
        for place in places
    )


def fit_sentences(sets: Sequence[tuple[str, Sequence[Abstract]]]) -> SentenceFit:
    """Ridge logistic regression of gold sentences against the rest of their abstracts.

    sets: the question set by its name, then the sets of rationales. Raises FitError where there are
    fewer questions than folds.
    """
    abstracts = [abstract for _, own in sets for abstract in own]
    if len({abstract.question for abstract in abstracts}) < FOLDS:
        raise FitError(f"a fit needs {FOLDS} questions with evidence at least")
    table = np.concatenate([abstract.features for abstract in abstracts])
    labels = np.concatenate([abstract.gold for abstract in abstracts])
    counts = [QUESTION_WEIGHT if number == 0 else 1 for number, (_, own) in enumerate(sets) for _ in own]
    lengths = [len(abstract.gold) for abstract in abstracts]
    weights = np.repeat(np.array(counts, np.float64), lengths)
    groups = np.repeat([abstract.question for abstract in abstracts], lengths).tolist()
    fitted = fit_logistic(table, labels, weights, ridge=RIDGE)
    unseen = cross_validated(table, labels, weights, groups, ridge=RIDGE, folds=FOLDS, repeats=REPEATS)
    product = table @ np.array([FITS.sentences.weights[name] for name in NAMES])
    cosine = table[:, NAMES.index("cosine")]
    ends = np.cumsum(lengths)[:-1]
    scores = [np.split(values, ends) for values in (unseen, product, cosine)]
    figures: list[SentenceFigures] = []
    begin = 0
    for name, own in sets:
        part = slice(begin, begin + len(own))
        begin += len(own)
        shares = [_share_found(own, by[part]) for by in scores]
        n = int(sum(abstract.gold.sum() for abstract in own))
        figures.append(SentenceFigures(set=name, n=n, fitted=shares[0], product=shares[1], cosine=shares[2]))
    return SentenceFit(
        weights=dict(zip(NAMES, fitted.weights.tolist(), strict=True)),
        bias=fitted.bias,
        ridge=RIDGE,
        folds=FOLDS,
        repeats=REPEATS,
        figures=tuple(figures),
    )


def _share_found(abstracts: Sequence[Abstract], scores: Sequence[Vector]) -> float:
    gold = found = 0.0
    for abstract, values in zip(abstracts, scores, strict=True):
        best = np.argsort(-values, kind="stable")[:BEST]
        gold += float(abstract.gold.sum())
        found += float(abstract.gold[best].sum())
    return found / gold
