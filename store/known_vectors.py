"""Vectors that are known already, looked up by a hash of their text; all others are embedded."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from footnote.store.paper_records import unpack
from footnote.store.protocols import Embedder, Vectors

log = logging.getLogger(__name__)

_KEY_BYTES = 16


def key(text: str) -> bytes:
    """The first 16 bytes of the SHA-256 of a text."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:_KEY_BYTES]


def packed_keys(texts: Iterable[str]) -> npt.NDArray[np.uint8]:
    """The keys of texts, a row each, as files keep them."""
    return np.frombuffer(b"".join(map(key, texts)), np.uint8).reshape(-1, _KEY_BYTES)


def keys_of(rows: npt.NDArray[np.uint8]) -> Iterator[bytes]:
    """The keys that `packed_keys` packed."""
    return (row.tobytes() for row in rows)


class KnownVectors:
    """Unit vectors by the key of their text, all of one embedder."""

    def __init__(self, vectors: Mapping[bytes, Vectors]) -> None:
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    def get(self, text: str) -> Vectors | None:
        """The vector of `text`, float32 of shape (dimensions,); None where it isn't known."""
        return self._vectors.get(key(text))

    @classmethod
    def load(cls, file: Path, stamp: str) -> KnownVectors:
        """The vectors in `file`; none where they aren't of the embedder `stamp` or can't be read."""
        try:
            with np.load(file, allow_pickle=False) as held:
                if str(held["stamp"]) != stamp:
                    return cls({})
                packed, exact = held["packed"], held["exact"]
                rows = [*unpack(packed.tobytes(), *packed.shape), *exact]
                return cls(dict(zip(keys_of(held["keys"]), rows, strict=True)))
        except FileNotFoundError:
            return cls({})
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            log.warning("the vectors in %s can't be read (%s): texts are embedded instead", file, error)
            return cls({})


def save(
    file: Path, stamp: str, *, packed: Mapping[str, npt.NDArray[np.int8]], exact: Mapping[str, Vectors]
) -> None:
    """Writes vectors of the embedder `stamp`, by text.

    packed: as `paper_records.pack` gives them, which loses nothing if packed again. exact: float32.
    Neither may be empty.
    """
    draft = file.with_suffix(".part")
    with draft.open("wb") as handle:
        np.savez(
            handle,
            stamp=np.array(stamp),
            keys=packed_keys((*packed, *exact)),
            packed=np.stack(list(packed.values())),
            exact=np.stack(list(exact.values())).astype(np.float32),
        )
    draft.replace(file)


class KnownFirst:
    """An embedder for indexing: known vectors are looked up, the given one embeds all other texts."""

    def __init__(self, known: Callable[[], KnownVectors], embedder: Embedder) -> None:
        """known: called when texts are embedded, not before: a library that is only read needs none."""
        self._known = known
        self._embedder = embedder

    @property
    def name(self) -> str:
        """The embedder's own."""
        return self._embedder.name

    @property
    def version(self) -> str:
        """The embedder's own."""
        return self._embedder.version

    @property
    def dimensions(self) -> int:
        """The embedder's own."""
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """`texts` → float32 of shape (len(texts), dimensions), each row of length 1."""
        known = self._known()
        found = [known.get(text) for text in texts]
        unknown = [text for text, row in zip(texts, found, strict=True) if row is None]
        if len(unknown) == len(texts):
            return self._embedder.embed(texts)
        rows = iter(self._embedder.embed(unknown))
        return np.stack([next(rows) if row is None else row for row in found])

    def embed_question(self, text: str) -> Vectors:
        """One question: always by the embedder."""
        return self._embedder.embed_question(text)
