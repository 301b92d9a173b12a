"""Searches of a library, measured from inside a process that has done nothing else: time and memory."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from footnote.eval.benchmarks.stopwatch import Stopwatch
from footnote.eval.datasets.recombine import PAGES, YEARS, RenamedMiniLM
from footnote.rag.retrieval.retrieve import retrieve
from footnote.store.filters import Filters
from footnote.store.library import Library

FILTERS: dict[str, Filters | None] = {
    "all papers": None,
    "a fifth of them": Filters(since=str(YEARS[2]), until=str(YEARS[2])),
    f"one in {PAGES:,}": Filters(pages=("page-007.jsonl",)),
}
_WARMING = 20

_PARTS = (
    ("embedder", "embed_question", "embedding the question"),
    ("", "nearest", "dense search"),
    ("lexical", "search", "lexical search"),
    ("catalog", "sentence_vectors", "sentence vectors"),
    ("lexical", "coverage", "coverage"),
    ("lexical", "gram_scores", "grams"),
    ("tokens", "scores", "token scores"),
    ("catalog", "get", "reading the best papers"),
)
REST = "fusion and the rest"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Latency(_Frozen):
    """Milliseconds of a search over all questions; parts: the mean of each.

    cpu_ms: the mean of processor time, all threads together. On a busy machine it is the better figure.
    """

    passing: int
    questions: int
    p50_ms: float
    p95_ms: float
    mean_ms: float
    cpu_ms: float
    parts_ms: dict[str, float]


class Searched(_Frozen):
    """One process's searches. rss_mb: memory before a library was opened, and after all searches."""

    papers: int
    passages: int
    open_ms: float
    rss_before_mb: float
    rss_mb: float
    latency: dict[str, Latency]
    load: tuple[float, float]


def search_all(folder: Path, questions: Sequence[str], papers: int, candidates: int) -> Searched:
    """Opens the library in `folder` and asks every question, without filter and with each."""
    load = os.getloadavg()[0]
    before = _rss_mb()
    begun = time.perf_counter()
    with closing(Library(folder, RenamedMiniLM())) as library:
        retrieve(library, questions[0], papers=papers, candidates=candidates)
        opened = time.perf_counter() - begun
        watch = Stopwatch()
        for owner, method, part in _PARTS:
            watch.watch(getattr(library, owner) if owner else library, method, part)

        def ask(question: str, filters: Filters | None) -> None:
            retrieve(library, question, papers=papers, candidates=candidates, filters=filters)

        latency = {
            name: _latency(
                lambda question, filters=filters: ask(question, filters),  # type: ignore[misc]
                questions,
                watch,
                library.lexical.count(filters),
            )
            for name, filters in FILTERS.items()
        }
        return Searched(
            papers=library.catalog.count(),
            passages=library.dense.count(),
            open_ms=1000 * opened,
            rss_before_mb=before,
            rss_mb=_rss_mb(),
            latency=latency,
            load=(load, os.getloadavg()[0]),
        )


def _latency(ask: Callable[[str], None], questions: Sequence[str], watch: Stopwatch, passing: int) -> Latency:
    for question in questions[-_WARMING:]:  # the first would still be in the embedder's memory
        ask(question)
    watch.take()
    times = []
    cpu = time.process_time()
    for question in questions:
        begun = time.perf_counter()
        ask(question)
        times.append(1000 * (time.perf_counter() - begun))
    cpu = time.process_time() - cpu
    parts = {part: 1000 * seconds / len(questions) for part, seconds in watch.take().items()}
    mean = statistics.fmean(times)
    return Latency(
        passing=passing,
        questions=len(questions),
        p50_ms=statistics.median(times),
        p95_ms=float(np.percentile(times, 95)),
        mean_ms=mean,
        cpu_ms=1000 * cpu / len(questions),
        parts_ms=parts | {REST: mean - sum(parts.values())},
    )


def _rss_mb() -> float:
    """Resident memory now; where the system doesn't report it (not Linux), the peak so far."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)
