"""From a question to papers: two indexes propose candidates, several signals rank them, by paper."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from footnote.rag.retrieval.fusion import EQUAL, LEARNED, FusedScore, Signal, fuse
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.paper_records import PaperRecord, SentenceVectors
from footnote.store.papers import Paper
from footnote.store.protocols import Vectors
from footnote.store.signed_tokens import question_tokens

Ranking = Literal["learned", "sum"]

_RESCORED = 30
"""As many of the best by the other signals are scored token by token: the others get 0."""
_pool = ThreadPoolExecutor(8, thread_name_prefix="search")
"""Searches the lexical index in parallel with the dense one and the catalog: a third faster on two cores."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A paper found, with its scores. dense, lexical: None where that index didn't propose it.

    score: fused, 0 … 1. dense: cosine of its best passage. lexical: BM25. passage: the number
    of its best passage by cosine.
    """

    paper: Paper
    score: float
    dense: float | None
    lexical: float | None
    passage: int | None


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """The result of a search: the whole ranking, and the best papers as the catalog has them.

    vector: the question's unit vector. passages: the number of each paper's best passage, by id.
    """

    question: str
    vector: npt.NDArray[np.float32]
    ranking: tuple[FusedScore, ...]
    passages: dict[str, int]
    entries: tuple[PaperRecord, ...]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The best papers with their scores, best first."""
        return tuple(
            Hit(
                paper=entry.paper,
                score=fused.score,
                dense=fused.dense,
                lexical=fused.lexical,
                passage=self.passages.get(fused.paper),
            )
            for entry, fused in zip(self.entries, self.ranking, strict=False)
        )

    @property
    def evidence(self) -> tuple[RetrievedPaper, ...]:
        """The best papers that have sentences, best first, as composers take them."""
        return tuple(
            RetrievedPaper(
                paper=entry.paper,
                sentences=entry.sentences,
                score=fused.score,
                vectors=entry.vectors,
            )
            for entry, fused in zip(self.entries, self.ranking, strict=False)
            if entry.vectors is not None and entry.sentences
        )


def retrieve(
    library: Library,
    question: str,
    *,
    papers: int,
    candidates: int,
    ranking: Ranking = "learned",
    lens: bool = True,
    leave_out: Signal | None = None,
    filters: Filters | None = None,
    expansion: str = "",
    vector: Vectors | None = None,
) -> Retrieval:
    """The `papers` best papers for a standalone question, and the ranking of all candidates.

    candidates: how many papers the lexical index proposes, and half of how many passages the
    dense one does (a paper has about two). ranking: `learned` weighs all signals, `sum` the two
    indexes' scores alone. lens: whether the library's lens, where there is one, is applied to the
    question. leave_out: a signal that doesn't count, to measure what it is worth. filters: papers that
    don't pass are not searched. expansion: more words to search for, which weigh less than the
    question's own. vector: the question's, where it is known.
    """
    lexical_search = _pool.submit(library.lexical.search, question, candidates, filters, also=expansion)
    vector = library.embedder.embed_question(question) if vector is None else vector
    target = _unit_mean(vector, library.embedder.embed_question(expansion)) if expansion else vector
    used_lens = library.lens if lens else None
    if used_lens is not None:
        target = used_lens.turn(target)

    dense: dict[str, float] = {}
    passages: dict[str, int] = {}
    for paper, number, cosine in library.nearest(target, 2 * candidates, filters):
        if paper not in dense:  # nearest first
            dense[paper], passages[paper] = cosine, number
    lexical = dict(lexical_search.result())

    proposed = sorted(dense.keys() | lexical.keys())
    scores: dict[Signal, Mapping[str, float]] = {"dense": dense, "lexical": lexical}
    if ranking == "learned":
        by_grams = _pool.submit(library.lexical.gram_scores, question, proposed)
        by_share = _pool.submit(library.lexical.coverage, question, proposed)
        sentences = library.catalog.sentence_vectors(proposed, len(vector))
        scores["sentences"] = _best_three(sentences, target)
        scores["coverage"], scores["grams"] = by_share.result(), by_grams.result()
        known = set(sentences.papers)
    else:
        known = set(library.catalog.sentence_vectors(proposed, len(vector)).papers)
    # The catalog decides what is a paper: an index may have more, after an interrupted ingestion.
    scores = {name: {p: s for p, s in found.items() if p in known} for name, found in scores.items()}
    weights = LEARNED if ranking == "learned" else EQUAL
    weights = {name: weight for name, weight in weights.items() if name != leave_out}
    ranked = fuse(scores, weights)
    if "tokens" in weights:
        tokens = question_tokens(question, library.token_embedder.question_states(question))
        scores["tokens"] = library.tokens.scores(tokens, [fused.paper for fused in ranked[:_RESCORED]])
        ranked = fuse(scores, weights)
    best = library.catalog.get([fused.paper for fused in ranked[:papers]])
    # A paper may have been removed since its sentences were read.
    ranked = [fused for n, fused in enumerate(ranked) if n >= papers or fused.paper in best]
    return Retrieval(
        question=question,
        vector=vector,
        ranking=tuple(ranked),
        passages=passages,
        entries=tuple(best[fused.paper] for fused in ranked[: len(best)]),
    )


def _best_three(sentences: SentenceVectors, target: Vectors) -> dict[str, float]:
    """The mean cosine of each paper's three best sentences: one may be near by chance, rarely three."""
    counts = sentences.counts
    if not counts.sum():
        return {}
    table = np.full((len(counts), max(3, int(counts.max()))), -np.inf, np.float32)
    # Not `@`: BLAS's threads would spin on all cores through the searches that follow.
    table[np.arange(table.shape[1]) < counts[:, None]] = np.einsum("ij,j->i", sentences.vectors, target)
    best = -np.partition(-table, 2, axis=1)[:, :3]
    kept = np.isfinite(best)
    means = np.where(kept, best, 0).sum(axis=1) / np.maximum(kept.sum(axis=1), 1)
    return {p: float(m) for p, m, count in zip(sentences.papers, means, counts, strict=True) if count}


def _unit_mean(one: Vectors, other: Vectors) -> Vectors:
    both = one + other
    return np.asarray(both / max(float(np.linalg.norm(both)), 1e-9), np.float32)
