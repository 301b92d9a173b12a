"""A library on disk: the catalog and the indexes made from it, opened and kept in step."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from footnote.store import batches
from footnote.store.adding import MOST_AT_ONCE, add_some
from footnote.store.batches import Batch, BatchSummary
from footnote.store.catalog import Catalog
from footnote.store.chroma_server import ChromaServer
from footnote.store.embedders.minilm import MiniLM
from footnote.store.encoding import PaperEncoder
from footnote.store.errors import LibraryBusy, LibraryError
from footnote.store.faults import READ_ONLY
from footnote.store.filters import Filters
from footnote.store.index_stamps import Stamps
from footnote.store.indexes import INDEXES, Indexes
from footnote.store.kept_lens import KeptLens
from footnote.store.known_vectors import KnownFirst
from footnote.store.layout import LayoutMaker
from footnote.store.lens import Lens
from footnote.store.library_status import LibraryStatus
from footnote.store.map.kept_map import KeptMap
from footnote.store.map.paper_map import PaperMap
from footnote.store.missing import add_missing_tokens, add_missing_words
from footnote.store.nearest import nearest_passages
from footnote.store.papers import Paper
from footnote.store.precomputed import SHIPPED, Precomputed
from footnote.store.progress import Progress
from footnote.store.protocols import (
    Embedder,
    LexicalIndex,
    PassageHit,
    TokenEmbedder,
    TokenIndex,
    VectorIndex,
    Vectors,
)
from footnote.store.read_only import is_read_only, private_copy
from footnote.store.readers.read_result import Entry
from footnote.store.recording import Recorded
from footnote.store.retractions import MarkedRetractions, mark, read_retractions

log = logging.getLogger(__name__)

_LOCK_WAIT_S = 30


class Library:
    """Papers, and search over them. Safe to read from several threads; one process writes."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | None = None,
        *,
        precomputed: Precomputed | None = None,
        server: ChromaServer | None = None,
    ) -> None:
        """Opens the library in `folder`, making an empty one where there is none.

        embedder: default: the one that ships. precomputed: where to look vectors, tokens, lens and map up
        before computing them; default: what ships. server: holds the dense index in place of the folder.
        Raises LibraryError if the folder can't be used.
        """
        self.copy_of = folder if is_read_only(folder) else None
        self.folder = folder = private_copy(folder) if self.copy_of else folder
        shipped = embedder if isinstance(embedder, MiniLM) else MiniLM()
        self.embedder = embedder or shipped
        self.layouts = LayoutMaker(shipped)
        of_tokens = self.embedder if isinstance(self.embedder, TokenEmbedder) else shipped
        self.token_embedder: TokenEmbedder = of_tokens
        self._precomputed = known = precomputed or Precomputed(SHIPPED)
        stamps = Stamps(self.embedder, self.token_embedder)
        # The parts hold no reference to the library, so that one that isn't closed is collected at once.
        indexer = KnownFirst(lambda: known.vectors(stamps.embedder), self.embedder)
        self.encoder = PaperEncoder(
            self.layouts, indexer, self.token_embedder, lambda: known.tokens(stamps.tokens)
        )
        self.indexes = Indexes(folder, indexer, stamps.of, server)
        self._stamps = stamps
        self._reading = threading.Lock()  # of lens and map, from several threads
        self._lens = KeptLens(folder / "lens.npz")
        self._map = KeptMap(folder / "map.npz")
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
        """Names all that shapes the dense index: embedder, version, layout of passages."""
        return self._stamps.passages

    @property
    def embedder_stamp(self) -> str:
        """Names the embedder and its version: vectors, lens and map go with it."""
        return self._stamps.embedder

    @property
    def token_stamp(self) -> str:
        """Names all that shapes the token index, as `stamp` does for the others."""
        return self._stamps.tokens

    @property
    def dense(self) -> VectorIndex:
        """The dense index, opened when first used. Raises IndexMismatch, LibraryError."""
        return self.indexes.dense

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index, opened when first used. Raises LibraryError."""
        return self.indexes.lexical

    @property
    def tokens(self) -> TokenIndex:
        """The token index, opened when first used. Raises IndexMismatch, LibraryError."""
        return self.indexes.tokens

    def nearest(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[PassageHit]:
        """The `k` passages nearest to a unit vector, nearest first.

        filters: of papers that pass; as many as if no other paper were there.
        """
        try:
            with self.indexes.dense_in_use() as dense:
                return nearest_passages(dense, self.lexical, self.catalog, vector, k, filters)
        except LibraryError:
            # Another process may have written meanwhile. What is really broken is so in an index opened now.
            self.indexes.close_dense()
            with self.indexes.dense_in_use() as dense:
                return nearest_passages(dense, self.lexical, self.catalog, vector, k, filters)

    @property
    def lens(self) -> Lens | None:
        """What the library's own abstracts taught; None where there is none that helps."""
        with self._reading:
            return self._lens.current(self.embedder_stamp, self.indexes.generation())

    def lacks_lens(self) -> bool:
        """Whether a lens is to be learned: there is none, or the library has outgrown it."""
        return self._lens.is_stale(self.embedder_stamp, self.catalog.count(), self.embedder.dimensions)

    def _learn_lens(self) -> None:
        """Learns the lens again. Hold `writing()`."""
        if self._lens.learn(self.embedder_stamp, self.catalog, self.embedder.dimensions, self._precomputed):
            self.indexes.next_generation()

    @property
    def map(self) -> PaperMap | None:
        """Where the papers lie by meaning; None until ingestion has ended once."""
        with self._reading:
            return self._map.current(self.embedder_stamp, self.indexes.generation())

    def lacks_map(self) -> bool:
        """Whether the map has other papers than are indexed."""
        return self._map.is_outdated(self.embedder_stamp, self.catalog)

    def _draw_map(self) -> None:
        """Brings the map up to date. Hold `writing()`."""
        self._map.update(self.embedder_stamp, self.catalog, self.embedder.dimensions, self._precomputed)
        self.indexes.next_generation()

    def has_lost(self) -> bool:
        """Whether the dense index holds less than the catalog says: deleted, emptied or never begun."""
        indexed, passages = self.catalog.count_indexed(self.stamp)
        if not indexed:
            return False
        return not self.indexes.has_stamp("dense") or self.dense.count() < passages

    def lacks_words(self) -> bool:
        """Whether the lexical index holds less than is indexed, or another version built it."""
        indexed, _ = self.catalog.count_indexed(self.stamp)
        if not indexed:
            return False
        return self.indexes.lexical_is_outdated() or self.lexical.count() < indexed

    def lacks_tokens(self) -> bool:
        """Whether the token index holds less than is indexed: deleted, emptied or older than it."""
        return self.tokens.count() < self.catalog.count() - self.catalog.count_waiting(self.stamp)

    @contextmanager
    def writing(self, *, wait_s: float | None = None) -> Iterator[None]:
        """Held while writing. Raises LibraryBusy if another holds it for `wait_s`, LibraryError in copies."""
        if self.copy_of:
            raise LibraryError(f"the library in {self.copy_of} is searched only: {READ_ONLY}")
        try:
            self._lock.acquire(timeout=_LOCK_WAIT_S if wait_s is None else wait_s)
        except Timeout:
            raise LibraryBusy(
                f"another process is writing to {self.folder}; try again when it is done"
            ) from None
        try:
            yield
            self.indexes.seal()
        finally:
            self._lock.release()

    def record(
        self, entries: Iterable[Entry], *, batch: Batch | None = None, progress: Progress | None = None
    ) -> Recorded:
        """Adds papers to the catalog, to be indexed later; see `store.recording`."""
        return self.catalog.record(entries, self.layouts.of, batch=batch, progress=progress)

    def remove(self, ids: Collection[str], *, owner: str | None = None) -> tuple[Paper, ...]:
        """Takes papers out of the library as a batch, until they are restored or added again; returns them.

        The catalog marks them first and keeps all that they had; then the indexes lose them, which is
        `index_waiting`'s to do, and to finish where this was killed. Papers removed already stay so.
        owner: the visitor who does it. Raises UnknownPapers, with nothing done, and LibraryBusy.
        """
        asked = list(dict.fromkeys(ids))
        with self.writing():
            self.catalog.remove(asked, batches.now(), Batch("remove", owner))
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

    def undo(self, batch: int, *, owner: str | None = None, progress: Progress | None = None) -> int:
        """Undoes a batch, see `store.batches.undo`, and returns how many papers were indexed again.

        Raises BatchError, with nothing done, and LibraryBusy.
        """
        with self.writing():
            with self.catalog.database.writing() as connection:
                batches.undo(connection, batch, self.layouts.of, owner=owner)
            return self.index_waiting(progress)

    def mark_retractions(self, file: Path) -> MarkedRetractions:
        """Marks papers as retracted, as a batch: see `store.retractions`. Raises CorpusError, LibraryBusy."""
        with self.writing():
            with self.catalog.database.writing() as connection:
                marked = mark(connection, read_retractions(file), Batch("retractions"), file.name)
            self.index_waiting()
        return marked

    def batches(self, *, owner: str | None = None) -> list[BatchSummary]:
        """The latest batches, the newest first. owner: of this visitor alone."""
        with self.catalog.database.reading() as connection:
            return batches.listed(connection, owner=owner)

    def _take_out_removed(self) -> None:
        """Takes out of the indexes what the catalog says is removed. Hold `writing()`."""
        leaving = self.catalog.leaving()
        if leaving:
            self.dense.remove(leaving)
            self.lexical.remove(leaving)
            self.tokens.remove(leaving)
            # This process opens the dense index again as well: it may have it open from before another one
            # took papers out and was killed.
            self.indexes.next_generation(reopen=True)
            self.catalog.mark_left(leaving)

    def is_unfinished(self) -> bool:
        """Whether something is left for `index_waiting` to do. Raises IndexMismatch."""
        if self.count_waiting() or self.catalog.leaving():
            return True
        return self.lacks_words() or self.lacks_tokens() or self.lacks_lens() or self.lacks_map()

    def index_waiting(self, progress: Progress | None = None) -> int:
        """Takes removed papers out of the indexes and indexes every paper that waits. Hold `writing()`.

        Killed at any point, it goes on from the last whole batch. A paper that can't be indexed is set aside:
        removed, with the reason. Returns how many papers were indexed.
        """
        self.indexes.discard_outdated_lexical()
        self._take_out_removed()
        if self.has_lost():
            log.warning("the dense index of %s lacks papers: all are indexed again", self.folder)
            self.catalog.mark_all_waiting()
        self.indexes.begin()
        dense, lexical, tokens = self.dense, self.lexical, self.tokens
        todo = self.catalog.count_waiting(self.stamp)
        done = 0
        while waiting := self.catalog.waiting(self.stamp, MOST_AT_ONCE):
            report = partial(_report, progress, done, todo)
            added = add_some(waiting, self.encoder, dense, lexical, tokens, report)
            done += added.papers
            if done >= todo:
                # Before the last mark: after it no work is left to show that this process was killed.
                self.indexes.next_generation()
            self.catalog.mark_indexed(self.stamp, added.vectors)
            self.catalog.set_aside(added.set_aside)
            report(added.papers)
        self._take_out_removed()  # what was set aside
        if self.lacks_words():
            add_missing_words(self.catalog, lexical, progress)
            self.indexes.next_generation()
        if self.lacks_tokens():
            add_missing_tokens(self.catalog, tokens, self.encoder, progress)
        if self.lacks_lens():
            self._learn_lens()
        if done or self.lacks_map():
            self._draw_map()
        return done

    def count_waiting(self) -> int:
        """Papers to be indexed; all of them where an index has lost some. Raises IndexMismatch."""
        self.indexes.check("dense")
        return self.catalog.count() if self.has_lost() else self.catalog.count_waiting(self.stamp)

    def rebuild(self, *, only: Collection[str] = INDEXES) -> None:
        """Deletes indexes, for `index_waiting` to build them again from the catalog. Hold `writing()`.

        They may be damaged: they aren't read. only: their names; where it is all, papers are laid out again.
        """
        if set(only) == set(INDEXES):
            self.catalog.lay_out_again(self.layouts.of)
        elif "dense" in only:
            self.catalog.mark_all_waiting()
        self.indexes.clear(only)
        self.indexes.next_generation()

    def status(self) -> LibraryStatus:
        """Counts of the library as it is now."""
        return LibraryStatus(
            papers=self.catalog.count(),
            passages=self.dense.count(),
            waiting=self.count_waiting(),
            embedder=self.stamp,
            library=str(self.folder),
            set_aside=tuple(
                f"{paper}: {reason}" for paper, reason in self.catalog.papers_set_aside().items()
            ),
        )

    def close(self) -> None:
        """Closes the catalog's connections, and the indexes with their files and threads."""
        self.indexes.close()
        self.catalog.close()


def _report(progress: Progress | None, before: int, todo: int, done: int) -> None:
    if progress:
        progress(before + done, todo)
