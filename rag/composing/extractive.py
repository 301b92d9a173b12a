"""Answers with no model: the few sentences of the best papers that state the answer, verbatim."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from footnote.rag.answer import Citation, DraftClaim, Usage
from footnote.rag.composing.composer import Declined, LeftOpen
from footnote.rag.composing.quote_choice import (
    MAX_PAPERS,
    Quote,
    best_of,
    choose,
    of_each,
    surveyed,
    with_rivals,
)
from footnote.rag.composing.rival_papers import rival_papers
from footnote.rag.retrieval import question_kind
from footnote.rag.retrieval.parts import SearchedPart, SearchedParts
from footnote.rag.retrieval.question_plan import PlanKind
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.retrieval.sentence_cues import label_length
from footnote.rag.retrieval.sentence_scores import Scores, sentence_scores
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.verification.planted import supports_nothing
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.papers import Paper

_ABOUT = 0.6
"""Share of the best paper's score from which a paper is part of a survey."""
_KIND_SHARE = 0.3
"""Where a number or the like is asked for, quotes worth less than this share of the best are left out."""
_SIDE_SHARE = 0.6
"""Share of the best quote's worth from which a side of a comparison has a second one."""
_OF_A_PART = 2
"""Quotes for a part of a question, at most."""

Choice = Callable[[Sequence[Sequence[float]]], list[Quote]]
"""Scores of the sentences of each paper → those to quote."""


def introduction(paper: Paper) -> str:
    """The words that introduce a paper's quotes."""
    year = f" ({paper.year})" if paper.year else ""
    return f"From “{paper.display_title}”{year}:"


class ExtractiveComposer:
    """Quotes at most `max_quotes` sentences; where several things are asked for, some of each."""

    def __init__(self, library: Library, parts: SearchedParts, *, max_quotes: int) -> None:
        """parts: what was found for each part of the question that is composed."""
        self._library = library
        self._parts = parts
        self._max_quotes = max_quotes

    async def compose(
        self, question: str, evidence: Sequence[RetrievedPaper]
    ) -> AsyncGenerator[DraftClaim | Declined | LeftOpen | Usage]:
        """One draft a quote, then what the library lacks; see `rag.composing.composer.Composer`."""
        last: str | None = None
        quoted: set[tuple[str, int]] = set()
        for paper, sentence in self._chosen():
            if (paper.paper.id, sentence) in quoted:
                continue
            quoted.add((paper.paper.id, sentence))
            citation = _without_label(paper, sentence)
            lead = introduction(paper.paper) if paper.paper.id != last else None
            last = paper.paper.id
            yield DraftClaim(text=citation.quote, cited=(citation,), lead=lead, quoted=True)
        if not quoted:
            yield Declined()
        elif missing := [part for part in self._parts.parts if not part.held]:
            yield LeftOpen(left_open_line(missing))

    def _chosen(self) -> Iterator[tuple[RetrievedPaper, int]]:
        """The papers and the numbers of their sentences to quote, in order."""
        for part in self._parts.parts:
            if part.held and part.found.evidence:
                evidence = part.found.evidence
                kind = self._parts.kind if part.subject or self._parts.kind != "comparison" else "single"
                for quote in _Chooser(self._library, part).chosen(kind, self._max_quotes):
                    yield evidence[quote.paper], quote.sentence


def _without_label(paper: RetrievedPaper, sentence: int) -> Citation:
    """The citation of a sentence, from behind the label of its section on."""
    span = paper.sentences[sentence - 1]
    return Citation.of(paper.paper, span.start + label_length(span.of(paper.paper.abstract)), span.end)


def left_open_line(missing: Sequence[SearchedPart]) -> str:
    """What follows "The papers don't say:" for parts that the library holds nothing about."""
    subjects = [part.subject for part in missing if part.subject]
    if subjects:
        return f"anything about {' or '.join(subjects)}, which no paper here names."
    line = " ".join(part.question for part in missing)
    return line[:1].lower() + line[1:]


class _Chooser:
    """Chooses the sentences to quote for one part: no orders to the reader, no claims about evidence."""

    def __init__(self, library: Library, part: SearchedPart) -> None:
        self._question, self._found = part.question, part.found
        self._evidence = part.found.evidence
        self._vector = part.found.vector
        self._idf = library.lexical.idf(analyzer().analyze(part.question))

    def chosen(self, kind: PlanKind, limit: int) -> list[Quote]:
        """The quotes for a part of a question of this kind; limit: for a single question."""
        match kind:
            case "survey":
                return self._survey()
            case "comparison":
                return self._sound(
                    self._scores(1), lambda table: of_each([0], table, _OF_A_PART, _SIDE_SHARE)
                )
            case "in_turn":
                return self._single(_OF_A_PART, rivals=False)
            case _:
                return self._single(limit)

    def _single(self, limit: int, *, rivals: bool = True) -> list[Quote]:
        evidence = self._evidence[:MAX_PAPERS]
        papers = [e.score for e in evidence]
        scores = self._scores(MAX_PAPERS)
        enough = _KIND_SHARE if question_kind.asked_kind(self._question) else 0.0

        def quotes(table: Sequence[Sequence[float]]) -> list[Quote]:
            chosen = choose(papers, table, limit, enough=enough)
            if not rivals:
                return chosen
            places = rival_papers(self._vector, self._idf, evidence, {quote.paper for quote in chosen})
            return with_rivals(chosen, [best_of(table, place) for place in places], limit)

        return self._sound(scores, quotes)

    def _survey(self) -> list[Quote]:
        """One or two sentences of each paper that is about it."""
        relevance = survey_relevance(self._found)
        vectors = np.stack([_mean(e.vectors) for e in self._evidence])
        papers = surveyed(relevance, vectors)
        return self._sound(self._scores(len(self._evidence)), lambda table: of_each(papers, table))

    def _scores(self, papers: int) -> list[Scores]:
        return [sentence_scores(self._question, self._vector, e, self._idf) for e in self._evidence[:papers]]

    def _sound(self, scores: list[Scores], choice: Choice) -> list[Quote]:
        # Only what would be quoted is read: reading all sentences would take as long as the search.
        while True:
            chosen = choice([s.tolist() for s in scores])
            bad = [quote for quote in chosen if self._supports_nothing(quote)]
            if not bad:
                return chosen
            for quote in bad:
                scores[quote.paper][quote.sentence - 1] = 0.0

    def _supports_nothing(self, quote: Quote) -> bool:
        return supports_nothing(self._evidence[quote.paper].cite(quote.sentence).quote)


def survey_relevance(found: Retrieval) -> list[float]:
    """How much each paper found is about what a survey asks for, 0 … 1; 0: it only shares a word with it."""
    scores = np.array([e.score for e in found.evidence])
    shares = scores / max(float(scores[0]), 1e-9)
    return [float(share) if share >= _ABOUT else 0.0 for share in shares]


def _mean(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    total = vectors.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
