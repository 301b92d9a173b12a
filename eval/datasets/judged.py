"""Queries and the papers that they should find, whether from a BEIR folder or a question set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from footnote.eval.datasets.beir import BeirSet
from footnote.eval.datasets.gold import match_gold
from footnote.eval.questions import QuestionSet
from footnote.rag.conversation.condense import condense
from footnote.rag.conversation.messages import checked
from footnote.rag.settings import Settings
from footnote.store.papers import Paper


@dataclass(frozen=True, kw_only=True)
class JudgedQuery:
    """A query with at least one relevant paper.

    grades: relevance by paper, 0 for one that is judged not relevant. neutral: papers that are
    found without gain or loss. labels: what the query is a slice of, such as type → factoid.
    """

    id: str
    text: str
    grades: Mapping[str, int]
    neutral: frozenset[str] = frozenset()
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class JudgedSet:
    """Queries to be asked. notes: what a reader of the figures should know of the set."""

    name: str
    queries: tuple[JudgedQuery, ...]
    notes: tuple[str, ...]
    dataset_hash: str


def judged_beir(beir: BeirSet, *, limit: int | None = None) -> JudgedSet:
    """The judged queries of a BEIR folder, the first `limit` of them."""
    queries = [
        JudgedQuery(id=ident, text=text, grades=beir.grades[ident], labels={})
        for ident, text in beir.queries.items()
    ]
    return JudgedSet(
        name=beir.name,
        queries=tuple(queries[:limit]),
        notes=_notes(
            (beir.left_out, "queries without a relevant document, left out"),
            (
                beir.unknown_documents,
                "judgements of documents that the corpus doesn't hold, counted as not found where relevant",
            ),
            (beir.unknown_queries, "judged queries that queries.jsonl doesn't hold"),
            (beir.corpus.no_title, "documents without a title, for which their id stands in"),
            (beir.corpus.no_text, "documents without a text, for which their title stands in"),
            (beir.corpus.shortened, "documents longer than a library holds, cut"),
        ),
        dataset_hash=beir.dataset_hash,
    )


def judged_questions(
    question_set: QuestionSet, papers: Iterable[Paper], settings: Settings, *, limit: int | None = None
) -> JudgedSet:
    """The answerable ones of the first `limit` questions, in their standalone form.

    That is the form in which the assistant searches for them. Raises GoldError where the
    questions don't fit the library, QuestionError for one that can't be asked.
    """
    golds = match_gold(question_set, papers)
    asked = question_set.questions[:limit]
    queries = [
        JudgedQuery(
            id=question.id,
            text=condense(checked(question.question, settings.max_question_chars), question.history),
            grades=dict.fromkeys(golds[question.id].papers, 1),
            neutral=golds[question.id].also_ok,
            labels={"type": question.type} | ({"style": question.style} if question.style else {}),
        )
        for question in asked
        if golds[question.id].papers
    ]
    return JudgedSet(
        name=question_set.file,
        queries=tuple(queries),
        notes=_notes((len(asked) - len(queries), "questions that the library doesn't answer, left out")),
        dataset_hash=question_set.dataset_hash,
    )


def _notes(*counted: tuple[int, str]) -> tuple[str, ...]:
    return tuple(f"{what}: {count:,}" for count, what in counted if count)
