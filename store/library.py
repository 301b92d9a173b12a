"""A library on disk: the catalog and the two indexes made from it, opened and kept in step."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from footnote.store.catalog import Catalog
from footnote.store.dense import ChromaIndex
from footnote.store.display import plain_text
from footnote.store.embedders.minilm import MiniLM
from footnote.store.errors import IndexMismatch, LibraryBusy, LibraryError
from footnote.store.filters import Filters
from footnote.store.index_stamps import IndexStamps
from footnote.store.kept_lens import KeptLens
from footnote.store.known_vectors import KnownFirst
from footnote.store.layout import LAYOUT_VERSION, LayoutMaker
from footnote.store.lens import Lens
from footnote.store.lexical import TantivyIndex, discard
from footnote.store.library_status import LibraryStatus
from footnote.store.map.kept_map import KeptMap
from footnote.store.map.paper_map import PaperMap
from footnote.store.nearest import nearest_passages
from footnote.store.papers import Listing, Paper
from footnote.store.precomputed import SHIPPED, Precomputed
from footnote.store.progress import Progress
from footnote.store.protocols import (
    Embedder,
    LexicalIndex,
    PassageHit,
    PassageText,
    TokenEmbedder,
    VectorIndex,
    Vectors,
)
from footnote.store.recording import Recorded

log = logging.getLogger(__name__)

_BATCH = 64
_LOCK_WAIT_S = 30
_SEARCH_WAIT_S = 2
"""How long searches under way are waited for before the dense index is closed."""


class Library:
    """Papers, and search over them. Safe to read from several threads; one process writes."""

    def __init__(
        self, folder: Path, embedder: Embedder | None = None, *, precomputed: Precomputed | None = None
    ) -> None:
        """Opens the library in `folder`, making an empty one where there is none.

        embedder: default: the one that ships. precomputed: where to look vectors, lens and map up before
        computing them; default: what ships. Raises LibraryError if the folder can't be used.
        """
        self.folder = folder
        shipped = embedder if isinstance(embedder, MiniLM) else MiniLM()
        self.embedder = embedder or shipped
        self.layouts = LayoutMaker(shipped)
        self.token_embedder: TokenEmbedder = (
            self.embedder if isinstance(self.embedder, TokenEmbedder) else shipped
        )
        self._precomputed = precomputed or Precomputed(SHIPPED)
        self._stamps = IndexStamps(folder)
        self._opening = threading.Condition()  # first uses from several threads open an index once
        self._searches = 0
        self._dense: VectorIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._lens = KeptLens(folder / "lens.npz")
        self._map = KeptMap(folder / "map.npz")
        self._generation = self._lexical_generation = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "write.lock")
        except OSError as error:
            raise LibraryError(
                f"the library's folder {folder} can't be used ({error.strerror or error}): set "
                "FOOTNOTE_HOME to a folder that may be written to"
            ) from error
        self.catalog = Catalog.in_folder(folder)

    @property
    def stamp(self) -> str:
        """Names all that shapes the indexes: embedder, its version, the layout of passages."""
        return f"{self.embedder_stamp}+{LAYOUT_VERSION}"

    @property
    def embedder_stamp(self) -> str:
        """Names the embedder and its version: vectors, lens and map go with it."""
        return f"{self.embedder.name}@{self.embedder.version}"

    @property
    def _indexer(self) -> KnownFirst:
        """Embeds what is indexed."""
        return KnownFirst(partial(self._precomputed.vectors, self.embedder_stamp), self.embedder)

    @property
    def dense(self) -> VectorIndex:
        """The dense index, opened when first used. Raises IndexMismatch, LibraryError."""
        with self._opening:
            generation = self._stamps.generation()
            if generation != self._generation:
                # Another process wrote: Chroma shows that only to a client opened after it.
                self._close_dense()
            if self._dense is None:
                self._check_builder("dense")
                self._dense = ChromaIndex(self.folder / "dense", self._indexer)
                self._generation = generation
            return self._dense

    def _close_dense(self) -> None:
        with self._opening:
            self._opening.wait_for(lambda: not self._searches, _SEARCH_WAIT_S)
            if self._dense is not None:
                self._dense.close()
                self._dense = None

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index, opened when first used. Raises IndexMismatch, LibraryError."""
        with self._opening:
            generation = self._stamps.generation()
            if self._lexical is None:
                self._check_builder("lexical")
                self._lexical = TantivyIndex(self.folder / "lexical")
            elif generation != self._lexical_generation:
                self._lexical.reload()  # by itself it looks twice a second
            self._lexical_generation = generation
            return self._lexical

    def nearest(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[PassageHit]:
        """The `k` passages nearest to a unit vector, nearest first.

        filters: of papers that pass; as many as if no other paper were there.
        """
        try:
            with self._searched() as dense:
                return nearest_passages(dense, self.lexical, self.catalog, vector, k, filters)
        except LibraryError:
            # Another process may have written meanwhile. What is really broken is so in an index opened now.
            self._close_dense()
            with self._searched() as dense:
                return nearest_passages(dense, self.lexical, self.catalog, vector, k, filters)

    @contextmanager
    def _searched(self) -> Iterator[VectorIndex]:
        """The dense index, which stays open for as long as it is searched."""
        with self._opening:
            dense = self.dense
            self._searches += 1
        try:
            yield dense
        finally:
            with self._opening:
                self._searches -= 1
                self._opening.notify_all()

    @property
    def lens(self) -> Lens | None:
        """What the library's own abstracts taught; None where there is none that helps."""
        with self._opening:
            return self._lens.current(self.embedder_stamp, self._stamps.generation())

    def lacks_lens(self) -> bool:
        """Whether a lens is to be learned: there is none, or the library has outgrown it."""
        return self._lens.is_stale(self.embedder_stamp, self.catalog.count(), self.embedder.dimensions)

    def _learn_lens(self) -> None:
        """Learns the lens again. Hold `writing()`."""
        if self._lens.learn(self.embedder_stamp, self.catalog, self.embedder.dimensions, self._precomputed):
            self._next_generation()

    @property
    def map(self) -> PaperMap | None:
        """Where the papers lie by meaning; None until ingestion has ended once."""
        with self._opening:
            return self._map.current(self.embedder_stamp, self._stamps.generation())

    def lacks_map(self) -> bool:
        """Whether the map has other papers than are indexed."""
        return self._map.is_outdated(self.embedder_stamp, self.catalog)

    def _draw_map(self) -> None:
        """Brings the map up to date. Hold `writing()`."""
        self._map.update(self.embedder_stamp, self.catalog, self.embedder.dimensions, self._precomputed)
        self._next_generation()

    def _next_generation(self) -> None:
        self._generation = self._stamps.next_generation()

    def _check_builder(self, index: str) -> None:
        built_by = self._stamps.built_by(index)
        if built_by and built_by != self.stamp:
            raise IndexMismatch(
                f"the {index} index in {self.folder} was built by {built_by}, but {self.stamp} is in use: "
                "set FOOTNOTE_EMBEDDER to the one that built it, or build it again from the catalog with "
                "`footnote ingest --rebuild`"
            )

    def has_lost(self) -> bool:
        """Whether an index holds less than the catalog says: deleted, emptied or never begun."""
        indexed, passages = self.catalog.count_indexed(self.stamp)
        if not indexed:
            return False
        if not self._stamps.built_by("dense") or not self._stamps.built_by("lexical"):
            return True
        return self.dense.count() < passages or self.lexical.count() < indexed

    @contextmanager
    def writing(self, *, wait_s: float | None = None) -> Iterator[None]:
        """Held while writing. Raises LibraryBusy if another process holds it for `wait_s`."""
        try:
            self._lock.acquire(timeout=_LOCK_WAIT_S if wait_s is None else wait_s)
        except Timeout:
            raise LibraryBusy(
                f"another process is writing to {self.folder}; try again when it is done"
            ) from None
        try:
            yield
        finally:
            self._lock.release()

    def record(self, listings: Iterable[Listing]) -> Recorded:
        """Adds papers to the catalog, to be indexed later; see `store.recording`."""
        return self.catalog.record(listings, self.layouts.of)

    def remove(self, ids: Collection[str]) -> tuple[Paper, ...]:
        """Takes papers out of the library, until they are restored or added again; returns them.

        The catalog marks them first and keeps all that they had; then the indexes lose them, which is
        `index_waiting`'s to do, and to finish where this was killed. Papers removed already stay so.
        Raises UnknownPapers, with nothing done, and LibraryBusy.
        """
        asked = list(dict.fromkeys(ids))
        with self.writing():
            self.catalog.remove(asked, datetime.now(UTC).isoformat(timespec="seconds"))
            self.index_waiting()
            kept = self.catalog.get(asked, removed=True)
        return tuple(kept[ident].paper for ident in asked)

    def restore(self, ids: Collection[str], progress: Progress | None = None) -> tuple[Paper, ...]:
        """Brings removed papers back as they were, and indexes them; returns them.

        Papers that are there already stay so. Raises UnknownPapers, with nothing done, and LibraryBusy.
        """
        asked = list(dict.fromkeys(ids))
        with self.writing():
            self.catalog.restore(asked)
            self.index_waiting(progress)
            kept = self.catalog.get(asked)
        return tuple(kept[ident].paper for ident in asked)

    def _take_out_removed(self) -> None:
        """Takes out of both indexes what the catalog says is removed. Hold `writing()`."""
        leaving = self.catalog.leaving()
        if leaving:
            self.dense.remove(leaving)
            self.lexical.remove(leaving)
            # This process opens the dense index again as well: it may have it open from before another one
            # took papers out and was killed.
            self._stamps.next_generation()
            self.catalog.mark_left(leaving)

    def is_unfinished(self) -> bool:
        """Whether something is left for `index_waiting` to do. Raises IndexMismatch."""
        return bool(self.count_waiting() or self.catalog.leaving()) or self.lacks_lens() or self.lacks_map()

    def index_waiting(self, progress: Progress | None = None) -> int:
        """Takes removed papers out of both indexes and indexes every paper that waits. Hold `writing()`.

        Killed at any point, it goes on from the last whole batch. Returns how many papers were indexed.
        """
        self._take_out_removed()
        dense, lexical = self.dense, self.lexical
        if self.has_lost():
            log.warning("an index in %s has lost papers: all are indexed again", self.folder)
            self.catalog.mark_all_waiting()
        if not self._stamps.built_by("dense") and dense.count():
            dense.clear()  # it is unknown what made these vectors
        self._stamps.sign(self.stamp)
        todo = self.catalog.count_waiting(self.stamp)
        done = 0
        while batch := self.catalog.waiting(self.stamp, _BATCH):
            passages = [
                PassageText(e.paper.id, n, self.layouts.embedded_text(e.paper, span))
                for e in batch
                for n, span in enumerate(e.passages)
            ]
            texts = [plain_text(s.of(e.paper.abstract)) for e in batch for s in e.sentences]
            rows = iter(self._indexer.embed(texts))
            vectors = {e.paper.id: np.stack([next(rows) for _ in e.sentences]) for e in batch}
            dense.add([e.paper.id for e in batch], passages)
            lexical.add(e.paper for e in batch)
            done += len(batch)
            if done >= todo:
                # Before the last mark: after it no work is left to show that this process was killed.
                self._next_generation()
            self.catalog.mark_indexed(self.stamp, vectors)
            if progress:
                progress(done, todo)
        if self.lacks_lens():
            self._learn_lens()
        if done or self.lacks_map():
            self._draw_map()
        return done

    def count_waiting(self) -> int:
        """Papers to be indexed; all of them where an index has lost some. Raises IndexMismatch."""
        self._check_builder("dense")
        self._check_builder("lexical")
        return self.catalog.count() if self.has_lost() else self.catalog.count_waiting(self.stamp)

    def rebuild(self) -> None:
        """Lays out every paper again and empties both indexes, for `index_waiting` to build
        them again. Hold `writing()`.
        """
        self.catalog.lay_out_again(self.layouts.of)
        self._stamps.forget()
        self.dense.clear()
        with self._opening:
            self._lexical = None
            discard(self.folder / "lexical")
        self._stamps.sign(self.stamp)
        self._next_generation()

    def status(self) -> LibraryStatus:
        """Counts of the library as it is now."""
        return LibraryStatus(
            papers=self.catalog.count(),
            passages=self.dense.count(),
            waiting=self.count_waiting(),
            embedder=self.stamp,
            library=str(self.folder),
        )

    def close(self) -> None:
        """Closes the catalog's connections, and the dense index with its files and threads."""
        self._close_dense()
        self.catalog.close()
