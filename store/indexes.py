"""The three indexes of a library's folder: each is opened when first used, and only if its stamp fits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from footnote.store.chroma_server import ChromaServer, collection_of
from footnote.store.dense import ChromaIndex
from footnote.store.index_stamps import IndexStamps
from footnote.store.lexical import TantivyIndex, discard
from footnote.store.protocols import Embedder, LexicalIndex, TokenIndex, VectorIndex
from footnote.store.token_index import SqliteTokenIndex

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
        self._names = {name: name for name in ("lexical", "tokens")}
        self._names["dense"] = "dense" if server is None else f"dense-{server.key}"
        self._stamps = IndexStamps(folder, tuple(self._names.values()))
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

    def _open_dense(self) -> VectorIndex:
        folder = self._folder / "dense"
        if self._server is None:
            return ChromaIndex(folder, self._embedder)
        return ChromaIndex(folder, self._embedder, self._server, collection_of(self._folder))

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index. Raises LibraryError."""
        with self._opening:
            generation = self._stamps.generation()
            if self._lexical is None:
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
        if not self.has_stamp("dense") and self.dense.count():
            self.dense.clear()
        if not self.has_stamp("tokens") and self.tokens.count():
            self.tokens.clear()
        self._stamps.forget_others("dense*")
        self._stamps.sign(self._stamp_of)

    def clear(self) -> None:
        """Empties all indexes, whatever built them, and stamps them."""
        self._stamps.forget()
        self._stamps.forget_others("dense*")
        self.dense.clear()
        self.tokens.clear()
        self._discard_lexical()
        self._stamps.sign(self._stamp_of)

    def discard_outdated_lexical(self) -> None:
        """Empties a lexical index that another version built: it is made again from the catalog."""
        if self.lexical_is_outdated():
            self._discard_lexical()

    def _discard_lexical(self) -> None:
        with self._opening:
            self._lexical = None
            discard(self._folder / "lexical")

    def generation(self) -> int:
        """Changes whenever a process has written."""
        return self._stamps.generation()

    def next_generation(self, *, reopen: bool = False) -> None:
        """Shows other processes that this one has written. reopen: it opens the dense index again itself."""
        generation = self._stamps.next_generation()
        if not reopen:
            self._generation = generation
