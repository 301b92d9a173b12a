"""How likely the library answers a question at all, judged from what was retrieved.

A logistic model of six features, each of which a reader can check. Fitted on the development questions,
on short ones as readers type them, on both without the papers that answer them, on claims of SciFact and
on everyday questions; the bias is for a reader of whose questions three in four have an answer.
`footnote eval fit confidence` fits it again, and docs/confidence.md shows how good it is. It was fitted
to searches without a chat model: with an expansion (`Settings.expand`) passages are nearer to every
question, and the confidence is too high. It was fitted to the embedder that ships: with another one
(`Settings.embedder`) it is not calibrated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.rag.language.names import question_names
from footnote.rag.retrieval import question_kind
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.retrieval.sentence_scores import term_share
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.weights import FITS
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.store.protocols import Embedder, TokenEmbedder

_READ = 4
"""How many sentences of the best paper, the nearest ones, a question's words are looked up in."""
_LEFT_OUT = 2
"""How many words of a question, the rarest ones, are left out, one at a time."""
_NEAREST = 3
"""Sentences whose mean cosine says how near a paper is: one may be near by chance, rarely three."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class ConfidenceFeatures:
    """The evidence for and against an answer; all but `passage` are of the best paper.

    passage: cosine of the nearest passage, through the lens where there is one. spelling: the paper's
    score by character n-grams, 1 for the best paper of all. support: how near, in context, each of the
    question's words is to the nearest word of the paper's nearest sentences, weighted by idf.
    leads_away: by how much the paper is nearer without one of the question's rarest words.
    unknown_names: names in the question that the paper doesn't contain, at most 2. kind_far: where only
    a number, a date, a price or a maker can answer, how much fewer of the question's terms the sentences
    with one have than the others, 0 … 1.
    """

    passage: float
    spelling: float
    support: float
    leads_away: float
    unknown_names: float
    kind_far: float


_WEIGHTS = ConfidenceFeatures(**FITS.confidence.weights)
_BIAS = FITS.confidence.bias
_LONE_SPELLING = 0.85
"""`spelling` where only one paper was found: about the mean of answerable questions."""


def confidence_features(question: str, found: Retrieval, library: Library) -> ConfidenceFeatures | None:
    """The features of what was found for a standalone question; None where nothing was found.

    question: as it was asked.
    """
    evidence = found.evidence
    if not evidence:
        return None
    best, first = evidence[0], found.ranking[0]
    idf = library.lexical.idf(analyzer().analyze(found.question))
    asked = question_kind.asked_kind(question)
    return ConfidenceFeatures(
        passage=max((f.dense for f in found.ranking if f.dense is not None), default=0.0),
        spelling=_LONE_SPELLING if len(found.ranking) == 1 else first.signals.get("grams", first.score),
        support=_support(found, best, idf, library.token_embedder),
        leads_away=_leads_away(found, best, idf, library.embedder),
        unknown_names=float(min(len(_unknown_names(question, best.paper)), 2)),
        kind_far=_kind_far(best, idf, asked) if asked else 0.0,
    )


def _support(
    found: Retrieval, best: RetrievedPaper, idf: Mapping[str, float], embedder: TokenEmbedder
) -> float:
    """Late interaction as in Khattab and Zaharia, "ColBERT" (2020), by whole words, weighted by idf."""
    nearest = np.argsort(-(best.vectors @ found.vector), kind="stable")[:_READ]
    stated = np.concatenate(
        [embedder.states(plain_text(best.sentences[n].of(best.paper.abstract))).rows for n in nearest]
    )
    states = embedder.question_states(found.question)
    # Not `@`: BLAS's threads would spin on all cores, which others' questions need.
    likeness = np.einsum("ik,jk->ij", states.rows, stated)
    near = likeness.max(axis=1, initial=0.0)
    total = weights = 0.0
    for match in _WORD.finditer(found.question):
        weight = _weight(match[0], idf)
        tokens = [n for n, (a, b) in enumerate(states.spans) if match.start() <= a and b <= match.end()]
        if weight and tokens:
            total += weight * float(near[tokens].mean())
            weights += weight
    return total / weights if weights else 0.0


def _leads_away(
    found: Retrieval, best: RetrievedPaper, idf: Mapping[str, float], embedder: Embedder
) -> float:
    words = found.question.split()
    weights = [_weight(word, idf) for word in words]
    rarest = sorted((n for n, weight in enumerate(weights) if weight), key=lambda n: -weights[n])[:_LEFT_OUT]
    if len(rarest) < 2:  # what is left would be no question
        return 0.0
    shorter = embedder.embed([" ".join(words[:n] + words[n + 1 :]) for n in rarest])
    without = max(_nearness(best, vector) for vector in shorter)
    return max(0.0, without - _nearness(best, found.vector))


def _nearness(paper: RetrievedPaper, vector: npt.NDArray[np.float32]) -> float:
    return float(np.sort(paper.vectors @ vector)[-_NEAREST:].mean())


def _weight(word: str, idf: Mapping[str, float]) -> float:
    """The idf of a word as written; 0 for a stop word."""
    return max((idf.get(term, 0.0) for term in analyzer().analyze(word)), default=0.0)


def _unknown_names(question: str, paper: Paper) -> set[str]:
    known = question_kind.words(f"{paper.title} {paper.display_title} {paper.abstract}")
    # Bare numbers are no names: a paper may write them in another way ("1K").
    names = {name for name in question_names(question) if not name.isdigit()}
    return {n for n in names if n not in known and n.removesuffix("s") not in known}


def _kind_far(best: RetrievedPaper, idf: Mapping[str, float], asked: question_kind.QuestionKind) -> float:
    texts = [plain_text(span.of(best.paper.abstract)) for span in best.sentences]
    shares = np.array([term_share(text, idf) for text in texts])
    stating = np.array([question_kind.states_kind(text, asked) for text in texts])
    if not shares.max() or not stating.any():
        return 1.0
    return float(1 - shares[stating].max() / shares.max())


def confidence(features: ConfidenceFeatures | None) -> float:
    """The probability, 0 … 1, that the library answers; 0 where nothing was found."""
    if features is None:
        return 0.0
    names = ConfidenceFeatures.__dataclass_fields__
    total = _BIAS + sum(getattr(_WEIGHTS, name) * getattr(features, name) for name in names)
    return 1 / (1 + math.exp(-total))
