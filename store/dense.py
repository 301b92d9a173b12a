"""The dense index: passages by meaning, in Chroma through langchain-chroma.

Ids are `paper id:passage number`, so adding a passage again replaces it.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.types import Where
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from footnote.store.chroma_server import ChromaServer
from footnote.store.embedders.langchain import LangChainEmbeddings
from footnote.store.errors import LibraryError
from footnote.store.faults import REPAIR, is_panic, storage_fix
from footnote.store.index_reading import COLLECTION
from footnote.store.protocols import Embedder, PassageHit, PassageText, Vectors

if TYPE_CHECKING:
    from langchain_chroma import Chroma

GRAPH = {"hnsw:space": "cosine", "hnsw:M": 32, "hnsw:construction_ef": 200, "hnsw:search_ef": 800}
"""Finds .985 of the 200 nearest of 183,000 composed passages; with 16, 100 and 400 it was .90.
How it was chosen is in docs/size.md."""
_IDS_AT_ONCE = 1_000
_PASSAGES_ASKED = 4
"""Of each paper at once. Few have more."""


class ChromaIndex:
    """Cosine search over passages. Searching is safe from several threads."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        server: ChromaServer | None = None,
        collection: str = COLLECTION,
    ) -> None:
        """Opens the index in `folder`, or `collection` of a server, making it where there is none.

        Raises LibraryError if what is there can't be read.
        """
        self._embedder = LangChainEmbeddings(embedder)
        self._name = collection
        if server is None:
            self._named = _named
            self._open_folder(folder)
        else:
            self._named = server.named
            self._client = server.client()
            with self._named():
                self._open()
            self._give_back = weakref.finalize(self, self._client.close)

    def _open_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            settings = Settings(anonymized_telemetry=False)
            # What is returned is a Client; the declared type lacks `close`.
            self._client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))
            # Who forgets to close keeps neither files nor threads; at the process's end they go anyway.
            self._give_back = weakref.finalize(self, self._client.close)
            self._give_back.atexit = False
            self._open()
        # A broken folder shows as one of Chroma's errors, of its Rust core's or of SQLite's.
        except Exception as error:
            raise LibraryError(
                f"the dense index in {folder} can't be read ({error}); {storage_fix(error) or REPAIR}"
            ) from error

    def _open(self) -> None:
        try:
            self._collection = self._client.get_collection(self._name, embedding_function=None)
        except NotFoundError:
            _ = self._chroma  # makes it
            self._collection = self._client.get_collection(self._name, embedding_function=None)
        self._held = self._collection.count()

    @property
    def _chroma(self) -> Chroma:
        # Imported where it is needed: searching needs none of it.
        from langchain_chroma import Chroma

        return Chroma(
            client=self._client,
            collection_name=self._name,
            embedding_function=self._embedder,
            # Used where the collection is made; an older one keeps its own until it is rebuilt.
            collection_metadata=GRAPH,
        )

    def add(self, papers: Sequence[str], passages: Sequence[PassageText]) -> None:
        """Puts the passages of `papers` in, embedding them; older passages of those papers go."""
        ids = [f"{p.paper}:{p.number}" for p in passages]
        with self._named():
            if stale := sorted(set(self._held_of(papers)) - set(ids)):
                self._chroma.delete(stale)
            if ids:
                self._chroma.add_texts(
                    [p.text for p in passages], metadatas=[{"paper": p.paper} for p in passages], ids=ids
                )

    def _held_of(self, papers: Sequence[str]) -> list[str]:
        """The ids of the passages of `papers`. Asked for by id, as a paper's passages are numbered without a
        gap: Chroma's `where` takes longer the larger the index is.
        """
        held: list[str] = []
        left, asked = list(papers), 0
        while left:
            numbers = range(asked, asked + _PASSAGES_ASKED)
            ids = [f"{paper}:{number}" for paper in left for number in numbers]
            found = set(self._chroma.get(ids, include=[])["ids"])
            held += found
            left = [paper for paper in left if f"{paper}:{numbers[-1]}" in found]
            asked += _PASSAGES_ASKED
        return held

    def remove(self, papers: Sequence[str]) -> None:
        """Takes the passages of `papers` out; of papers that have none here, nothing."""
        for at in range(0, len(papers), _IDS_AT_ONCE):
            theirs = cast("Where", {"paper": {"$in": list(papers[at : at + _IDS_AT_ONCE])}})
            with self._named():
                if ids := self._chroma.get(where=theirs, include=[])["ids"]:
                    self._chroma.delete(ids)

    def clear(self) -> None:
        """Takes every passage out."""
        with self._named():
            self._client.delete_collection(self._name)
            self._open()

    def close(self) -> None:
        """Releases Chroma's client; open the index again with a new object."""
        self._give_back()

    def count(self) -> int:
        """Passages in the index."""
        with self._named():
            return self._collection.count()

    def search(self, vector: Vectors, k: int) -> list[PassageHit]:
        """The `k` nearest passages as (paper id, passage number, cosine), nearest first."""
        if k < 1:
            return []
        with self._named():
            # langchain's own search reads every passage's text and metadata from disk besides.
            found = self._collection.query(
                query_embeddings=cast("list[float]", vector.tolist()), n_results=k, include=["distances"]
            )
            ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
            # What another process adds is counted at once, but found only once the index is opened again.
            held = min(self.count(), self._held) if len(ids) < k else 0
        if len(ids) < held:
            raise LibraryError(
                f"the dense index gave {len(ids)} of {held} passages: a part of it is gone; "
                "`footnote ingest --rebuild` builds it again"
            )
        return [_hit(ident, 1 - float(distance)) for ident, distance in zip(ids, distances, strict=True)]

    def search_among(self, vector: Vectors, k: int, passages: Mapping[str, int]) -> list[PassageHit]:
        """As `search`, of the passages of some papers alone, each of which is compared: exact.

        passages: paper id → how many it has; those that aren't in the index are ignored. The time
        it takes depends on how many they are and not on the size of the index, unlike that of Chroma's
        filters: at 100,000 papers 4 ms for 100 of them, where `where` takes 127.
        """
        ids = [f"{paper}:{number}" for paper, count in passages.items() for number in range(count)]
        hits: list[PassageHit] = []
        with self._named():
            for at in range(0, len(ids), _IDS_AT_ONCE):
                got = self._collection.get(ids[at : at + _IDS_AT_ONCE], include=["embeddings"])
                if not got["ids"]:
                    continue
                # Not `@`: BLAS's threads would spin on all cores through the searches that follow.
                cosines = np.einsum("ij,j->i", np.asarray(got["embeddings"], np.float32), vector)
                hits += [_hit(i, float(cosine)) for i, cosine in zip(got["ids"], cosines, strict=True)]
        return sorted(hits, key=lambda hit: -hit[2])[: max(0, k)]


def _hit(ident: str, cosine: float) -> PassageHit:
    paper, _, number = ident.rpartition(":")
    return paper, int(number), cosine


@contextmanager
def _named() -> Iterator[None]:
    """Turns Chroma's own errors into one that says what to do."""
    try:
        yield
    # A client that another thread has closed shows as an AttributeError of Chroma's.
    except AttributeError as error:
        raise LibraryError(f"the dense index can't be used ({error}); start Footnote again") from error
    except BaseException as error:
        if not (isinstance(error, ChromaError) or is_panic(error)):
            raise
        raise LibraryError(
            f"the dense index can't be used ({error}); {storage_fix(error) or REPAIR}"
        ) from error
