"""The titles and quotes of questions resolved in a library: ids of papers, places in abstracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from footnote.eval.errors import GoldError
from footnote.eval.questions import Question, QuestionSet
from footnote.store.papers import Paper, title_key
from footnote.store.sentences import Span


@dataclass(frozen=True, kw_only=True)
class GoldQuote:
    """A gold quote: `places` has every place of the abstract in which its words stand."""

    paper: str
    places: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class Gold:
    """What a right answer to one question draws on; `papers` and `also_ok` are ids, disjoint."""

    answerable: bool
    papers: frozenset[str] = frozenset()
    also_ok: frozenset[str] = frozenset()
    quotes: tuple[GoldQuote, ...] = ()


def match_gold(question_set: QuestionSet, papers: Iterable[Paper]) -> dict[str, Gold]:
    """The gold of each question by its id; titles are matched by `title_key`.

    A title that several papers have means the one whose abstract holds the question's quotes;
    under `also_ok` it means all of them. Raises GoldError, with every question and title at
    fault, where a title isn't in the library, stays ambiguous, or a quote isn't in the abstract.
    """
    wanted = {title_key(title) for question in question_set.questions for title in _titles(question)}
    library: dict[str, list[Paper]] = {}
    for paper in papers:
        if (key := title_key(paper.title)) in wanted:
            library.setdefault(key, []).append(paper)
    problems: list[str] = []
    golds = {question.id: _match(question, library, problems) for question in question_set.questions}
    if problems:
        raise GoldError(question_set.file, problems)
    return golds


def _titles(question: Question) -> list[str]:
    return [*question.papers, *question.also_ok, *(evidence.paper for evidence in question.evidence)]


def _match(question: Question, library: dict[str, list[Paper]], problems: list[str]) -> Gold:
    """The gold of one question; what is wrong with it is added to `problems`."""
    chosen: dict[str, Paper] = {}
    for title in dict.fromkeys([*question.papers, *(e.paper for e in question.evidence)]):
        namesakes = library.get(title_key(title), [])
        quotes = [e.quote for e in question.evidence if title_key(e.paper) == title_key(title)]
        holders = [p for p in namesakes if all(quote in p.abstract for quote in quotes)]
        if not namesakes:
            problems.append(f"{question.id}: no paper is titled {title!r}")
        elif len(namesakes) == 1:
            chosen[title] = namesakes[0]
        elif len(holders) == 1:
            chosen[title] = holders[0]
        else:
            ids = ", ".join(paper.id for paper in namesakes)
            problems.append(f"{question.id}: {len(namesakes)} papers are titled {title!r} ({ids})")
    also_ok: set[str] = set()
    for title in question.also_ok:
        namesakes = library.get(title_key(title), [])
        also_ok.update(paper.id for paper in namesakes)
        if not namesakes:
            problems.append(f"{question.id}: no paper is titled {title!r}")
    gold_quotes: list[GoldQuote] = []
    for evidence in question.evidence:
        if (paper := chosen.get(evidence.paper)) is None:
            continue
        places = find_places(paper.abstract, evidence.quote)
        if not places:
            problems.append(
                f"{question.id}: the abstract of {paper.title!r} doesn't hold the words {evidence.quote!r}"
            )
        gold_quotes.append(GoldQuote(paper=paper.id, places=places))
    gold_papers = frozenset(chosen[title].id for title in question.papers if title in chosen)
    return Gold(
        answerable=question.answerable,
        papers=gold_papers,
        also_ok=frozenset(also_ok) - gold_papers,
        quotes=tuple(gold_quotes),
    )


def find_places(text: str, words: str) -> tuple[Span, ...]:
    """Every place where `words` stands in `text`, overlapping ones too."""
    places: list[Span] = []
    at = text.find(words)
    while at >= 0:
        places.append(Span(at, at + len(words)))
        at = text.find(words, at + 1)
    return tuple(places)
