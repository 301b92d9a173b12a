"""The retrieval bench: every row asked every query, measured, and compared with a baseline row."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footnote.eval.datasets.judged import JudgedQuery, JudgedSet
from footnote.eval.errors import BenchError
from footnote.eval.measures.bootstrap import RESAMPLES, SEED, Difference, holm, paired_bootstrap
from footnote.eval.measures.metrics import latency_percentile
from footnote.eval.measures.outcomes import Outcome
from footnote.eval.measures.ranking import RANKING, ranking_values, without_neutral
from footnote.eval.retrieval.configurations import SearchConfiguration
from footnote.eval.retrieval.record import (
    PairedDifference,
    QueryRecord,
    RankedPaper,
    RowRecord,
    RowResult,
    SetRecord,
    SliceRecord,
)
from footnote.eval.runs.record import LibraryFacts
from footnote.rag.answer import Usage
from footnote.rag.retrieval.fusion import FusedScore
from footnote.rag.retrieval.search import assisted_search, search, wants_model
from footnote.rag.settings import load_settings
from footnote.store.library import Library
from footnote.store.progress import Progress

TESTED = "ndcg@10"
"""The measure whose p-values are corrected: the one that rows are chosen by."""
_KEPT = 100


@dataclass(frozen=True)
class Benched:
    """A set's record, and one row a query for `retrieval.jsonl`."""

    record: SetRecord
    queries: tuple[QueryRecord, ...]


def bench(
    judged: JudgedSet,
    library: Library,
    rows: Sequence[SearchConfiguration],
    *,
    baseline: str,
    progress: Progress | None = None,
) -> Benched:
    """Asks and measures. `baseline` is the name of one of `rows`.

    Raises BenchError for a set without a query, and whatever a search raises: a figure without
    the query that failed would flatter.
    """
    if not judged.queries:
        raise BenchError(f"{judged.name}: no query has a paper to be found, so there is nothing to measure")
    status = library.status()
    _search(library, judged.queries[0].text, rows[0])  # loads what is loaded at first use
    asked: list[QueryRecord] = []
    for position, query in enumerate(judged.queries):
        if progress:
            progress(position, len(judged.queries))
        asked.append(_ask(judged.name, query, library, rows, turn=position))
    if progress:
        progress(len(judged.queries), len(judged.queries))
    record = SetRecord(
        set=judged.name,
        n=len(asked),
        notes=judged.notes,
        dataset_hash=judged.dataset_hash,
        library=LibraryFacts(papers=status.papers, passages=status.passages, embedder=status.embedder),
        baseline=baseline,
        resamples=RESAMPLES,
        seed=SEED,
        rows=_row_records(judged, asked, rows, baseline),
    )
    return Benched(record, tuple(asked))


def _ask(
    name: str, query: JudgedQuery, library: Library, rows: Sequence[SearchConfiguration], *, turn: int
) -> QueryRecord:
    """One query, searched for once by each of the searches that rows have."""
    searches = list({_key(row): row for row in rows}.items())
    first = turn % len(searches)  # each search in turn is the one that finds the caches cold
    found = {key: _search(library, query.text, row) for key, row in searches[first:] + searches[:first]}
    rankings = {row.name: row.order(found[_key(row)].ranking) for row in rows}
    values = {
        row: ranking_values(query.grades, without_neutral([s.paper for s in ranked], query.neutral))
        for row, ranked in rankings.items()
    }
    return QueryRecord(
        set=name,
        id=query.id,
        query=query.text,
        labels=dict(query.labels),
        relevant={paper: grade for paper, grade in query.grades.items() if grade},
        rows={
            row.name: RowResult(
                metrics=values[row.name],
                latency_ms=1000 * found[_key(row)].seconds if row.own_search else None,
                usage=found[_key(row)].usage if row.own_search else None,
                ranking=tuple(RankedPaper(id=s.paper, score=s.score) for s in rankings[row.name][:_KEPT]),
            )
            for row in rows
        },
    )


def _key(row: SearchConfiguration) -> str:
    return repr((sorted(row.settings.items()), row.leave_out))


@dataclass(frozen=True)
class _Found:
    ranking: Sequence[FusedScore]
    seconds: float
    usage: Usage | None


def _search(library: Library, text: str, row: SearchConfiguration) -> _Found:
    settings = load_settings(**row.settings)
    begun = time.perf_counter()
    if not wants_model(settings):
        ranking = search(library, text, settings, leave_out=row.leave_out).ranking
        return _Found(ranking, time.perf_counter() - begun, None)
    searched = asyncio.run(assisted_search(library, text, settings, leave_out=row.leave_out))
    if searched.trouble:
        raise BenchError(
            f"the model failed on {text[:80]!r}, so the row can't be measured: {searched.trouble}"
        )
    return _Found(searched.found.ranking, time.perf_counter() - begun, searched.usage)


def _row_records(
    judged: JudgedSet, asked: Sequence[QueryRecord], rows: Sequence[SearchConfiguration], baseline: str
) -> tuple[RowRecord, ...]:
    values = {row.name: _values(asked, row.name) for row in rows}
    others = [row.name for row in rows if row.name != baseline]
    differences = _differences({name: values[name] - values[baseline] for name in others})
    return tuple(
        RowRecord(
            name=row.name,
            settings={**row.settings, "leave_out": row.leave_out},
            metrics={**_means(values[row.name]), **_latency(asked, row), **_cost(asked, row)},
            difference=differences.get(row.name),
            slices=_slices(judged, values[row.name]),
        )
        for row in rows
    )


def _values(asked: Sequence[QueryRecord], row: str) -> npt.NDArray[np.float64]:
    """One row a query, one column a measure of `RANKING`."""
    return np.array([[query.rows[row].metrics[name] for name in RANKING] for query in asked])


def _means(values: npt.NDArray[np.float64]) -> dict[str, float | None]:
    return {
        name: statistics.fmean(column) if len(column) else None
        for name, column in zip(RANKING, values.T.tolist(), strict=True)
    }


def _latency(asked: Sequence[QueryRecord], row: SearchConfiguration) -> dict[str, float | None]:
    took = [ms for query in asked if (ms := query.rows[row.name].latency_ms) is not None]
    outcomes = [Outcome(latency_s=ms / 1000) for ms in took]
    percentiles = {percent: latency_percentile(outcomes, percent).value for percent in (50, 95)}
    return {f"latency_p{p}_ms": None if s is None else 1000 * s for p, s in percentiles.items()}


def _cost(asked: Sequence[QueryRecord], row: SearchConfiguration) -> dict[str, float | None]:
    """Calls and tokens of a chat model a query; nothing for a row that asks none."""
    used = [usage for query in asked if (usage := query.rows[row.name].usage) is not None]
    if not used:
        return {}
    return {
        "model_calls": statistics.fmean(u.calls for u in used),
        "model_tokens": statistics.fmean(u.prompt_tokens + u.completion_tokens for u in used),
    }


def _differences(
    differences: Mapping[str, npt.NDArray[np.float64]],
) -> dict[str, dict[str, PairedDifference]]:
    """By row and measure. All are resampled together, from the same draws of queries."""
    if not differences:
        return {}
    flat = iter(paired_bootstrap(np.hstack(list(differences.values()))))
    found: dict[str, dict[str, Difference]] = {
        row: {name: next(flat) for name in RANKING} for row in differences
    }
    corrected = holm({row: found[row][TESTED].p for row in found})
    return {
        row: {
            name: PairedDifference(
                mean=one.mean,
                low=one.low,
                high=one.high,
                p=one.p,
                p_holm=corrected[row] if name == TESTED else None,
            )
            for name, one in measures.items()
        }
        for row, measures in found.items()
    }


def _slices(judged: JudgedSet, values: npt.NDArray[np.float64]) -> dict[str, dict[str, SliceRecord]]:
    slices: dict[str, dict[str, SliceRecord]] = {}
    for kind in dict.fromkeys(kind for query in judged.queries for kind in query.labels):
        labels = [query.labels.get(kind) for query in judged.queries]
        slices[kind] = {}
        for label in sorted({label for label in labels if label is not None}):
            part = values[[own == label for own in labels]]
            slices[kind][label] = SliceRecord(n=len(part), metrics=_means(part))
    return slices
