"""Question → papers: both indexes asked, their scores fused, passages grouped by paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.compose import Evidence
from rag.fusion import Fused, fuse
from store.catalog import Entry
from store.library import Library
from store.papers import Paper


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A paper found, with the two parts of its score; None where an index didn't propose it.

    score: fused, 0 … 1. dense: cosine of its best passage. lexical: BM25. passage: the number
    of the passage that is nearest in meaning.
    """

    paper: Paper
    score: float
    dense: float | None
    lexical: float | None
    passage: int | None


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """All that retrieval found: the whole ranking, and the best papers read from the catalog.

    vector: the question's unit vector.
    """

    question: str
    vector: npt.NDArray[np.float32]
    ranking: tuple[Fused, ...]
    passages: dict[str, int]
    entries: tuple[Entry, ...]

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
    def evidence(self) -> tuple[Evidence, ...]:
        """The best papers as composers take them, best first."""
        return tuple(
            Evidence(
                paper=entry.paper,
                sentences=entry.sentences,
                score=fused.score,
                vectors=entry.vectors,
            )
            for entry, fused in zip(self.entries, self.ranking, strict=False)
            if entry.vectors is not None and entry.sentences
        )


def retrieve(library: Library, question: str, *, papers: int, candidates: int) -> Retrieval:
    """The `papers` best papers for a standalone question, and the ranking of all candidates.

    candidates: how many papers the lexical index proposes, and half of how many passages the
    dense one does (a paper has about two).
    """
    vector = library.embedder.embed_question(question)
    dense: dict[str, float] = {}
    passages: dict[str, int] = {}
    for paper, number, cosine in library.dense.search(vector.tolist(), 2 * candidates):
        if paper not in dense:  # nearest first
            dense[paper], passages[paper] = cosine, number
    ranking = fuse(dense, dict(library.lexical.search(question, candidates)))
    known = library.catalog.get([fused.paper for fused in ranking[:papers]])
    # The catalog is the truth: what only an index knows (a batch cut off) is no paper yet.
    ranking = [f for n, f in enumerate(ranking) if n >= papers or f.paper in known]
    entries = tuple(known[f.paper] for f in ranking[: len(known)])
    return Retrieval(
        question=question, vector=vector, ranking=tuple(ranking), passages=passages, entries=entries
    )


class Retriever(BaseRetriever):
    """LangChain's face of `retrieve`: one document a paper, its abstract as content.

    Metadata: `id`, `title`, `date`, `pages`, `score`, `dense`, `lexical`.
    """

    library: Library
    papers: int = 8
    candidates: int = 100
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = retrieve(self.library, query, papers=self.papers, candidates=self.candidates)
        return [
            Document(
                page_content=hit.paper.abstract,
                id=hit.paper.id,
                metadata={
                    "id": hit.paper.id,
                    "title": hit.paper.display_title,
                    "date": hit.paper.date,
                    "pages": list(hit.paper.pages),
                    "score": hit.score,
                    "dense": hit.dense,
                    "lexical": hit.lexical,
                },
            )
            for hit in found.hits
        ]
