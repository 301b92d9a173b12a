"""What a search finds, and a paper, as JSON: one form for the command line, REST and MCP."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from footnote.rag.answer import AnswerWarning
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.store.papers import Frozen, Paper


class FoundPaper(Frozen):
    """A paper that a search found.

    rank: 1 is best. score: 0 … 1, of both parts: dense (cosine of its best passage) and lexical (BM25),
    null where that index didn't propose it. passage: number of the passage that is nearest in meaning.
    """

    rank: int
    id: str
    title: str
    date: str | None
    pages: tuple[str, ...]
    score: float
    dense: float | None
    lexical: float | None
    passage: int | None


class Found(Frozen):
    """What a search found, best first. warnings: what the reader should know."""

    question: str
    papers: tuple[FoundPaper, ...]
    warnings: tuple[AnswerWarning, ...] = ()


class NearPaper(Frozen):
    """A paper that is like another. cosine: how near its nearest passage is."""

    id: str
    title: str
    date: str | None
    cosine: float


class WholePaper(Paper):
    """A paper as the library has it, and the papers that are most like it."""

    nearest: tuple[NearPaper, ...] = Field(description="The most similar papers, nearest first.")


def found_papers(found: Retrieval, none_pass: Sequence[str] = ()) -> Found:
    """What `search` found; none_pass: why no paper passes the filters, see `rag.filters.none_pass`."""
    papers = (
        FoundPaper(
            rank=rank,
            id=hit.paper.id,
            title=hit.paper.title,
            date=hit.paper.date,
            pages=hit.paper.pages,
            score=hit.score,
            dense=hit.dense,
            lexical=hit.lexical,
            passage=hit.passage,
        )
        for rank, hit in enumerate(found.hits, start=1)
    )
    warnings = tuple(AnswerWarning(kind="filters", text=text) for text in none_pass)
    return Found(question=found.question, papers=tuple(papers), warnings=warnings)


def whole_paper(paper: Paper, nearest: Sequence[tuple[Paper, float]]) -> WholePaper:
    """The paper with the papers nearest to it, each with its cosine."""
    near = [NearPaper(id=p.id, title=p.title, date=p.date, cosine=cosine) for p, cosine in nearest]
    return WholePaper(**paper.model_dump(), nearest=tuple(near))
