"""Answers with no model: the few sentences of the best papers that state the answer, verbatim."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from footnote.rag.answer import AnswerWarning, Citation, DraftClaim
from footnote.rag.composing.composer import Composed, Declined, LeftOpen
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

_ABOUT_SURE, _ABOUT_UNSURE = 0.6, 0.9
"""Share of the best paper's score from which a paper is part of a survey: if that is right, if not."""
_KIND_SHARE = 0.3
"""Where a number or the like is asked for, quotes worth less than this share of the best are left out."""
_SIDE_SHARE = 0.6
"""Share of the best quote's worth from which a side of a comparison has a second one."""
_OF_A_PART = 2
"""Quotes for a part of a question, at most."""

_MENTIONS = 3
"""Titles named where a name is only mentioned."""

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

    async def compose(self, question: str, evidence: Sequence[RetrievedPaper]) -> AsyncGenerator[Composed]:
        """One draft a quote, then what the library lacks; see `rag.composing.composer.Composer`."""
        last: str | None = None
        quoted: set[tuple[str, int]] = set()
        for paper, quote in self._chosen():
            places = {(paper.paper.id, sentence) for sentence in quote.sentences}
            if places <= quoted:
                continue
            quoted |= places
            citation = _citation(paper, quote)
            lead = introduction(paper.paper) if paper.paper.id != last else None
            last = paper.paper.id
            yield DraftClaim(text=citation.quote, cited=(citation,), lead=lead, quoted=True)
        if not quoted:
            for part in self._parts.parts:
                if part.mentioned:
                    yield AnswerWarning(kind="other", text=_only_mentioned_line(part))
            yield Declined()
        elif missing := [part for part in self._parts.parts if not part.held]:
            yield LeftOpen(left_open_line(missing))

    def _chosen(self) -> Iterator[tuple[RetrievedPaper, Quote]]:
        """What to quote of which papers, in order."""
        for part in self._parts.parts:
            if part.held and part.found.evidence:
                evidence = part.found.evidence
                kind = self._parts.kind if part.subject or self._parts.kind != "comparison" else "single"
                chooser = _Chooser(self._library, part, self._parts.best_is_right)
                for quote in chooser.chosen(kind, self._max_quotes):
                    yield evidence[quote.paper], quote


def _citation(paper: RetrievedPaper, quote: Quote) -> Citation:
    """The citation of a quote, from behind the label of its section on."""
    first, last = paper.sentences[quote.sentence - 1], paper.sentences[quote.last - 1]
    return Citation.of(paper.paper, first.start + label_length(first.of(paper.paper.abstract)), last.end)


def _only_mentioned_line(part: SearchedPart) -> str:
    titles = ", ".join(f"“{title}”" for title in part.mentioned[:_MENTIONS])
    more = len(part.mentioned) - _MENTIONS
    return (
        f"By their titles and abstracts, no paper of the library introduces {part.subject}. "
        f"It is mentioned by {titles}{f' and {more} more' if more > 0 else ''}."
    )


def left_open_line(missing: Sequence[SearchedPart]) -> str:
    """What follows "The papers don't say:" for parts that the library holds nothing about."""
    subjects = [part.subject for part in missing if part.subject]
    if subjects:
        return f"anything about {' or '.join(subjects)}, which no paper here names."
    line = " ".join(part.question for part in missing)
    return line[:1].lower() + line[1:]


class _Chooser:
    """Chooses the sentences to quote for one part: no orders to the reader, no claims about evidence."""

    def __init__(self, library: Library, part: SearchedPart, best_is_right: float) -> None:
        self._question, self._found = part.question, part.found
        self._best_is_right = best_is_right
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
            chosen = choose(papers, table, limit, best_is_right=self._best_is_right, enough=enough)
            if not rivals:
                return chosen
            places = rival_papers(self._vector, self._idf, evidence, {quote.paper for quote in chosen})
            return with_rivals(chosen, [best_of(table, place) for place in places], limit)

        return self._sound(scores, quotes)

    def _survey(self) -> list[Quote]:
        """The best sentence of each paper that is about it."""
        relevance = survey_relevance(self._found, self._best_is_right)
        vectors = np.stack([_mean(e.vectors) for e in self._evidence])
        papers = surveyed(relevance, vectors)
        return self._sound(self._scores(len(self._evidence)), lambda table: of_each(papers, table, most=1))

    def _scores(self, papers: int) -> list[Scores]:
        return [sentence_scores(self._question, self._vector, e, self._idf) for e in self._evidence[:papers]]

    def _sound(self, scores: list[Scores], choice: Choice) -> list[Quote]:
        # Only what would be quoted is read: reading all sentences would take as long as the search.
        while True:
            chosen = choice([s.tolist() for s in scores])
            places = [(quote.paper, sentence) for quote in chosen for sentence in quote.sentences]
            bad = [(p, n) for p, n in places if supports_nothing(self._evidence[p].cite(n).quote)]
            if not bad:
                return chosen
            for paper, sentence in bad:
                scores[paper][sentence - 1] = 0.0


def survey_relevance(found: Retrieval, best_is_right: float) -> list[float]:
    """How much each paper found is about what a survey asks for, 0 … 1; 0: it only shares a word with it.

    best_is_right: the chance that the best paper is. The less it is, the nearer to it the others must be.
    """
    scores = np.array([e.score for e in found.evidence])
    shares = scores / max(float(scores[0]), 1e-9)
    least = _ABOUT_UNSURE + (_ABOUT_SURE - _ABOUT_UNSURE) * best_is_right
    return [float(share) if share >= least else 0.0 for share in shares]


def _mean(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    total = vectors.sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
