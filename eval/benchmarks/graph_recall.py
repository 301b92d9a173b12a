"""How many of the nearest passages the dense index finds, compared with exact search."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from pydantic import BaseModel, ConfigDict

from footnote.eval.datasets.recombine import RenamedMiniLM
from footnote.eval.errors import BenchError
from footnote.store.index_reading import COLLECTION
from footnote.store.library import Library
from footnote.store.progress import StepProgress
from footnote.store.protocols import Vectors

NEAREST = 200
"""Passages asked for, as many as a search asks for by default."""
_TRIAL = "trial"
_AT_ONCE = 5_000
_TIE = 1e-5


class HnswGraph(BaseModel):
    """Parameters of an HNSW graph (Malkov & Yashunin, 2018), as Chroma names them."""

    model_config = ConfigDict(frozen=True)

    max_neighbors: int
    ef_construction: int

    @classmethod
    def parse(cls, text: str) -> HnswGraph:
        """`max_neighbors:ef_construction`, such as `32:200`. Raises BenchError for anything else."""
        numbers = re.fullmatch(r"([0-9]{1,4}):([0-9]{1,5})", text)
        if numbers is None or not int(numbers[1]) or not int(numbers[2]):
            raise BenchError(f"{text!r} is no graph: write max_neighbors:ef_construction, such as 32:200")
        return cls(max_neighbors=int(numbers[1]), ef_construction=int(numbers[2]))


class Recall(BaseModel):
    """The share of the nearest that a search finds: the mean over the questions, and the least.

    ms: the median of a search. build_s: what the graph took; None for the library's own.
    """

    model_config = ConfigDict(frozen=True)

    graph: HnswGraph
    ef_search: int
    recall: float
    worst: float
    ms: float
    build_s: float | None


def graph_recall(
    folder: Path,
    questions: Sequence[str],
    efs: Sequence[int],
    graphs: Sequence[HnswGraph],
    progress: StepProgress,
) -> list[Recall]:
    """Recall of the library's own graph at each of `efs`, and of other graphs over the same passages.

    The library is left as it is: a copy is searched.
    """
    with closing(Library(folder, RenamedMiniLM())) as library:
        lens = library.lens
        vectors = [library.embedder.embed_question(question) for question in questions]
        sought = np.stack([lens.turn(vector) if lens else vector for vector in vectors])
    found: list[Recall] = []
    with tempfile.TemporaryDirectory(prefix="footnote-graph-", dir=folder.parent) as scratch:
        copy = Path(scratch) / "dense"
        shutil.copytree(folder / "dense", copy)
        with _chroma(copy) as client:
            own = client.get_collection(COLLECTION, embedding_function=None)
            ids, rows = _read(own, progress)
            hnsw = own.configuration_json["hnsw"]
        exact = _Exact(ids, rows, sought)
        graph = HnswGraph(max_neighbors=hnsw["max_neighbors"], ef_construction=hnsw["ef_construction"])
        found += [exact.measure(copy, COLLECTION, graph, ef, None) for ef in efs]
        for n, other in enumerate(graphs):
            beside = Path(scratch) / f"trial-{n}"
            seconds = _build(beside, other, ids, rows, progress)
            found += [exact.measure(beside, _TRIAL, other, ef, seconds) for ef in efs]
    return found


@contextmanager
def _chroma(folder: Path) -> Iterator[Client]:
    settings = Settings(anonymized_telemetry=False)
    client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
    try:
        yield client
    finally:
        client.close()


def _read(collection: Collection, progress: StepProgress) -> tuple[list[str], Vectors]:
    count = collection.count()
    ids: list[str] = []
    rows: list[Vectors] = []
    while len(ids) < count:
        progress("Reading vectors", len(ids), count)
        page = collection.get(limit=_AT_ONCE, offset=len(ids), include=["embeddings"])
        ids += page["ids"]
        rows.append(np.asarray(page["embeddings"], np.float32))
    return ids, np.concatenate(rows)


def _build(
    folder: Path, graph: HnswGraph, ids: Sequence[str], rows: Vectors, progress: StepProgress
) -> float:
    with _chroma(folder) as client:
        hnsw = {"space": "cosine", **graph.model_dump()}
        collection = client.create_collection(
            _TRIAL, configuration=cast("Any", {"hnsw": hnsw}), embedding_function=None
        )
        begun = time.perf_counter()
        for at in range(0, len(ids), _AT_ONCE):
            progress("Building a graph", at, len(ids))
            some = slice(at, at + _AT_ONCE)
            collection.add(ids=list(ids[some]), embeddings=cast("Any", rows[some]))
        return time.perf_counter() - begun


class _Exact:
    """The nearest passages of each question, by comparing with all."""

    def __init__(self, ids: Sequence[str], rows: Vectors, sought: Vectors) -> None:
        self._number = {ident: n for n, ident in enumerate(ids)}
        self._sought = sought
        self._cosines = sought @ rows.T
        self._wanted = min(NEAREST, len(ids))
        self._least = np.partition(self._cosines, -self._wanted, axis=1)[:, -self._wanted]

    def measure(self, folder: Path, name: str, graph: HnswGraph, ef: int, build_s: float | None) -> Recall:
        """Sets `ef`, which Chroma heeds once the index is opened again, and asks every question."""
        with _chroma(folder) as client:
            collection = client.get_collection(name, embedding_function=None)
            collection.modify(configuration=cast("Any", {"hnsw": {"ef_search": ef}}))
        shares, times = [], []
        with _chroma(folder) as client:
            collection = client.get_collection(name, embedding_function=None)
            for n, vector in enumerate([self._sought[0], *self._sought]):
                begun = time.perf_counter()
                answer = collection.query(
                    query_embeddings=cast("Any", vector.tolist()),
                    n_results=self._wanted,
                    include=["distances"],
                )
                if n == 0:
                    continue  # opens the index
                times.append(1000 * (time.perf_counter() - begun))
                numbers = [self._number[ident] for ident in answer["ids"][0]]
                # By cosine, not by name: of passages that are equally near either is right.
                right = self._cosines[n - 1, numbers] >= self._least[n - 1] - _TIE
                shares.append(float(right.sum()) / self._wanted)
        return Recall(
            graph=graph,
            ef_search=ef,
            recall=float(np.mean(shares)),
            worst=min(shares),
            ms=float(np.median(times)),
            build_s=build_s,
        )
