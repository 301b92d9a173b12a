"""How likely the library answers a question at all, judged from retrieval alone.

A logistic model of six signs, each of which a reader can check. Fitted on the development
questions (97 with an answer, 14 without), the same questions with their own papers taken out of
the library, claims of SciFact and everyday questions put to this library; bias set for three
answerable questions in four. AUROC by cross-validation, answerable against: unanswerable .86,
own papers taken out .80, foreign questions .99. The wish for a number that the abstract doesn't
give, and names that the best paper doesn't know, are what let it decline a question that is near
a paper and yet not answered by it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag import features
from rag.retrieve import Retrieval
from store.display import plain_text
from store.lexical import LexicalIndex, analyzer
from store.papers import Paper


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What speaks for and against an answer.

    nearest: cosine of the nearest passage. lead: share of the best BM25 score by which it
    leads the fifth. disagreement: log of how far apart the two indexes place the best paper.
    unknown_words: share of the question's terms that stand in no paper. unknown_names: names
    in the question that the best paper doesn't know, at most 2. number_missing: 1 where a
    number is wanted and the best paper's abstract has none.
    """

    nearest: float
    lead: float
    disagreement: float
    unknown_words: float
    unknown_names: float
    number_missing: float


_WEIGHTS = Signs(
    nearest=5.28,
    lead=3.53,
    disagreement=-0.32,
    unknown_words=-3.31,
    unknown_names=-1.21,
    number_missing=-4.0,
)
_BIAS = -1.07


def read_signs(question: str, found: Retrieval, lexical: LexicalIndex) -> Signs | None:
    """The signs for the question as asked (`question`) and found in its standalone form.

    None where nothing was found.
    """
    if not found.evidence:
        return None
    best = found.evidence[0]
    terms = lexical.idf(analyzer().analyze(found.question))
    bm25 = sorted((f.lexical for f in found.ranking if f.lexical is not None), reverse=True)
    lacks_number = features.wants_number(question) and not features.has_number(
        plain_text(best.paper.abstract)
    )
    return Signs(
        nearest=max((f.dense for f in found.ranking if f.dense is not None), default=0.0),
        lead=(bm25[0] - (bm25[4] if len(bm25) > 4 else 0.0)) / bm25[0] if bm25 else 0.0,
        disagreement=_disagreement(found, best.paper.id),
        unknown_words=lexical.unknown_share(terms),
        unknown_names=float(min(len(_unknown_names(question, best.paper)), 2)),
        number_missing=float(lacks_number),
    )


def _unknown_names(question: str, paper: Paper) -> set[str]:
    said = features.words(f"{paper.title} {paper.display_title} {paper.abstract}")
    return {n for n in features.names(question) if n not in said and n.removesuffix("s") not in said}


def _disagreement(found: Retrieval, paper: str) -> float:
    last = len(found.ranking)
    dense = _places([(f.paper, f.dense) for f in found.ranking])
    lexical = _places([(f.paper, f.lexical) for f in found.ranking])
    return math.log1p(abs(dense.get(paper, last) - lexical.get(paper, last)))


def _places(scores: Sequence[tuple[str, float | None]]) -> dict[str, int]:
    proposed = [(paper, score) for paper, score in scores if score is not None]
    ordered = sorted(proposed, key=lambda item: -item[1])
    return {paper: place for place, (paper, _) in enumerate(ordered)}


def confidence(signs: Signs | None) -> float:
    """The probability, 0 … 1, that the library answers; 0 where nothing was found."""
    if signs is None:
        return 0.0
    total = _BIAS + sum(getattr(_WEIGHTS, name) * getattr(signs, name) for name in Signs.__dataclass_fields__)
    return 1 / (1 + math.exp(-total))
