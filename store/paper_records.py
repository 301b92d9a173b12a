"""A paper's row as search takes it: spans as lists in JSON, sentence vectors packed in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from footnote.store.papers import Details, Paper
from footnote.store.sentences import Span

DETAILS = tuple(Details.model_fields)
"""Columns that a paper and its listing have by the same names."""


@dataclass(frozen=True, kw_only=True)
class PaperRecord:
    """A paper with what search needs of it.

    sentences, passages: spans of the abstract. vectors: a unit row a sentence, None until indexed.
    """

    number: int
    paper: Paper
    sentences: tuple[Span, ...]
    passages: tuple[Span, ...]
    vectors: npt.NDArray[np.float32] | None


@dataclass(frozen=True)
class Layout:
    """Where the sentences and the passages of an abstract lie."""

    sentences: Sequence[Span]
    passages: Sequence[Span]


class SentenceVectors(NamedTuple):
    """Sentences of several papers: a unit row each, those of a paper together, `counts` of each."""

    papers: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]


def spans(layout: Layout) -> dict[str, list[list[int]]]:
    """The columns that keep a layout."""
    return {
        "sentences": [list(span) for span in layout.sentences],
        "passages": [list(span) for span in layout.passages],
    }


def paper_record(row: sa.Row[Any], pages: tuple[str, ...]) -> PaperRecord:
    """The entry of a row of `papers`. pages: those that listed it."""
    paper = Paper(
        id=row.id,
        title=row.title,
        abstract=row.abstract,
        pages=pages,
        **{name: getattr(row, name) for name in DETAILS},
    )
    return PaperRecord(
        number=row.number,
        paper=paper,
        sentences=tuple(Span(*s) for s in row.sentences),
        passages=tuple(Span(*p) for p in row.passages),
        vectors=_vectors(row.sentence_vectors, len(row.sentences)),
    )


def _vectors(blob: bytes | None, count: int) -> npt.NDArray[np.float32] | None:
    return None if blob is None else unpack(blob, count, len(blob) // max(1, count))


def pack(rows: npt.NDArray[np.float32]) -> bytes:
    """Unit rows as int8: a quarter of the size, cosine to the original above .999."""
    scale = np.abs(rows).max(axis=1, keepdims=True)
    return np.round(rows / np.where(scale > 0, scale, 1) * 127).astype(np.int8).tobytes()


def unpack(blob: bytes, count: int, dimensions: int) -> npt.NDArray[np.float32]:
    """What `pack` packed, as unit rows of shape (count, dimensions)."""
    rows = np.frombuffer(blob, np.int8).reshape(count, dimensions).astype(np.float32)
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    rows /= np.where(length > 0, length, 1)
    return rows
