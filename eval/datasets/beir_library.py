"""A library of a BEIR corpus, made once and kept: indexing some thousand abstracts takes minutes."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from footnote.eval.datasets.beir import CORPUS, READING_VERSION, BeirSet, read_documents
from footnote.store.library import Library
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
    library = Library(cache / _key(beir))
    try:
        _fill(library, beir, progress)
        yield library
    finally:
        library.close()


def _key(beir: BeirSet) -> str:
    parts = (beir.corpus.sha256, READING_VERSION, index_stamp())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def index_stamp() -> str:
    """The index stamp of this version of Footnote, read from an empty library."""
    with tempfile.TemporaryDirectory(prefix="footnote-stamp-") as folder:
        library = Library(Path(folder))
        try:
            return library.stamp
        finally:
            library.close()


def _fill(library: Library, beir: BeirSet, progress: Progress | None) -> None:
    if library.catalog.count() == len(beir.corpus.ids) and not library.is_unfinished():
        return
    log.info("making a library of %s in %s", beir.folder, library.folder)
    with library.writing():
        # Every id is its own, so as many papers as ids are all of them.
        if library.catalog.count() < len(beir.corpus.ids):
            documents = read_documents(beir.folder / CORPUS)
            while some := list(islice(documents, _RECORDED_AT_ONCE)):
                library.record(some)
        library.index_waiting(progress)
