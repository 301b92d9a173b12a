"""The search by parts (each side of a comparison, each of two questions, or the whole), merged.

Where a name of the question stands for a paper, that paper comes first, whatever else the question says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from footnote.rag.language.names import question_names
from footnote.rag.retrieval import question_kind
from footnote.rag.retrieval.confidence import Trust
from footnote.rag.retrieval.fusion import FusedScore
from footnote.rag.retrieval.introductions import only_mentioned
from footnote.rag.retrieval.name_match import NamedPapers, has_name, named_papers
from footnote.rag.retrieval.question_plan import PlanKind, PlannedPart, plan_question
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.retrieval.search import search
from footnote.rag.retrieval.sentence_scores import term_share
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings
from footnote.store.display import plain_text
from footnote.store.filters import Filters
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.protocols import Vectors

SURVEYED = 24
"""Papers among which a survey chooses."""
_NEAR_TOP = 5
"""Papers of a side's search among which one about it is looked for."""
_COVERED = 0.6
"""Share of a side's terms, by weight, that a paper about it has."""
_NEAR = 0.42
"""Cosine to the words of a side that the nearest sentence of a paper about it has."""

_NONE: Mapping[str, FusedScore] = MappingProxyType({})

Search = Callable[[str], Retrieval]
"""A standalone question → what a search for it finds."""


@dataclass(frozen=True, kw_only=True)
class SearchedPart:
    """A part of the question and what was found for it.

    subject: the side of a comparison, else empty. held: whether the library has something about it.
    mentioned: where the paper that introduces the subject is asked for, which the library lacks: titles of
    those that have its name.
    """

    question: str
    found: Retrieval
    subject: str = ""
    held: bool = True
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SearchedParts:
    """What was found for a question, by part, and merged.

    found: of the whole question, with the best papers of each part first: what composers and models read.
    best_is_right: the chance that the best paper is the right one; 1 until it is estimated.
    """

    kind: PlanKind
    found: Retrieval
    parts: tuple[SearchedPart, ...]
    best_is_right: float = 1.0

    def judged(self, trusts: Sequence[Trust], least: float) -> SearchedParts:
        """The same, where a question asked in turn isn't held if its confidence is below the least."""
        judged = replace(self, best_is_right=max(trust.found for trust in trusts))
        if self.kind != "in_turn":
            return judged
        parts = zip(self.parts, trusts, strict=True)
        held = tuple(replace(part, held=trust.confidence >= least) for part, trust in parts)
        return replace(judged, parts=held)


def search_parts(
    question: str, whole: Retrieval, library: Library, search: Search, filters: Filters | None = None
) -> SearchedParts:
    """Searches each part of a standalone question.

    whole: what was found for the whole of it. search: finds papers for a part, within the same `filters`.
    """
    if not whole.ranking:  # no paper passes the filters
        return SearchedParts(
            kind="single", found=whole, parts=(SearchedPart(question=question, found=whole),)
        )
    named = named_papers(question, library, filters)
    sure = any(each.subject and _is_surely_name(each, question, library) for each in named)
    plan = plan_question(question, named, about_one=sure)
    if plan.kind == "comparison":
        parts = tuple(_side(part, whole, named, library, search) for part in plan.parts)
        if not any(part.subject in {each.name for each in named} for part in parts):
            parts = _beside_whole(question, whole, parts, library)
        if len(parts) > 1:
            return SearchedParts(kind=plan.kind, found=_merged(whole, parts, library), parts=parts)
    if plan.kind == "in_turn":
        parts = tuple(_searched(part, named, library, search) for part in plan.parts)
        return SearchedParts(kind=plan.kind, found=_merged(whole, parts, library), parts=parts)
    if plan.kind == "survey":
        (topic,) = plan.parts
        found = whole if topic.question == question else search(topic.question)
        more = _with_entries(found, library, max(SURVEYED, len(found.entries)))
        return SearchedParts(
            kind="survey", found=found, parts=(SearchedPart(question=topic.question, found=more),)
        )
    found = _named_first(whole, question, named, library)
    mentioned = only_mentioned(question, library, filters)
    part = SearchedPart(
        question=question,
        found=found,
        subject=question_kind.introduced_thing(question) if mentioned else "",
        held=not mentioned,
        mentioned=mentioned,
    )
    return SearchedParts(kind="single", found=found, parts=(part,))


def search_merged(
    library: Library,
    question: str,
    settings: Settings,
    *,
    papers: int | None = None,
    filters: Filters | None = None,
) -> Retrieval:
    """The papers for a question in the order in which answers have them; papers: as in `search`."""
    papers = settings.resolved_papers if papers is None else papers
    # A side of a comparison is looked for among the settings' papers, however few are asked for.
    read = max(papers, settings.resolved_papers)
    find = partial(search, library, settings=settings, papers=read, filters=filters)
    parts = search_parts(question, find(question), library, find, filters)
    return _with_entries(parts.found, library, papers)


def _searched(
    part: PlannedPart, named: Sequence[NamedPapers], library: Library, search: Search
) -> SearchedPart:
    found = _named_first(search(part.question), part.question, named, library)
    return SearchedPart(question=part.question, found=found, subject=part.subject)


def _named_first(
    found: Retrieval, question: str, named: Iterable[NamedPapers], library: Library
) -> Retrieval:
    """The same with the papers first that names in the question stand for."""
    ranked = {fused.paper for fused in found.ranking}
    first = [
        each.subject
        for each in named
        if each.subject in ranked and each.name in question and _is_surely_name(each, question, library)
    ]
    # Two names, two papers: which one is meant is for the search to say.
    return _reordered(found, first, library, score=1.0) if len(set(first)) == 1 else found


def _is_surely_name(named: NamedPapers, question: str, library: Library) -> bool:
    """Whether a name isn't in lower case, or is no word that the embedder knows whole ("cut", "plus")."""
    if not named.name.islower():
        return True
    start = question.index(named.name)
    end = start + len(named.name)
    spans = library.token_embedder.question_states(question).spans
    return sum(start <= a and b <= end for a, b in spans) > 1


def _side(
    part: PlannedPart, whole: Retrieval, named: Sequence[NamedPapers], library: Library, search: Search
) -> SearchedPart:
    """One side of a comparison: its papers by name or by meaning, the best first."""
    found = search(part.question)
    by_name = next((each for each in named if each.name == part.subject), None)
    if by_name:
        chosen = _best(found, _spelled_so(by_name, library))
    else:
        having = [e for e in (*found.evidence, *whole.evidence) if has_name(e.paper, part.subject)]
        chosen = having[0].paper.id if having else _by_meaning(part.subject, whole, found, library)
    if chosen is None:
        return SearchedPart(question=part.question, found=found, subject=part.subject, held=False)
    first = _reordered(found, [chosen], library, also={f.paper: f for f in whole.ranking})
    return SearchedPart(question=part.question, found=first, subject=part.subject)


def _beside_whole(
    question: str, whole: Retrieval, sides: Sequence[SearchedPart], library: Library
) -> tuple[SearchedPart, ...]:
    """The whole question, and the sides that its best paper isn't about.

    For sides that no name stands for: what reads as two things may be one, and where one paper compares
    them, it answers best. A side that isn't held counts only where the question writes it as a name.
    """
    first = SearchedPart(question=question, found=whole)
    if not whole.evidence:
        return (first,)
    best = whole.evidence[0]
    missing = question_names(question)
    others = [
        side
        for side in sides
        if (side.held and not _covers(best, side.subject, library))
        or (not side.held and missing.issuperset(question_kind.words(side.subject)))
    ]
    return (first, *others)


def _covers(paper: RetrievedPaper, subject: str, library: Library) -> bool:
    idf = library.lexical.idf(analyzer().analyze(subject))
    return has_name(paper.paper, subject) or _is_about(paper, library.embedder.embed_question(subject), idf)


def _has_unknown_word(subject: str, library: Library) -> bool:
    terms = analyzer().analyze(subject)
    return not terms or any(not library.lexical.search(term, 1) for term in terms)


def _best(found: Retrieval, papers: Sequence[str]) -> str | None:
    ranks = {fused.paper: n for n, fused in enumerate(found.ranking)}
    return min((paper for paper in papers if paper in ranks), key=ranks.__getitem__, default=None)


def _spelled_so(named: NamedPapers, library: Library) -> list[str]:
    """Of the papers with a name: those spelled as in the question, and of these those titled so, if any."""
    papers = [entry.paper for entry in library.catalog.get(list(named.papers)).values()]
    spelled = [p for p in papers if named.name in f"{p.title} {p.abstract}"] or papers
    titled = [p for p in spelled if p.id in named.papers[: named.titled]] or spelled
    return [p.id for p in titled]


def _by_meaning(subject: str, whole: Retrieval, found: Retrieval, library: Library) -> str | None:
    """The paper about a thing without a name; None where none is near or the library lacks a word of it.

    The best paper of the whole question comes before the side's own: it may be about both sides.
    """
    if _has_unknown_word(subject, library):
        return None
    idf = library.lexical.idf(analyzer().analyze(subject))
    vector = library.embedder.embed_question(subject)
    near = (e for e in (*whole.evidence[:1], *found.evidence[:_NEAR_TOP]) if _is_about(e, vector, idf))
    return next((e.paper.id for e in near), None)


def _is_about(evidence: RetrievedPaper, vector: Vectors, idf: Mapping[str, float]) -> bool:
    text = f"{evidence.paper.display_title}. {plain_text(evidence.paper.abstract)}"
    return float((evidence.vectors @ vector).max()) >= _NEAR and term_share(text, idf) >= _COVERED


def _merged(whole: Retrieval, parts: Sequence[SearchedPart], library: Library) -> Retrieval:
    """The whole's ranking with the best paper of each part that the library holds before it."""
    best = [part.found.ranking[0] for part in parts if part.held and part.found.ranking]
    known = {fused.paper: fused for part in parts for fused in part.found.ranking}
    return _reordered(whole, [fused.paper for fused in best], library, also=known)


def _reordered(
    found: Retrieval,
    papers: Sequence[str],
    library: Library,
    *,
    also: Mapping[str, FusedScore] = _NONE,
    score: float | None = None,
) -> Retrieval:
    """The same with some papers first. also: scores of papers that it may lack.

    score: of these papers; default: that of the best.
    """
    scores = {**also, **{fused.paper: fused for fused in found.ranking}}
    score = found.ranking[0].score if score is None else score
    first = [scores[paper]._replace(score=score) for paper in dict.fromkeys(papers) if paper in scores]
    chosen = {fused.paper for fused in first}
    ranking = (*first, *(fused for fused in found.ranking if fused.paper not in chosen))
    return _with_entries(replace(found, ranking=ranking), library, len(found.entries))


def _with_entries(found: Retrieval, library: Library, count: int) -> Retrieval:
    """The same with the first `count` papers of its ranking as entries."""
    known = {entry.paper.id: entry for entry in found.entries}
    wanted = [fused.paper for fused in found.ranking[:count]]
    known |= library.catalog.get([paper for paper in wanted if paper not in known])
    # A paper may have been removed since.
    ranking = [f for n, f in enumerate(found.ranking) if n >= count or f.paper in known]
    entries = tuple(known[paper] for paper in wanted if paper in known)
    return replace(found, ranking=tuple(ranking), entries=entries)
