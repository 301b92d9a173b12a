"""What is computed from papers, kept by their content: vectors, tokens, a lens and a map.

    vectors.npz            vectors by a hash of their text, with the stamp of the embedder that made them
    tokens.npz             tokens of passages, likewise
    lens-<digest>.npz      the lens of the papers that have this digest (`contents.digest`)
    map-<digest>.npz       their map

A cache: a library asks here first, and computes what isn't here, or what another embedder made.
"""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

import numpy as np

from footnote.store import known_tokens, known_vectors
from footnote.store.known_tokens import KnownTokens
from footnote.store.known_vectors import KnownVectors
from footnote.store.lens import Lens
from footnote.store.map.paper_map import PaperMap
from footnote.store.paper_records import pack
from footnote.store.protocols import SignedTokens, Vectors

SHIPPED = Path(__file__).parent / "shipped"


class Precomputed:
    """What `folder` holds; nothing where there is no such folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def vectors(self, stamp: str) -> KnownVectors:
        """The vectors that the embedder `stamp` made."""
        return _vectors(self._folder / "vectors.npz", stamp)

    def tokens(self, stamp: str) -> KnownTokens:
        """The tokens that the model `stamp` gave."""
        return _tokens(self._folder / "tokens.npz", stamp)

    def lens(self, stamp: str, digest: str) -> Lens | None:
        """The lens that these papers give with this embedder."""
        return Lens.load(self._folder / f"lens-{digest}.npz", stamp)

    def map(self, stamp: str, digest: str) -> PaperMap | None:
        """The map that these papers give with this embedder."""
        return PaperMap.load(self._folder / f"map-{digest}.npz", stamp)

    def keep(
        self,
        stamp: str,
        digest: str,
        *,
        sentences: dict[str, Vectors],
        passages: dict[str, Vectors],
        tokens: dict[str, SignedTokens],
        token_stamp: str,
        lens: Path,
        paper_map: Path,
    ) -> None:
        """Replaces all that the folder holds. lens, paper_map: files of a library that has these papers.

        sentences: by text, kept as int8, as a catalog keeps them; passages are kept as they are. tokens: of
        passages, from the model `token_stamp`.
        """
        for old in self._folder.glob("*.npz"):
            old.unlink()
        packed = {text: np.frombuffer(pack(row[None]), np.int8) for text, row in sentences.items()}
        known_vectors.save(self._folder / "vectors.npz", stamp, packed=packed, exact=passages)
        known_tokens.save(self._folder / "tokens.npz", token_stamp, tokens)
        shutil.copyfile(lens, self._folder / f"lens-{digest}.npz")
        shutil.copyfile(paper_map, self._folder / f"map-{digest}.npz")
        _vectors.cache_clear()
        _tokens.cache_clear()


@lru_cache(maxsize=1)
def _vectors(file: Path, stamp: str) -> KnownVectors:
    return KnownVectors.load(file, stamp)


@lru_cache(maxsize=1)
def _tokens(file: Path, stamp: str) -> KnownTokens:
    return KnownTokens.load(file, stamp)
