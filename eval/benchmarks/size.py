"""`footnote bench size`: what a library costs at several sizes, in time, memory and disk.

The papers are recombined (`eval.datasets.recombine`). Searches and recall are measured in processes of their
own: the memory of one process would include all that it did before.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict

from footnote.eval.benchmarks.graph_recall import HnswGraph, Recall, graph_recall
from footnote.eval.benchmarks.size_library import (
    Build,
    Ingested,
    add,
    read_originals,
    sized_library,
)
from footnote.eval.benchmarks.size_probe import Searched, search_all
from footnote.eval.datasets.recombine import ComposingEmbedder, Original, Recombiner
from footnote.store.library import Library
from footnote.store.progress import StepProgress

SIZES = (300, 10_000, 100_000)
EMBEDDED = 2_000
ADDED = 1_000
EFS = (100, 200, 400, 800)
_INDEXES = ("dense", "lexical", "tokens")

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Adding(_Frozen):
    """Composed papers added to the library, and to an empty one."""

    here: Ingested
    empty: Ingested


class Size(_Frozen):
    """All that was measured of one library. bytes: on disk, by part."""

    papers: int
    sentences: int
    build: Build
    bytes: dict[str, int]
    searched: Searched
    adding: Adding | None
    recall: tuple[Recall, ...]


class SizeRecord(_Frozen):
    """What `footnote bench size` reports."""

    cores: int
    embedder: str
    sizes: tuple[Size, ...]


def bench_size(
    sizes: Sequence[int],
    cache: Path,
    questions: Sequence[str],
    *,
    papers: int,
    candidates: int,
    embedded: int = EMBEDDED,
    added: int = ADDED,
    efs: Sequence[int] = EFS,
    graphs: Sequence[HnswGraph] = (),
    progress: StepProgress,
) -> SizeRecord:
    """Measures libraries of `sizes` papers, made in `cache` where they aren't there yet.

    papers, candidates: as `rag.retrieval.retrieve.retrieve` takes them. embedded: how many papers of each are
    truly embedded. added: how many are added to each, and to an empty library; 0: none. efs: of none,
    recall isn't measured. graphs: others than the library's own, built to measure their recall.
    Raises LibraryError.
    """
    cache.mkdir(parents=True, exist_ok=True)
    made_of = read_originals(cache)
    measured = []
    for count in sizes:
        folder, build = sized_library(made_of, cache, count=count, embedded=embedded, progress=progress)
        progress("Asking", 0, count)
        searched = _alone(search_all, folder, questions, papers, candidates)
        recall = graph_recall(folder, questions, efs, graphs, progress) if efs else []
        measured.append(
            Size(
                papers=searched.papers,
                sentences=build.embedded + build.composed - searched.passages,
                build=build,
                bytes=_bytes(folder),
                searched=searched,
                adding=_adding(made_of, folder, range(count, count + added), progress) if added else None,
                recall=tuple(recall),
            )
        )
    return SizeRecord(cores=os.cpu_count() or 1, embedder=ComposingEmbedder.name, sizes=tuple(measured))


def _alone(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What `function` returns in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(function, *args, **kwargs).result()


def _bytes(folder: Path) -> dict[str, int]:
    parts = {name: [file for file in (folder / name).rglob("*") if file.is_file()] for name in _INDEXES}
    parts["catalog"] = list(folder.glob("catalog.sqlite*"))
    return {name: sum(file.stat().st_size for file in files) for name, files in parts.items()}


def _adding(made_of: Sequence[Original], folder: Path, numbers: range, progress: StepProgress) -> Adding:
    """Adds to a copy: the library stays at its size."""
    with tempfile.TemporaryDirectory(prefix="footnote-size-", dir=folder.parent) as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(folder, copy)
        here = _added(made_of, copy, numbers, progress)
        return Adding(here=here, empty=_added(made_of, Path(scratch) / "empty", numbers, progress))


def _added(made_of: Sequence[Original], folder: Path, numbers: range, progress: StepProgress) -> Ingested:
    composer = ComposingEmbedder(made_of)
    composer.composing = True
    with closing(Library(folder, composer)) as library:
        ingested = add(library, Recombiner(made_of), numbers, progress)
        library.dense.close()
        return ingested
