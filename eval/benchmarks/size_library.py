"""Libraries of recombined papers, made once and kept: those of 100,000 papers take a quarter of an hour."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from footnote.eval.benchmarks.stopwatch import Stopwatch
from footnote.eval.datasets import recombine
from footnote.eval.datasets.recombine import ComposingEmbedder, Original, Recombiner, originals
from footnote.store.dense import GRAPH
from footnote.store.ingest import SAMPLE_CORPUS, ingest
from footnote.store.library import Library
from footnote.store.progress import StepProgress

_RECORDED_AT_ONCE = 1_000
_BUILD = "build.json"


class Ingested(BaseModel):
    """Papers that were recorded and indexed in one go, and the seconds that each part took."""

    model_config = ConfigDict(frozen=True)

    papers: int
    seconds: float
    parts: dict[str, float]


class Build(BaseModel):
    """How a library came about: first papers that were truly embedded, then composed ones.

    embedded, composed: how many texts (passages and sentences) went which way.
    """

    model_config = ConfigDict(frozen=True)

    true: Ingested
    rest: Ingested
    embedded: int
    composed: int


def read_originals(cache: Path) -> list[Original]:
    """The papers that ship, with the vectors of their sentences, by way of a library of them in `cache`."""
    with closing(Library(cache / "shipped")) as library:
        ingest(library, [SAMPLE_CORPUS])
        ids = [paper.id for paper in library.catalog.papers()]
        return originals(list(library.catalog.get(ids).values()))


def sized_library(
    papers: Sequence[Original], cache: Path, *, count: int, embedded: int, progress: StepProgress
) -> tuple[Path, Build]:
    """A library of `count` papers, the first `embedded` of them truly embedded, and how it was built.

    It lies in a folder of `cache` named by what built it; one that was interrupted is started again, for its
    times would mean nothing. Raises LibraryError.
    """
    folder = cache / f"{count}-{min(count, embedded)}-{_key(papers, cache)}"
    if not (folder / _BUILD).exists():
        draft = folder.with_name(folder.name + ".part")
        shutil.rmtree(draft, ignore_errors=True)
        build = _build(papers, draft, count=count, embedded=min(count, embedded), progress=progress)
        (draft / _BUILD).write_text(json.dumps(build.model_dump()))
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    return folder, Build.model_validate_json((folder / _BUILD).read_bytes())


def _key(papers: Sequence[Original], cache: Path) -> str:
    """Names the papers that were recombined, how, and what indexed them."""
    hashed = hashlib.sha256(recombine.VERSION.encode())
    with closing(Library(cache / "shipped")) as library:
        hashed.update(f"{library.stamp} {library.token_stamp} {sorted(GRAPH.items())}".encode())
    for paper in papers:
        hashed.update("\n".join((paper.title, *paper.sentences)).encode())
    return hashed.hexdigest()[:12]


def _build(
    papers: Sequence[Original], folder: Path, *, count: int, embedded: int, progress: StepProgress
) -> Build:
    composer, recombiner = ComposingEmbedder(papers), Recombiner(papers)
    with closing(Library(folder, composer)) as library:
        true = add(library, recombiner, range(embedded), progress)
        composer.composing = True
        rest = add(library, recombiner, range(embedded, count), progress)
        library.dense.close()  # the folder is about to be renamed
    return Build(true=true, rest=rest, embedded=composer.embedded, composed=composer.composed)


def add(library: Library, recombiner: Recombiner, numbers: range, progress: StepProgress) -> Ingested:
    """Records and indexes the papers with these numbers, as an ingestion does. Making them isn't timed."""
    listings = (recombiner.listing(number) for number in numbers)
    recorded = 0
    begun = time.perf_counter()
    making = 0.0
    with watching(library) as watch, library.writing():
        while True:
            paused = time.perf_counter()
            some = list(islice(listings, _RECORDED_AT_ONCE))
            making += time.perf_counter() - paused
            if not some:
                break
            progress("Recording", recorded, len(numbers))
            library.record(some)
            recorded += len(some)
        library.index_waiting(lambda done, total: progress("Indexing", done, total))
    seconds = time.perf_counter() - begun - making
    parts = watch.take()
    return Ingested(papers=recorded, seconds=seconds, parts=parts)


@contextmanager
def watching(library: Library) -> Iterator[Stopwatch]:
    """Times the parts of an ingestion, for as long as it lasts."""
    watch = Stopwatch()
    with watch.timing("opening the indexes"):
        dense, lexical, tokens = library.dense, library.lexical, library.tokens
    watched: list[tuple[object, str, str]] = [
        (library.layouts, "of", "sentences and passages"),
        (library, "has_lost", "checking the indexes"),
        (library.embedder, "embed", "vectors"),
        (dense, "add", "dense index"),
        (lexical, "add", "lexical index"),
        (library.token_embedder, "states_of_all", "token states"),
        (tokens, "add", "token index"),
        (library, "_learn_lens", "lens"),
        *((library.catalog, name, "catalog") for name in _CATALOG),
    ]
    for thing, method, part in watched:
        watch.watch(thing, method, part)
    try:
        yield watch
    finally:
        for thing, method, _ in watched:
            delattr(thing, method)  # the class's own shows again


_CATALOG = ("record", "waiting", "count_waiting", "mark_indexed")
