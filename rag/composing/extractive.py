"""Answers with no model: the few sentences of the best papers that state the answer, verbatim."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence, Set
from typing import NamedTuple

import numpy as np

from footnote.rag.answer import DraftClaim, Usage
from footnote.rag.composing.composer import Declined
from footnote.rag.composing.rival_papers import rival_papers
from footnote.rag.retrieval import question_kind
from footnote.rag.retrieval.sentence_scores import Scores, sentence_scores
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.verification.meta_claims import supports_nothing
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.papers import Paper

_MAX_PAPERS = 6
_SHARPNESS = 50.0
"""How fast the weight of a paper falls with its distance in score from the best one."""
_FLOOR = 0.06
"""A quote with less than this chance of holding the answer is left out."""
_SCORE_MARGIN = 0.13
_MIN_PAPERS = 3
"""Where several papers are asked for: the best three are quoted, and those within this score of the best."""
_QUOTES_PER_PAPER = 2
"""Quotes of one paper at most, where several papers are asked for."""
_CLEARLY_BEST = 1.3
"""A quote worth this many times the next one comes first."""
_KIND_FACTOR = 3.0
"""Factor for a sentence that has the kind of thing asked for (such as a number)."""
_KIND_FLOOR = 0.08
"""Where a kind of thing is asked for, quotes worth less than this share of the best are left out."""


class Quote(NamedTuple):
    """A sentence chosen: which paper (0 is the best), which sentence (1-based), its worth."""

    paper: int
    sentence: int
    worth: float


def choose(
    paper_scores: Sequence[float],
    sentence_scores: Sequence[Sequence[float]],
    limit: int,
    *,
    enough: float = 0.0,
) -> list[Quote]:
    """The sentences worth quoting, at most `limit`, in the order in which they are shown.

    A sentence's worth is the chance that its paper is meant times the chance that it holds the
    answer there. The best one is always taken; others only above a floor, and above the share
    `enough` of the best one's worth. Sentences with a score of 0 are never taken.
    """
    trust = np.exp(_SHARPNESS * (np.array(paper_scores[:_MAX_PAPERS]) - paper_scores[0]))
    trust /= trust.sum()
    ranked = sorted(
        (
            Quote(p, n, float(trust[p] * score))
            for p, scores in enumerate(sentence_scores[:_MAX_PAPERS])
            for n, score in enumerate(scores, start=1)
            if score
        ),
        key=lambda q: (-q.worth, q.paper, q.sentence),
    )
    if not ranked:
        return []
    least = max(_FLOOR, enough * ranked[0].worth)
    return _as_shown([ranked[0], *(quote for quote in ranked[1:limit] if quote.worth >= least)])


def choose_of_several(
    paper_scores: Sequence[float], sentence_scores: Sequence[Sequence[float]], limit: int
) -> list[Quote]:
    """The best sentence of each paper near the best one in score, then the second best, at most `limit`.

    Best paper first, and within it in the abstract's order. A sentence's worth is the chance that it
    holds the answer in its paper; those with none are never taken.
    """
    near = [
        p
        for p, score in enumerate(paper_scores[:_MAX_PAPERS])
        if p < _MIN_PAPERS or paper_scores[0] - score <= _SCORE_MARGIN
    ]
    ranked = []
    for p in near:
        quotes = [Quote(p, n, float(score)) for n, score in enumerate(sentence_scores[p], start=1) if score]
        best = sorted(quotes, key=lambda q: (-q.worth, q.sentence))[:_QUOTES_PER_PAPER]
        ranked += list(enumerate(best))
    ranked.sort(key=lambda item: (item[0], item[1].paper))
    return sorted((quote for _, quote in ranked[:limit]), key=lambda q: (q.paper, q.sentence))


def best_of(sentence_scores: Sequence[Sequence[float]], paper: int) -> Quote | None:
    """The sentence of a paper with the best score; None where all have 0."""
    scores = sentence_scores[paper]
    n = max(range(len(scores)), key=scores.__getitem__)
    return Quote(paper, n + 1, scores[n]) if scores[n] else None


def with_rivals(chosen: Sequence[Quote], rivals: Sequence[Quote | None], limit: int) -> list[Quote]:
    """The quotes, and after them one of each rival; at most `limit`, where the first quote stays.

    Where there is no room for all, the quotes of least worth make room.
    """
    new = [quote for quote in rivals if quote][: max(0, limit - 1)]
    kept = sorted(chosen, key=lambda q: -q.worth)[: limit - len(new)]
    return [*(quote for quote in chosen if quote in kept), *new]


def _as_shown(chosen: Sequence[Quote]) -> list[Quote]:
    """Best paper first and within it in the abstract's order; but a quote that is clearly the best leads.

    chosen: best first.
    """
    best = chosen[0]
    leads = len(chosen) == 1 or best.worth >= _CLEARLY_BEST * chosen[1].worth
    if leads:
        return sorted(chosen, key=lambda q: (q.paper != best.paper, q.paper, q != best, q.sentence))
    return sorted(chosen, key=lambda q: (q.paper, q.sentence))


def introduction(paper: Paper) -> str:
    """The words that introduce a paper's quotes."""
    year = f" ({paper.year})" if paper.year else ""
    return f"From “{paper.display_title}”{year}:"


class ExtractiveComposer:
    """Quotes at most `max_quotes` sentences."""

    def __init__(self, library: Library, *, max_quotes: int) -> None:
        self._library = library
        self._max_quotes = max_quotes

    async def compose(
        self, question: str, evidence: Sequence[RetrievedPaper]
    ) -> AsyncGenerator[DraftClaim | Declined | Usage]:
        """One draft a quote; see `rag.composing.composer.Composer`."""
        if not evidence:
            yield Declined()
            return
        chosen = self._chosen(question, evidence)
        if not chosen:
            yield Declined()
            return
        last: int | None = None
        for quote in chosen:
            paper = evidence[quote.paper]
            citation = paper.cite(quote.sentence)
            lead = introduction(paper.paper) if quote.paper != last else None
            last = quote.paper
            yield DraftClaim(text=citation.quote, cited=(citation,), lead=lead, quoted=True)

    def _chosen(self, question: str, evidence: Sequence[RetrievedPaper]) -> list[Quote]:
        """The sentences to quote. None of them is an order to the reader or a claim about the evidence."""
        vector = self._library.embedder.embed_question(question)
        idf = self._library.lexical.idf(analyzer().analyze(question))
        scores = [sentence_scores(question, vector, e, idf) for e in evidence[:_MAX_PAPERS]]
        papers = [e.score for e in evidence[:_MAX_PAPERS]]
        several = question_kind.asks_for_several(question)
        kind = None if several else question_kind.asked_kind(question)
        if kind is not None:
            counted = set(analyzer().analyze(question_kind.counted_things(question)))
            scores = [s * _kind_factors(e, kind, counted) for s, e in zip(scores, evidence, strict=False)]

        def quotes() -> list[Quote]:
            table = [s.tolist() for s in scores]
            if several:
                return choose_of_several(papers, table, self._max_quotes)
            chosen = choose(papers, table, self._max_quotes, enough=_KIND_FLOOR if kind else 0.0)
            rivals = rival_papers(vector, idf, evidence[:_MAX_PAPERS], {quote.paper for quote in chosen})
            return with_rivals(chosen, [best_of(table, place) for place in rivals], self._max_quotes)

        # Only what would be quoted is read: reading all sentences would take as long as the search.
        while True:
            chosen = quotes()
            bad = [quote for quote in chosen if _supports_nothing(evidence, quote)]
            if not bad:
                return chosen
            for quote in bad:
                scores[quote.paper][quote.sentence - 1] = 0.0


def _supports_nothing(evidence: Sequence[RetrievedPaper], quote: Quote) -> bool:
    return supports_nothing(evidence[quote.paper].cite(quote.sentence).quote)


def _kind_factors(evidence: RetrievedPaper, kind: question_kind.QuestionKind, counted: Set[str]) -> Scores:
    """The factor of each sentence's chance. counted: terms of the things that are counted."""
    texts = [plain_text(span.of(evidence.paper.abstract)) for span in evidence.sentences]
    gives = [
        question_kind.states_kind(text, kind)
        and (not counted or not counted.isdisjoint(analyzer().analyze(text)))
        for text in texts
    ]
    return np.where(gives, _KIND_FACTOR, 1.0)
