"""The map of a library: every paper a point, papers about the same side by side, clusters named."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from footnote.store.map.clusters import Labels, nearest
from footnote.store.map.embedding import Matrix, place

log = logging.getLogger(__name__)

STALE = 0.1
"""Share by which the number of papers may change before the map is made again."""
_VERSION = 1


@dataclass(frozen=True)
class PaperMap:
    """Where each paper lies, and what the regions are about.

    papers: ids, those without a sentence left out. points: a row a paper, both numbers from 0 to 1.
    labels: the cluster of each paper. names: of each cluster, up to three terms. made_of: how many papers
    there were when the map was made; papers may have come and gone since. indexed: how many the library
    had when the map was last brought up to date, those without a sentence counted.

    landmarks: unit rows that further papers are placed by, the mean taken off; landmark_points: where
    they lie. mean: of all papers' vectors. centres: of the clusters.
    """

    papers: tuple[str, ...]
    points: Matrix
    labels: Labels
    names: tuple[tuple[str, ...], ...]
    made_of: int
    landmarks: Matrix
    landmark_points: Matrix
    mean: Matrix
    centres: Matrix
    indexed: int = 0

    def serves(self, papers: int) -> bool:
        """Whether the map still serves for a library of so many papers."""
        return abs(papers - self.made_of) <= STALE * self.made_of

    def changed(self, stay: Sequence[str], new: Sequence[str], vectors: Matrix) -> PaperMap:
        """The map of papers that `stay`, each where it was, and of `new` ones, each among those that it is
        most like.

        vectors: a unit row for each of `new`.
        """
        row_of = {paper: row for row, paper in enumerate(self.papers)}
        rows = [row_of[paper] for paper in stay]
        points, labels = self.points[rows], self.labels[rows]
        if len(new):
            units = centred(vectors, self.mean)
            points = np.vstack([points, place(units, self.landmarks, self.landmark_points)])
            labels = np.concatenate([labels, nearest(units, self.centres)])
        return replace(self, papers=(*stay, *new), points=points, labels=labels)

    def save(self, file: Path, stamp: str) -> None:
        """Writes it whole or not at all. stamp: the embedder whose vectors it is made of."""
        words = json.dumps({"stamp": f"{stamp}/{_VERSION}", "papers": self.papers, "names": self.names})
        draft = file.with_suffix(".part")
        with draft.open("wb") as handle:
            np.savez(
                handle,
                words=np.frombuffer(words.encode(), np.uint8),
                counts=np.array([self.made_of, self.indexed]),
                labels=self.labels.astype(np.int16),
                landmarks=self.landmarks.astype(np.float16),
                **{name: getattr(self, name) for name in _AS_THEY_ARE},
            )
        draft.replace(file)

    @classmethod
    def load(cls, file: Path, stamp: str) -> PaperMap | None:
        """The map in `file`; None where there is none for this embedder that can be read."""
        try:
            with np.load(file, allow_pickle=False) as held:
                words = json.loads(held["words"].tobytes())
                if words["stamp"] != f"{stamp}/{_VERSION}":
                    return None
                return cls(
                    papers=tuple(words["papers"]),
                    names=tuple(tuple(name) for name in words["names"]),
                    made_of=int(held["counts"][0]),
                    indexed=int(held["counts"][1]),
                    labels=held["labels"].astype(np.int64),
                    landmarks=held["landmarks"].astype(np.float32),
                    **{name: held[name] for name in _AS_THEY_ARE},
                )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, BadZipFile, EOFError) as error:
            log.warning(
                "the map in %s can't be read (%s): it is made again at the next ingestion", file, error
            )
            return None


_AS_THEY_ARE = ("points", "landmark_points", "mean", "centres")


def centred(vectors: Matrix, mean: Matrix) -> Matrix:
    """Unit rows of what is left of `vectors` without what all papers share."""
    rest = vectors - mean
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.asarray(rest / np.maximum(lengths, 1e-6), np.float32)
