"""Fits the weights of `rag.retrieval.fusion`: how, and how well they rank for queries they haven't seen."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import KFold

from footnote.eval.datasets.judged import JudgedQuery, JudgedSet
from footnote.eval.errors import FitError
from footnote.eval.fitting.listnet import RankedList, Vector, fit_listnet
from footnote.eval.measures.ranking import RANKING, ranking_values
from footnote.rag.retrieval.fusion import LEARNED, RANKED_BY
from footnote.rag.retrieval.retrieve import retrieve
from footnote.rag.settings import Settings
from footnote.store.library import Library
from footnote.store.progress import Progress

RIDGE = 1e-3
FOLDS = 5
REPEATS = 5
EVERY = 3
"""Of a BEIR set every third query, from the first on, is fitted to; the others measure."""
_KEPT = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """A query's candidates and their signals, without the papers that are neutral to it."""

    query: JudgedQuery
    papers: tuple[str, ...]
    list: RankedList


@dataclass(frozen=True, kw_only=True)
class RankingFigures:
    """Means of the measures of `eval.measures.ranking.RANKING` over `n` queries.

    fitted: by weights that haven't seen the query. product: by those in `rag.retrieval.fusion`.
    """

    set: str
    n: int
    how: str
    fitted: dict[str, float]
    product: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class RankingFit:
    """The weights of the signals, fitted to everything that is fitted to, and what they are worth."""

    weights: dict[str, float]
    ridge: float
    folds: int
    repeats: int
    figures: tuple[RankingFigures, ...]


def candidates(
    judged: JudgedSet, library: Library, settings: Settings, progress: Progress | None = None
) -> list[Candidates]:
    """Searches for every query, with all signals."""
    found: list[Candidates] = []
    for query in judged.queries:
        ranking = retrieve(
            library, query.text, papers=1, candidates=settings.candidates, lens=settings.lens
        ).ranking
        kept = [fused for fused in ranking if fused.paper not in query.neutral]
        signals = [[fused.signals[name] for name in RANKED_BY] for fused in kept]
        found.append(
            Candidates(
                query=query,
                papers=tuple(fused.paper for fused in kept),
                list=RankedList(
                    signals=np.array(signals, np.float64).reshape(-1, len(RANKED_BY)),
                    relevant=np.array([query.grades.get(f.paper, 0) > 0 for f in kept], np.float64),
                ),
            )
        )
        if progress:
            progress(len(found), len(judged.queries))
    return found


def fit_ranking(
    questions: tuple[str, Sequence[Candidates]], beir: Sequence[tuple[str, Sequence[Candidates]]]
) -> RankingFit:
    """ListNet's weights on the questions and a third of each BEIR set, each set weighing the same.

    questions: the set's name and its queries; beir: the same of BEIR sets. The figures of the
    questions are cross-validated, those of a BEIR set are of the queries not fitted to. Raises FitError
    where there are too few queries or none of them finds a relevant paper.
    """
    name, asked = questions
    if len(asked) < FOLDS:
        raise FitError(f"{name}: {len(asked)} answerable questions, a fit needs {FOLDS} at least")
    taught = [list(queries[::EVERY]) for _, queries in beir]
    weights = _fit([asked, *taught])
    shipped = np.array([LEARNED[signal] for signal in RANKED_BY])
    how = f"cross-validated, {FOLDS} folds, mean of {REPEATS} divisions"
    figures = [
        RankingFigures(
            set=name,
            n=len(asked),
            how=how,
            fitted=_cross_validated(asked, taught),
            product=_mean(_values(asked, shipped)),
        )
    ]
    for set_name, queries in beir:
        rest = [query for n, query in enumerate(queries) if n % EVERY]
        if rest:
            fitted, product = (_mean(_values(rest, each)) for each in (weights, shipped))
            how = "queries not fitted to"
            figures.append(RankingFigures(set=set_name, n=len(rest), how=how, fitted=fitted, product=product))
    return RankingFit(
        weights=dict(zip(RANKED_BY, weights.tolist(), strict=True)),
        ridge=RIDGE,
        folds=FOLDS,
        repeats=REPEATS,
        figures=tuple(figures),
    )


def _fit(sets: Sequence[Sequence[Candidates]]) -> Vector:
    lists = [query.list for queries in sets for query in queries]
    weights = [1 / (len(sets) * len(queries)) for queries in sets for _ in queries]
    return fit_listnet(lists, weights, ridge=RIDGE)


def _cross_validated(asked: Sequence[Candidates], others: Sequence[Sequence[Candidates]]) -> dict[str, float]:
    means: list[dict[str, float]] = []
    for seed in range(REPEATS):
        values: list[dict[str, float]] = []
        for rest, held_out in KFold(FOLDS, shuffle=True, random_state=seed).split(asked):
            weights = _fit([[asked[n] for n in rest], *others])
            values += _values([asked[n] for n in held_out], weights)
        means.append(_mean(values))
    return _mean(means)


def _values(queries: Sequence[Candidates], weights: Vector) -> list[dict[str, float]]:
    """The measures of each query, ranked by its signals under these weights."""
    values: list[dict[str, float]] = []
    for query in queries:
        scores = query.list.signals @ weights
        ranked = [paper for _, paper in sorted(zip(-scores, query.papers, strict=True))]
        values.append(ranking_values(query.query.grades, ranked[:_KEPT]))
    return values


def _mean(values: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.fmean(value[name] for value in values) for name in RANKING}
