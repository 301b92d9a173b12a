"""Measures of a ranking against judged papers: nDCG, recall, reciprocal rank. Pure functions.

They agree with trec_eval, which tests check through ir-measures. A paper is relevant where its
grade is above 0; papers that nobody judged count as grade 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

Grades = Mapping[str, int]
"""Relevance by paper; at least one is above 0."""
Ranking = Sequence[str]
"""Papers, best first, each once."""


def ndcg(grades: Grades, ranking: Ranking, k: int) -> float:
    """DCG@k / best possible DCG@k, with DCG@k = Σ grade(i) / log2(i + 1) for ranks i = 1 … k.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with the
    grade itself as gain and log2(i + 1) as discount, as trec_eval has it.
    """
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    return _dcg([max(0, grades.get(paper, 0)) for paper in ranking[:k]]) / _dcg(best[:k])


def _dcg(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def recall(grades: Grades, ranking: Ranking, k: int) -> float:
    """Relevant papers among the first k / relevant papers."""
    relevant = _relevant(grades)
    return len(relevant.intersection(ranking[:k])) / len(relevant)


def reciprocal_rank(grades: Grades, ranking: Ranking) -> float:
    """1 / rank of the first relevant paper, 0 where there is none. Its mean over queries is MRR.

    Voorhees, "The TREC-8 Question Answering Track Report" (1999).
    """
    relevant = _relevant(grades)
    return next((1 / rank for rank, paper in enumerate(ranking, start=1) if paper in relevant), 0.0)


def _relevant(grades: Grades) -> set[str]:
    return {paper for paper, grade in grades.items() if grade > 0}


RANKING: Mapping[str, Callable[[Grades, Ranking], float]] = {
    "ndcg@10": partial(ndcg, k=10),
    "recall@5": partial(recall, k=5),
    "recall@10": partial(recall, k=10),
    "recall@20": partial(recall, k=20),
    "mrr": reciprocal_rank,
}
"""The measures that are reported, by name."""


def ranking_values(grades: Grades, ranking: Ranking) -> dict[str, float]:
    """The measures of `RANKING` for one query; an empty ranking gets 0."""
    return {name: measure(grades, ranking) for name, measure in RANKING.items()}


def without_neutral(ranking: Iterable[str], neutral: Collection[str]) -> list[str]:
    """A ranking, each paper once, without the neutral papers: those behind one move up."""
    return [paper for paper in dict.fromkeys(ranking) if paper not in neutral]
