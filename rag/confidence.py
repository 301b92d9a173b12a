"""How likely the library answers a question at all, judged from what was retrieved.

A logistic model of six signs, each of which a reader can check. Fitted on the development
questions (97 with an answer, 14 without), the same questions with their own papers taken out of
the library, claims of SciFact and everyday questions put to this library; the bias is set for a
reader of whose questions three in four have an answer. AUROC by cross-validation, answerable
against: unanswerable .85, own papers taken out .83, foreign questions .99; `footnote eval fit
confidence` makes the fit anew (docs/confidence.md). It was fitted to searches without a chat
model's help: with an expansion (`Settings.expand`) passages come nearer to every question, and the
confidence is too high.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rag import features
from rag.compose import Evidence
from rag.composing.evidence import term_share
from rag.retrieve import Retrieval
from store.display import plain_text
from store.lexical import LexicalIndex, analyzer
from store.papers import Paper


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What speaks for and against an answer.

    passage: cosine of the nearest passage, through the lens where there is one. sentence: cosine of
    the nearest sentence of the papers read, without it. spelling: what the best paper scores by runs
    of characters, 1 for the best of all. lead: by how much it leads the second in score.
    unknown_names: names in the question that the best paper doesn't know, at most 2. number_far: where
    a number is wanted, how much less of the question the best paper's sentences with a number say than
    its other ones, 0 … 1.
    """

    passage: float
    sentence: float
    spelling: float
    lead: float
    unknown_names: float
    number_far: float


_WEIGHTS = Signs(passage=5.76, sentence=3.17, spelling=2.11, lead=2.03, unknown_names=-1.81, number_far=-3.67)
_BIAS = -4.39
_ALONE = Signs(passage=0, sentence=0, spelling=0.85, lead=0.1, unknown_names=0, number_far=0)
"""What is read of a paper that has none to be compared with: about the mean of answerable questions."""


def read_signs(question: str, found: Retrieval, lexical: LexicalIndex) -> Signs | None:
    """The signs for the question as asked (`question`) and found in its standalone form.

    None where nothing was found.
    """
    evidence = found.evidence
    if not evidence:
        return None
    best, first = evidence[0], found.ranking[0]
    alone = len(found.ranking) == 1
    idf = lexical.idf(analyzer().analyze(found.question))
    return Signs(
        passage=max((f.dense for f in found.ranking if f.dense is not None), default=0.0),
        sentence=max(float((e.vectors @ found.vector).max()) for e in evidence),
        spelling=_ALONE.spelling if alone else first.signals.get("grams", first.score),
        lead=_ALONE.lead if alone else first.score - found.ranking[1].score,
        unknown_names=float(min(len(_unknown_names(question, best.paper)), 2)),
        number_far=_number_far(best, idf) if features.wants_number(question) else 0.0,
    )


def _unknown_names(question: str, paper: Paper) -> set[str]:
    said = features.words(f"{paper.title} {paper.display_title} {paper.abstract}")
    return {n for n in features.names(question) if n not in said and n.removesuffix("s") not in said}


def _number_far(best: Evidence, idf: Mapping[str, float]) -> float:
    texts = [plain_text(span.of(best.paper.abstract)) for span in best.sentences]
    shares = np.array([term_share(text, idf) for text in texts])
    numeric = np.array([features.has_number(text) for text in texts])
    if not shares.max() or not numeric.any():
        return 1.0
    return float(1 - shares[numeric].max() / shares.max())


def confidence(signs: Signs | None) -> float:
    """The probability, 0 … 1, that the library answers; 0 where nothing was found."""
    if signs is None:
        return 0.0
    total = _BIAS + sum(getattr(_WEIGHTS, name) * getattr(signs, name) for name in Signs.__dataclass_fields__)
    return 1 / (1 + math.exp(-total))
