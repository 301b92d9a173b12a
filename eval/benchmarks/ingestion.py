"""`footnote bench ingest`: ingestion against LangChain, sentence-transformers and Chroma.

Both sides read the same CSV file in one process, in turns (ours, theirs, ours …), so that whatever else the
machine does falls on both. Theirs is the usual chain: LangChain's CSVLoader, a vector a record by
sentence-transformers, a Chroma collection on disk. Ours is `store.ingest`: the file read and recorded,
vectors of passages and sentences, and the dense, lexical and token indexes.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from footnote.eval.benchmarks.embedder import Embed
from footnote.eval.benchmarks.size_library import read_originals
from footnote.eval.datasets.recombine import Recombiner
from footnote.eval.errors import BenchError
from footnote.rag.export.libraries import PAPER_FORMATS
from footnote.store.ingest import ingest
from footnote.store.library import Library
from footnote.store.papers import Listing, Paper
from footnote.store.progress import Progress
from footnote.store.readers import read_entries
from footnote.store.readers.read_result import Entry

Format = Literal["jsonl", "csv", "bibtex"]
FORMATS: tuple[Format, ...] = ("jsonl", "csv", "bibtex")
_AT_ONCE = 1_000
"""Records that their side embeds and adds in one call; Chroma takes at most 5,461."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Reading(_Frozen):
    """A file read and recorded in a process of its own, without indexing.

    read_per_s: records read alone; recorded_per_s: read and recorded. grown_mb: by how much the most memory
    in use grew between the first tenth and the end of reading; recording_grown_mb: of reading and recording.
    """

    format: Format
    records: int
    read_per_s: float
    recorded_per_s: float
    grown_mb: float
    recording_grown_mb: float


class Turns(_Frozen):
    """Records per second: of each turn, and their median."""

    turns: tuple[float, ...]

    @property
    def median(self) -> float:
        """The turn in the middle."""
        return statistics.median(self.turns)


class IngestionRecord(_Frozen):
    """What `footnote bench ingest` reports. papers: of each turn."""

    cores: int
    papers: int
    ours: Turns
    theirs: Turns
    readings: tuple[Reading, ...]

    @property
    def times_faster(self) -> float:
        """How many times as many records a second ours takes."""
        return self.ours.median / self.theirs.median


Side = Callable[[Path, Path], None]
"""Takes a file of papers into a new folder."""


def in_turns(ours: Side, theirs: Side, files: Iterable[Path], papers: int) -> tuple[Turns, Turns]:
    """Each file taken in by both sides, into an empty folder. papers: in each file."""
    rates: tuple[list[float], list[float]] = ([], [])
    for file in files:
        for side, found in zip((ours, theirs), rates, strict=True):
            with tempfile.TemporaryDirectory() as folder:
                begun = time.perf_counter()
                side(file, Path(folder) / "library")
                found.append(papers / (time.perf_counter() - begun))
    return Turns(turns=tuple(rates[0])), Turns(turns=tuple(rates[1]))


def bench_ingest(
    cache: Path, reference: Embed, *, papers: int, turns: int, records: int, progress: Progress
) -> IngestionRecord:
    """Compares both sides on `turns` files of `papers` records each, then reads files of `records` records.

    cache: keeps the library that the records are recombined from. reference: sentence-transformers.
    records: 0: reading isn't measured. Raises BenchError, LibraryError.
    """
    cache.mkdir(parents=True, exist_ok=True)
    recombiner = Recombiner(read_originals(cache))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        files: list[Path] = []
        for turn in range(turns):
            files.append(folder / f"turn-{turn}.csv")
            write(files[-1], "csv", recombiner, range(turn * papers, (turn + 1) * papers))
        warm = folder / "warm.csv"
        write(warm, "csv", recombiner, range(10))
        theirs = _langchain(reference)
        formats = FORMATS if records else ()
        progress(0, 1 + len(formats))
        in_turns(_footnote, theirs, [warm], 10)  # loads the models, starts their threads
        rates = in_turns(_footnote, theirs, files, papers)
        readings = []
        for done, form in enumerate(formats, 1):
            progress(done, 1 + len(formats))
            file = folder / f"papers.{form}"
            write(file, form, recombiner, range(records))
            readings.append(read(file, form))
            file.unlink()
    return IngestionRecord(
        cores=os.cpu_count() or 1, papers=papers, ours=rates[0], theirs=rates[1], readings=tuple(readings)
    )


def _footnote(file: Path, folder: Path) -> None:
    with closing(Library(folder)) as library:
        ingest(library, [file])


def _langchain(embed: Embed) -> Side:
    """LangChain's loader, vectors by `embed`, Chroma. Raises BenchError where LangChain isn't installed."""
    try:
        from langchain_community.document_loaders import CSVLoader
    except ImportError as error:
        raise BenchError(
            "langchain-community isn't installed: install the optional group `bench` "
            "(.venv/bin/pip install -e '.[bench]')"
        ) from error
    import chromadb

    def take(file: Path, folder: Path) -> None:
        client = chromadb.PersistentClient(str(folder), chromadb.config.Settings(anonymized_telemetry=False))
        collection = client.create_collection("papers", embedding_function=None)
        documents = enumerate(CSVLoader(file, encoding="utf-8").lazy_load())
        while part := list(islice(documents, _AT_ONCE)):
            texts = [document.page_content for _, document in part]
            collection.add(
                ids=[str(number) for number, _ in part],
                embeddings=embed(texts),
                documents=texts,
                metadatas=[document.metadata for _, document in part],
            )

    return take


def write(file: Path, form: Format, recombiner: Recombiner, numbers: range) -> None:
    """Writes the papers with these numbers as a file of that format."""
    listings = map(recombiner.listing, numbers)
    with file.open("w", encoding="utf-8", newline="") as out:
        if form == "csv":
            table = csv.writer(out)
            table.writerow(("title", "abstract", "date"))
            table.writerows((one.title, one.abstract, one.date) for one in listings)
        else:
            out.writelines(PAPER_FORMATS[form](map(_paper, listings)))


def _paper(listing: Listing) -> Paper:
    given = listing.model_dump(exclude={"source", "line", "comments", "id"})
    return Paper(id=listing.id or "", **given)


def read(file: Path, form: Format) -> Reading:
    """Reads a file, then reads and records it, each in a process of its own."""
    parts = []
    for task in (_read, _record):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
            parts.append(alone.submit(task, file).result())
    (records, seconds, grown), (_, both_seconds, both_grown) = parts
    return Reading(
        format=form,
        records=records,
        read_per_s=records / seconds,
        recorded_per_s=records / both_seconds,
        grown_mb=grown,
        recording_grown_mb=both_grown,
    )


def _read(file: Path) -> tuple[int, float, float]:
    return _measured(file, lambda entries: sum(isinstance(entry, Listing) for entry in entries))


def _record(file: Path) -> tuple[int, float, float]:
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder))) as library:
        return _measured(file, lambda entries: library.record(entries).listings)


def _measured(file: Path, use: Callable[[Iterator[Entry]], int]) -> tuple[int, float, float]:
    """How many papers are in a file, the seconds, and the growth of memory in MB after its first tenth."""
    marks: list[float] = []

    def watched() -> Iterator[Entry]:
        for count, entry in enumerate(read_entries(file), 1):
            if count % _AT_ONCE == 0:
                marks.append(_peak_mb())
            yield entry

    begun = time.perf_counter()
    papers = use(watched())
    seconds = time.perf_counter() - begun
    first = marks[len(marks) // 10] if marks else _peak_mb()
    return papers, seconds, _peak_mb() - first


def _peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
