"""Groups of papers that are about the same: k-means on unit vectors.

Spherical k-means (Dhillon & Modha, "Concept decompositions for large sparse text data using
clustering", 2001), begun by k-means++ (Arthur & Vassilvitskii, 2007). How many groups there are is
chosen by the simplified silhouette (Vendramin et al., "Relative clustering validity criteria", 2010).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from footnote.store.map.embedding import Matrix

Labels = npt.NDArray[np.int64]

MOST_CLUSTERS = 14
"""As many as a legend can tell apart by colour and shape."""
_FEWEST = 8
"""Of a library that is large enough: fewer say little of what is in it."""
_PAPERS_A_CLUSTER = 15
"""Fewer papers than so many a cluster make no more clusters."""
_STARTS = 3
_ROUNDS = 30


class Clusters(NamedTuple):
    """The cluster of each row, and a unit vector in the middle of each cluster."""

    labels: Labels
    centres: Matrix


def cluster(vectors: Matrix, *, seed: int = 0) -> Clusters:
    """Clusters of unit rows, of which there is one at least, numbered from the largest.

    The same rows give the same clusters.
    """
    most = max(1, min(MOST_CLUSTERS, len(vectors) // _PAPERS_A_CLUSTER))
    fewest = min(_FEWEST, (most + 1) // 2)
    found = [_best_of_starts(vectors, k, seed) for k in range(fewest, most + 1)]
    best = max(found, key=lambda clusters: _silhouette(vectors, clusters))
    order = np.argsort(-np.bincount(best.labels, minlength=len(best.centres)), kind="stable")
    return Clusters(np.argsort(order)[best.labels], best.centres[order])


def nearest(vectors: Matrix, centres: Matrix) -> Labels:
    """The number of the centre nearest to each row."""
    return np.asarray((vectors @ centres.T).argmax(axis=1), np.int64)


def _best_of_starts(vectors: Matrix, k: int, seed: int) -> Clusters:
    tries = [_k_means(vectors, k, np.random.default_rng(seed + n)) for n in range(_STARTS)]
    return max(tries, key=lambda c: float((vectors * c.centres[c.labels]).sum()))


def _k_means(vectors: Matrix, k: int, rng: np.random.Generator) -> Clusters:
    centres = _scattered(vectors, k, rng)
    labels = nearest(vectors, centres)
    for _ in range(_ROUNDS):
        members = np.zeros((k, len(vectors)), np.float32)
        members[labels, np.arange(len(vectors))] = 1
        sums = members @ vectors
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 1e-9, sums / np.maximum(lengths, 1e-9), centres)
        moved = nearest(vectors, centres)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return Clusters(labels, centres)


def _scattered(vectors: Matrix, k: int, rng: np.random.Generator) -> Matrix:
    """k rows far from one another (k-means++)."""
    chosen = [int(rng.integers(len(vectors)))]
    far = np.full(len(vectors), np.inf)
    for _ in range(k - 1):
        far = np.minimum(far, np.maximum(1 - vectors @ vectors[chosen[-1]], 0))
        total = far.sum()
        if total > 1e-9:
            chosen.append(int(rng.choice(len(vectors), p=far / total)))
        else:  # all rows are equal to one that is chosen
            chosen.append(int(rng.integers(len(vectors))))
    return vectors[chosen].copy()


def _silhouette(vectors: Matrix, clusters: Clusters) -> float:
    """How much nearer rows are to their own centre than to the next one: -1 … 1."""
    if len(clusters.centres) < 2:
        return 0.0
    far = np.sqrt(np.maximum(2 - 2 * (vectors @ clusters.centres.T), 0))
    rows = np.arange(len(vectors))
    own = far[rows, clusters.labels]
    far[rows, clusters.labels] = np.inf
    other = far.min(axis=1)
    return float(((other - own) / np.maximum(np.maximum(own, other), 1e-9)).mean())
