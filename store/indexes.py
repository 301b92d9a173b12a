"""The three indexes of a library's folder: each is opened when first used, and only if its stamp fits."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from footnote.store.chroma_server import ChromaServer, collection_of
from footnote.store.dense import ChromaIndex
from footnote.store.errors import LibraryError
from footnote.store.faults import REPAIR, storage_fix
from footnote.store.index_reading import read_indexes
from footnote.store.index_seal import IndexSeal
from footnote.store.index_stamps import IndexStamps
from footnote.store.lexical import TantivyIndex
from footnote.store.protocols import Embedder, LexicalIndex, TokenIndex, VectorIndex
from footnote.store.token_index import SqliteTokenIndex

INDEXES = ("dense", "lexical", "tokens")
_SEARCH_WAIT_S = 2
"""How long searches under way are waited for before the dense index is closed."""


class Indexes:
    """Safe to use from several threads: first uses open an index once."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        stamp_of: Callable[[str], str],
        server: ChromaServer | None = None,
    ) -> None:
        """embedder: for passages. stamp_of: an index's name → the stamp of what builds it. server: holds the
        dense index in place of the folder.
        """
        self._folder = folder
        self._embedder = embedder
        self._stamp_of = stamp_of
        self._server = server
        # A place has a stamp of its own: vectors in a folder aren't those on a server.
        self._names = {name: name for name in INDEXES}
        if server is not None:
            self._names["dense"] = f"dense-{server.key}"
        self._stamps = IndexStamps(folder)
        self._seal = IndexSeal(folder)
        self._opening = threading.Condition()
        self._searches = 0
        self._dense: VectorIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._tokens: TokenIndex | None = None
        self._generation = self._lexical_generation = 0

    @property
    def dense(self) -> VectorIndex:
        """The dense index. Raises IndexMismatch, LibraryError."""
        with self._opening:
            generation = self._stamps.generation()
            if generation != self._generation:
                # Another process wrote: Chroma shows that only to a client opened after it.
                self.close_dense()
            if self._dense is None:
                self.check("dense")
                self._dense = self._open_dense()
                self._generation = generation
            return self._dense

    def _open_dense(self) -> ChromaIndex:
        folder = self._folder / "dense"
        if self._server is not None:
            return ChromaIndex(folder, self._embedder, self._server, collection_of(self._folder))
        self._check_sound("dense")
        dense = ChromaIndex(folder, self._embedder)
        self._seal.set("dense")  # Chroma writes to its files as it opens them
        return dense

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index. Raises LibraryError."""
        with self._opening:
            generation = self._stamps.generation()
            if self._lexical is None:
                self._check_sound("lexical")
                self._lexical = TantivyIndex(self._folder / "lexical")
            elif generation != self._lexical_generation:
                self._lexical.reload()  # by itself it looks twice a second
            self._lexical_generation = generation
            return self._lexical

    @property
    def tokens(self) -> TokenIndex:
        """The token index. Raises IndexMismatch, LibraryError."""
        with self._opening:
            if self._tokens is None:
                self.check("tokens")
                self._check_sound("tokens")
                self._tokens = SqliteTokenIndex(self._folder / "tokens")
            return self._tokens

    @contextmanager
    def dense_in_use(self) -> Iterator[VectorIndex]:
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

    def close_dense(self) -> None:
        """Closes the dense index once searches under way have ended; its next use opens it again."""
        with self._opening:
            self._opening.wait_for(lambda: not self._searches, _SEARCH_WAIT_S)
            if self._dense is not None:
                self._dense.close()
                self._dense = None

    def close(self) -> None:
        """Closes what has files or threads."""
        self.close_dense()
        with self._opening:
            if self._tokens is not None:
                self._tokens.close()
                self._tokens = None

    def check(self, index: str) -> None:
        """Raises IndexMismatch where something else built an index."""
        self._stamps.check(self._names[index], self._stamp_of(index))

    def _check_sound(self, index: str) -> None:
        """Raises LibraryError for an index that is damaged; costs little where it is as it was left."""
        if not self._seal.broken(index):
            return
        problem = read_indexes(self._folder, [index])[index].problem
        if problem:
            raise LibraryError(
                f"the {index} index in {self._folder} can't be used ({problem}); "
                f"{storage_fix(problem) or REPAIR}"
            )
        self._seal.set(index)

    def has_stamp(self, index: str) -> bool:
        """Whether it is known what built an index."""
        return bool(self._stamps.built_by(self._names[index]))

    def lexical_is_outdated(self) -> bool:
        """Whether another version built the lexical index, or it is unknown what did."""
        return self._stamps.built_by("lexical") != self._stamp_of("lexical")

    def begin(self) -> None:
        """Stamps the indexes, for papers to be added. One that has no stamp is emptied first: it is unknown
        what made it.
        """
        for index in ("dense", "tokens"):
            if not self.has_stamp(index):
                self.discard(index)
        self._sign(INDEXES)

    def clear(self, indexes: Collection[str]) -> None:
        """Empties these indexes, whatever built them, and stamps them."""
        self._stamps.forget([self._names[index] for index in indexes])
        for index in indexes:
            self.discard(index)
        self._sign(indexes)

    def _sign(self, indexes: Collection[str]) -> None:
        if "dense" in indexes:
            self._stamps.forget_others("dense*", keep=self._names["dense"])
        self._stamps.sign(self._stamp_of, [self._names[index] for index in indexes])

    def discard_outdated_lexical(self) -> None:
        """Empties a lexical index that another version built: it is made again from the catalog."""
        if self.lexical_is_outdated():
            self.discard("lexical")

    def discard(self, index: str) -> None:
        """Deletes an index without reading it: it may be damaged, or an older version's."""
        if index == "dense":
            self.close_dense()
            if self._server is not None:
                dense = self._open_dense()
                dense.clear()
                dense.close()
                return
        with self._opening:
            if index == "lexical":
                self._lexical = None
            if index == "tokens" and self._tokens is not None:
                self._tokens.close()
                self._tokens = None
            # It is renamed first: half of an index doesn't open either.
            folder = self._folder / index
            aside = folder.with_name(f"{index}.old")
            shutil.rmtree(aside, ignore_errors=True)
            if folder.exists():
                folder.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def seal(self) -> None:
        """Notes that the indexes are sound as they are on disk now."""
        self._seal.set(*(index for index in INDEXES if index != "dense" or self._server is None))

    def generation(self) -> int:
        """Changes whenever a process has written."""
        return self._stamps.generation()

    def next_generation(self, *, reopen: bool = False) -> None:
        """Shows other processes that this one has written. reopen: it opens the dense index again itself."""
        self.seal()
        generation = self._stamps.next_generation()
        if not reopen:
            self._generation = generation
