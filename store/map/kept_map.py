"""The map that a library keeps: when it is to be brought up to date, and its file."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from footnote.store import contents
from footnote.store.catalog import Catalog
from footnote.store.map.embedding import Matrix
from footnote.store.map.making import make
from footnote.store.map.paper_map import PaperMap
from footnote.store.precomputed import Precomputed

log = logging.getLogger(__name__)

_PAPERS_AT_ONCE = 2_000


class KeptMap:
    """The map in `file`. Not locked: its owner sees to it that one thread at a time uses it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[int, PaperMap | None] | None = None

    def current(self, stamp: str, generation: int) -> PaperMap | None:
        """The map of the embedder `stamp`, read again in each generation; None where there is none."""
        if self._read is None or self._read[0] != generation:
            self._read = (generation, PaperMap.load(self._file, stamp))
        return self._read[1]

    def is_outdated(self, stamp: str, catalog: Catalog) -> bool:
        """Whether there is no map, or other papers are indexed than when it was brought up to date."""
        known = PaperMap.load(self._file, stamp)
        return (known.indexed if known else 0) != contents.count_indexed(catalog)

    def update(self, stamp: str, catalog: Catalog, dimensions: int, precomputed: Precomputed) -> None:
        """Brings the map up to date: papers that came are placed and those that left taken out; where the
        number of papers has changed by a tenth, it is made again. A library's first map may be `precomputed`.

        dimensions: of the sentence vectors.
        """
        former = PaperMap.load(self._file, stamp)
        papers = contents.indexed_ids(catalog)
        if former is not None and former.serves(len(papers)):
            there = set(former.papers)
            new, vectors = paper_vectors(catalog, [p for p in papers if p not in there], dimensions)
            stay = set(papers)
            fresh = former.changed([p for p in former.papers if p in stay], new, vectors)
        elif former is None and (known := precomputed.map(stamp, contents.digest(catalog))):
            fresh = known
        else:
            found, vectors = paper_vectors(catalog, papers, dimensions)

            def texts(ids: Sequence[str]) -> list[tuple[str, str]]:
                read = contents.texts(catalog, ids)
                return [read[ident] for ident in ids]

            fresh = make(found, vectors, texts, former)
            log.info("a map was made of %d papers in %d clusters", len(found), len(fresh.names))
        replace(fresh, indexed=len(papers)).save(self._file, stamp)


def paper_vectors(catalog: Catalog, papers: Sequence[str], dimensions: int) -> tuple[list[str], Matrix]:
    """Those of `papers` that have a sentence, and the mean of each one's sentence vectors as a unit row."""
    found: list[str] = []
    means = [np.empty((0, dimensions), np.float32)]
    for at in range(0, len(papers), _PAPERS_AT_ONCE):
        held = catalog.sentence_vectors(papers[at : at + _PAPERS_AT_ONCE], dimensions)
        full = held.counts > 0
        if not full.any():
            continue
        starts = (np.cumsum(held.counts) - held.counts)[full]
        sums = np.add.reduceat(held.vectors, starts)
        means.append(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))
        found += [paper for paper, count in zip(held.papers, held.counts, strict=True) if count]
    return found, np.vstack(means)
