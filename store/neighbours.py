"""The papers that are most like a paper."""

from __future__ import annotations

from footnote.store.library import Library
from footnote.store.map.kept_map import paper_vectors

_PASSAGES_EACH = 7
"""Several passages can be of one paper: so many are asked for, for each paper wanted."""


def nearest_papers(library: Library, paper: str, k: int) -> list[tuple[str, float]]:
    """Up to `k` papers nearest to the one with the id `paper`: (id, cosine), nearest first.

    What is compared is the mean of the paper's sentences with single passages of the others. Empty for
    a paper that the library doesn't have or that isn't indexed yet. Raises LibraryError.
    """
    found, vectors = paper_vectors(library.catalog, [paper], library.embedder.dimensions)
    if not found:
        return []
    best: dict[str, float] = {}
    for other, _, cosine in library.nearest(vectors[0], _PASSAGES_EACH * (k + 1)):
        if other != paper:
            best.setdefault(other, cosine)
    return list(best.items())[:k]
