"""Makes the map of a library, like the former one where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from footnote.store.map import embedding
from footnote.store.map.clusters import Clusters, Labels, cluster, nearest
from footnote.store.map.embedding import Matrix
from footnote.store.map.names import names
from footnote.store.map.paper_map import PaperMap, centred

LANDMARKS = 2_000
"""As many papers are laid out by their neighbours; the others are placed among them."""
_LEAST_COMMON = 3

Texts = Callable[[Sequence[str]], Sequence[tuple[str, str]]]
"""Ids → title and abstract of each, in the same order."""


def make(papers: Sequence[str], vectors: Matrix, texts: Texts, former: PaperMap | None = None) -> PaperMap:
    """The map of `papers`. The same papers and former map give the same map.

    vectors: a unit row a paper. texts: asked for at most `LANDMARKS` papers, to name clusters. former:
    the new map begins from it, is turned to lie on it, and its clusters keep their numbers.
    """
    if not papers:
        return _empty(vectors.shape[1])
    mean = vectors.mean(axis=0)
    units = centred(vectors, mean)
    chosen = np.arange(len(papers))
    if len(papers) > LANDMARKS:
        chosen = np.sort(np.random.default_rng(0).permutation(len(papers))[:LANDMARKS])
    landmarks = units[chosen]
    landmark_papers = [papers[row] for row in chosen.tolist()]
    layout = _lay_out(landmark_papers, landmarks, vectors[chosen], former)
    points = embedding.place(units, landmarks, layout) if len(papers) > LANDMARKS else layout
    points[chosen] = layout
    clusters = _numbered_as_before(landmark_papers, cluster(landmarks), former)
    return PaperMap(
        papers=tuple(papers),
        points=points,
        labels=nearest(units, clusters.centres),
        names=tuple(names(texts(landmark_papers), clusters.labels.tolist(), len(clusters.centres))),
        made_of=len(papers),
        landmarks=landmarks,
        landmark_points=layout,
        mean=mean,
        centres=clusters.centres,
    )


def _empty(dimensions: int) -> PaperMap:
    nothing, nowhere = np.empty((0, dimensions), np.float32), np.empty((0, 2), np.float32)
    return PaperMap(
        papers=(),
        points=nowhere,
        labels=np.empty(0, np.int64),
        names=(),
        made_of=0,
        landmarks=nothing,
        landmark_points=nowhere,
        mean=np.zeros(dimensions, np.float32),
        centres=nothing,
    )


def _lay_out(papers: Sequence[str], units: Matrix, vectors: Matrix, former: PaperMap | None) -> Matrix:
    known = set(former.papers) if former else set[str]()
    common = [row for row, paper in enumerate(papers) if paper in known]
    if former is None or len(common) < max(_LEAST_COMMON, len(papers) / 2):
        return _framed(embedding.embed(units))
    new = [row for row, paper in enumerate(papers) if paper not in known]
    before = former.changed([papers[row] for row in common], [papers[row] for row in new], vectors[new])
    row_of = {paper: row for row, paper in enumerate(before.papers)}
    start = before.points[[row_of[paper] for paper in papers]]
    points = embedding.embed(units, start)
    return _framed(embedding.align(points, start[common], points[common]))


def _framed(points: Matrix) -> Matrix:
    """Points stretched to fill the square from (0, 0) to (1, 1)."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = high - low
    return np.asarray(np.where(size > 0, (points - low) / np.where(size > 0, size, 1), 0.5), np.float32)


def _numbered_as_before(papers: Sequence[str], found: Clusters, former: PaperMap | None) -> Clusters:
    """Clusters numbered like those of the former map that they share most papers with."""
    if former is None:
        return found
    count = len(found.centres)
    label_of = dict(zip(former.papers, former.labels.tolist(), strict=True))
    shared = np.zeros((count, count), np.int64)
    for paper, label in zip(papers, found.labels.tolist(), strict=True):
        if label_of.get(paper, count) < count:
            shared[label, label_of[paper]] += 1
    number = np.full(count, -1, np.int64)
    for place in np.argsort(-shared, axis=None, kind="stable"):
        own, old = divmod(int(place), count)
        if number[own] < 0 and old not in number:
            number[own] = old
    labels: Labels = number[found.labels]
    return Clusters(labels, found.centres[np.argsort(number)])
