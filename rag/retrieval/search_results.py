"""Search results and single papers as JSON, in the same form for the command line, REST and MCP."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from footnote.rag.answer import AnswerWarning
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.store.papers import Frozen, Paper


class SearchResult(Frozen):
    """A paper that a search found.

    rank: 1 is best. score: fused, 0 … 1. dense (cosine of its best passage) and lexical (BM25): null where
    that index didn't propose it. passage: number of its best passage by cosine.
    """

    rank: int
    id: str
    title: str
    date: str | None
    authors: tuple[str, ...]
    venue: str | None
    retraction: str | None
    pages: tuple[str, ...]
    score: float
    dense: float | None
    lexical: float | None
    passage: int | None


class SearchResults(Frozen):
    """The papers that a search found, best first. warnings: what the reader should know."""

    question: str
    papers: tuple[SearchResult, ...]
    warnings: tuple[AnswerWarning, ...] = ()


class NearestPaper(Frozen):
    """A paper that is similar to another. cosine: of its most similar passage."""

    id: str
    title: str
    date: str | None
    cosine: float


class PaperDetails(Paper):
    """A paper as the library has it, and the papers that are most similar to it."""

    nearest: tuple[NearestPaper, ...] = Field(description="The most similar papers, nearest first.")


def search_results(found: Retrieval, none_pass: Sequence[str] = ()) -> SearchResults:
    """The results of a search; none_pass: why no paper passes the filters, see `rag.filters.none_pass`."""
    papers = (
        SearchResult(
            rank=rank,
            id=hit.paper.id,
            title=hit.paper.title,
            date=hit.paper.date,
            authors=hit.paper.authors,
            venue=hit.paper.venue,
            retraction=hit.paper.retraction,
            pages=hit.paper.pages,
            score=hit.score,
            dense=hit.dense,
            lexical=hit.lexical,
            passage=hit.passage,
        )
        for rank, hit in enumerate(found.hits, start=1)
    )
    warnings = tuple(AnswerWarning(kind="filters", text=text) for text in none_pass)
    return SearchResults(question=found.question, papers=tuple(papers), warnings=warnings)


def paper_details(paper: Paper, nearest: Sequence[tuple[Paper, float]]) -> PaperDetails:
    """The paper with its most similar papers, each with its cosine."""
    near = [NearestPaper(id=p.id, title=p.title, date=p.date, cosine=cosine) for p, cosine in nearest]
    return PaperDetails(**paper.model_dump(), nearest=tuple(near))
