"""Points in a plane for unit vectors: neighbours stay neighbours.

Exact t-SNE (van der Maaten & Hinton, "Visualizing Data using t-SNE", 2008), begun from principal
components so that the large shape is kept and the same vectors give the same picture (Kobak &
Berens, "The art of using t-SNE for single-cell transcriptomics", 2019). Principal components alone
crowd the middle.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

LEAST = 5
"""With fewer there are no neighbourhoods: they lie where the principal components put them."""
_PERPLEXITY = 20.0
_STEPS = 500
_EXAGGERATED_STEPS = 100
_EXAGGERATION = 4.0
_BISECTIONS = 32
_START_SPREAD = 1e-2
_LEAST_GAIN = 0.01
_NEIGHBOURS = 5


def embed(vectors: Matrix, start: Matrix | None = None) -> Matrix:
    """Unit rows → a point each, shape (rows, 2), of any size.

    start: where the points lie at first, instead of on the principal components; they are left in
    their large order, so that the picture resembles the one that it began from. Time and space grow
    with the square of the rows: some 10 s for 2,000.
    """
    count = len(vectors)
    points = principal(vectors) if start is None else np.asarray(start, np.float32)
    if count < LEAST:
        return points
    nearness = _nearness(vectors, min(_PERPLEXITY, (count - 1) / 3))
    spread = float(points.std(axis=0).max())
    wanted = _START_SPREAD if start is None else count**0.5  # about as wide as a picture ends
    points = (points - points.mean(axis=0)) * (wanted / spread if spread else 1.0)
    # Equal vectors would stay on one point for ever: no force parts them.
    points += np.random.default_rng(0).normal(0, wanted / 100, points.shape).astype(np.float32)
    speed, gains = np.zeros_like(points), np.ones_like(points)
    rate = max(count / 50, 10.0)
    for step in range(_STEPS):
        early = start is None and step < _EXAGGERATED_STEPS
        gradient = _gradient(points, nearness, _EXAGGERATION if early else 1.0)
        same = (gradient > 0) == (speed > 0)
        gains = np.maximum(np.where(same, gains * np.float32(0.8), gains + np.float32(0.2)), _LEAST_GAIN)
        speed = (0.5 if early else 0.8) * speed - rate * gains * gradient
        points = points + speed
        points -= points.mean(axis=0)
    return np.asarray(points, np.float32)


def principal(vectors: Matrix) -> Matrix:
    """The first two principal components, each turned so that its largest weight is positive."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = axes[:, ::-1][:, :2]
    strongest = np.abs(axes).argmax(axis=0)
    axes = axes * np.sign(axes[strongest, np.arange(axes.shape[1])])
    return np.asarray(centred @ axes.astype(np.float32), np.float32)


def place(vectors: Matrix, landmarks: Matrix, points: Matrix) -> Matrix:
    """Points for further vectors: the mean of their nearest landmarks' points, the nearest most.

    landmarks: unit rows whose points are known. Every point lies among those that are known.
    """
    near = min(_NEIGHBOURS, len(landmarks))
    placed = np.empty((len(vectors), 2), np.float32)
    for at in range(0, len(vectors), 2_000):
        cosines = vectors[at : at + 2_000] @ landmarks.T
        nearest = np.argpartition(-cosines, near - 1, axis=1)[:, :near]
        found = np.take_along_axis(cosines, nearest, axis=1)
        weights = np.exp((found - found.max(axis=1, keepdims=True)) / 0.05)
        weights /= weights.sum(axis=1, keepdims=True)
        placed[at : at + 2_000] = np.einsum("ij,ijk->ik", weights, points[nearest])
    return placed


def align(points: Matrix, former: Matrix, common: Matrix) -> Matrix:
    """`points` turned, mirrored and moved as a whole so that its part `common` lies on `former`.

    Orthogonal Procrustes (Schönemann, 1966); sizes are left as they are. common: rows of `points`
    after whose papers the rows of `former` are.
    """
    centre = common.mean(axis=0)
    left, _, right = np.linalg.svd((common - centre).T @ (former - former.mean(axis=0)))
    return np.asarray((points - centre) @ (left @ right) + former.mean(axis=0), np.float32)


def _nearness(vectors: Matrix, perplexity: float) -> Matrix:
    """The joint probabilities of t-SNE: each row as many neighbours as `perplexity`, by bisection."""
    count = len(vectors)
    far = np.maximum(2 - 2 * (vectors @ vectors.T), 0)
    np.fill_diagonal(far, np.inf)
    far -= far.min(axis=1, keepdims=True)
    finite = np.where(np.isfinite(far), far, 0)
    wanted = np.log(perplexity)
    low, high = np.zeros(count, np.float32), np.full(count, 1e6, np.float32)
    sharpness = np.full(count, 10.0, np.float32)
    for _ in range(_BISECTIONS):
        chances = np.exp(-far * sharpness[:, None])
        total = chances.sum(axis=1)
        entropy = np.log(total) + sharpness * (finite * chances).sum(axis=1) / total
        too_many = entropy > wanted
        low, high = np.where(too_many, sharpness, low), np.where(too_many, high, sharpness)
        sharpness = np.where(high >= 1e6, sharpness * 2, (low + high) / 2).astype(np.float32)
    chances = np.exp(-far * sharpness[:, None])
    chances /= chances.sum(axis=1, keepdims=True)
    return np.asarray((chances + chances.T) / (2 * count), np.float32)


def _gradient(points: Matrix, nearness: Matrix, exaggeration: float) -> Matrix:
    """Of the Kullback-Leibler divergence by the points."""
    squares = np.einsum("ij,ij->i", points, points)
    pull = points @ (-2 * points.T)
    pull += squares[:, None]
    pull += squares[None, :]
    pull += 1
    np.reciprocal(pull, out=pull)
    np.fill_diagonal(pull, 0)
    pull_sum = float(pull.sum())
    force = pull * (-1 / pull_sum)
    force += exaggeration * nearness
    force *= pull
    return np.asarray(4 * (force.sum(axis=1)[:, None] * points - force @ points), np.float32)
