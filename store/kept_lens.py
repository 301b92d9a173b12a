"""The lens that a library keeps: when it is to be learned again, and its file."""

from __future__ import annotations

import logging
from pathlib import Path

from footnote.store import contents
from footnote.store.catalog import Catalog
from footnote.store.lens import LEAST_PAPERS, MOST_DIMENSIONS, MOST_SENTENCES, Lens, learn
from footnote.store.precomputed import Precomputed

log = logging.getLogger(__name__)

_STALE = 0.1
"""Share by which the number of papers may change before the lens is learned again."""


class KeptLens:
    """The lens in `file`. Not locked: its owner sees to it that one thread at a time uses it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[int, Lens | None] | None = None
        self._reported = False

    def current(self, stamp: str, generation: int) -> Lens | None:
        """The lens for the embedder `stamp`, read again in each generation; None where none helps."""
        if self._read is None or self._read[0] != generation:
            lens = Lens.load(self._file, stamp)
            self._read = (generation, lens if lens is not None and lens.helps else None)
        return self._read[1]

    def is_stale(self, stamp: str, papers: int, dimensions: int) -> bool:
        """Whether a lens is to be learned: there is none, or the library has another size by now.

        Never for vectors of more than MOST_DIMENSIONS: such a library is searched without a lens.
        """
        if dimensions > MOST_DIMENSIONS:
            if not self._reported:
                log.info("no lens: vectors have %d dimensions, more than %d", dimensions, MOST_DIMENSIONS)
                self._reported = True
            return False
        if papers < LEAST_PAPERS:
            return False
        known = Lens.load(self._file, stamp)
        return known is None or abs(papers - known.papers) > _STALE * known.papers

    def learn(self, stamp: str, catalog: Catalog, dimensions: int, precomputed: Precomputed) -> bool:
        """Learns the lens again, if it isn't `precomputed`; False where the catalog holds too little to learn
        from.
        """
        papers = catalog.count()
        lens = precomputed.lens(stamp, contents.digest(catalog)) or learn(
            catalog.sample_vectors(MOST_SENTENCES, dimensions), papers=papers
        )
        if lens is None:
            return False
        lens.save(self._file, stamp)
        log.info(
            "a lens was learned from %d papers: reciprocal rank on those held back %.3f → %.3f; it is %s",
            papers, lens.before, lens.after, "used" if lens.helps else "not used",
        )  # fmt: skip
        return True
