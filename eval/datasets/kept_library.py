"""Libraries to measure on, made once and kept: indexing some thousand abstracts takes minutes."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from footnote.eval.datasets.beir import CORPUS, READING_VERSION, BeirSet, read_documents
from footnote.eval.datasets.field import Field
from footnote.store.library import Library
from footnote.store.papers import Listing
from footnote.store.progress import Progress

log = logging.getLogger(__name__)

_RECORDED_AT_ONCE = 500


@contextmanager
def beir_library(beir: BeirSet, cache: Path, *, progress: Progress | None = None) -> Iterator[Library]:
    """The library of the set's corpus, in a folder of `cache` that names both corpus and index.

    A folder that holds every document is used as it is; one that was cut off goes on. Another
    corpus, or another way of indexing (`Library.stamp`), has another folder, so neither mixes
    with nor displaces what is there. progress: called with (papers indexed, papers to index).
    Raises BeirError, LibraryError.
    """
    key = f"{beir.corpus.sha256}\n{READING_VERSION}"
    documents = partial(read_documents, beir.folder / CORPUS)
    with _kept(cache, key, len(beir.corpus.ids), documents, progress) as library:
        yield library


@contextmanager
def field_library(field: Field, cache: Path, *, progress: Progress | None = None) -> Iterator[Library]:
    """The library of a field's papers, kept as `beir_library` does. Raises LibraryError."""
    key = "\n".join(paper.model_dump_json() for paper in field.papers)
    with _kept(cache, key, len(field.papers), lambda: field.papers, progress) as library:
        yield library


@contextmanager
def _kept(
    cache: Path,
    key: str,
    count: int,
    documents: Callable[[], Iterable[Listing]],
    progress: Progress | None,
) -> Iterator[Library]:
    """key: names the documents. count: how many there are, each with an id of its own."""
    name = hashlib.sha256(f"{key}\n{index_stamp()}".encode()).hexdigest()[:16]
    library = Library(cache / name)
    try:
        _fill(library, count, documents, progress)
        yield library
    finally:
        library.close()


def index_stamp() -> str:
    """The index stamp of this version of Footnote, read from an empty library."""
    with tempfile.TemporaryDirectory(prefix="footnote-stamp-") as folder:
        library = Library(Path(folder))
        try:
            return library.stamp
        finally:
            library.close()


def _fill(
    library: Library, count: int, documents: Callable[[], Iterable[Listing]], progress: Progress | None
) -> None:
    if library.catalog.count() == count and not library.is_unfinished():
        return
    log.info("making a library of %d papers in %s", count, library.folder)
    with library.writing():
        # Every id is its own, so as many papers as ids are all of them.
        if library.catalog.count() < count:
            waiting = iter(documents())
            while some := list(islice(waiting, _RECORDED_AT_ONCE)):
                library.record(some)
        library.index_waiting(progress)
