"""Answers to questions about the library itself, and to courtesies: no search, no model, no citation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from footnote.rag.answer import Answer, AnswerKind
from footnote.rag.catalogue.intentions import Intention, classifier
from footnote.rag.catalogue.replies import CatalogueQuestion, papers_of, reply_to
from footnote.rag.catalogue.slots import read_slots
from footnote.rag.conversation.messages import Message
from footnote.rag.retrieval.author_match import author_names, author_scope, papers_by
from footnote.rag.retrieval.question_kind import introduced_thing
from footnote.rag.settings import Settings
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Paper

_KINDS: dict[Intention, AnswerKind] = {"abilities": "chitchat", "greeting": "chitchat", "thanks": "chitchat"}
_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|that|they|them|their|these|those|he|she|his|her)\b", re.IGNORECASE
)
_OF_THE_LIBRARY = re.compile(r"\b(?:library|collection|database|corpus)\b", re.IGNORECASE)
_WHO_WROTE = re.compile(
    r"\W*who\s+(?:wrote|authored|published|(?:is|are|was|were)\s+the\s+authors?\s+of)\b", re.IGNORECASE
)
_PAPERS_BY = re.compile(
    r"(?:\w+\s+){0,4}(?:papers?|articles?|publications?|works?)\s+(?:\w+\s+){0,2}by\s+(?:the\s+)?(?P<names>[^?,;:]+?)"
    r"[?.\s]*$",
    re.IGNORECASE,
)
_OF_A_PAPER: frozenset[Intention] = frozenset({"authors", "date", "venues"})
"""Intentions that may be about the papers of the last answer: "who wrote it?"."""


def catalogue_answer(
    question: str, history: Sequence[Message], library: Library, settings: Settings, filters: Filters | None
) -> Answer | None:
    """The answer from the catalogue, or a polite reply; None for a question to the papers.

    history: messages before it, oldest first.
    """
    vector = library.token_embedder.question_states(question).vector
    (intention,) = classifier().intentions([question], vector[None])
    cited = _cited(history)
    about_papers = intention and _is_about_papers(question, intention, bool(history or filters), cited)
    if about_papers or introduced_thing(question):
        return None
    asked = CatalogueQuestion(library=library, filters=filters, slots=read_slots(question), cited=cited)
    reply = reply_to(intention, asked) if intention else _of_authors(question, asked)
    if reply is None:
        return None
    return Answer(
        question=question,
        standalone=question,
        kind=_KINDS.get(intention, "catalogue") if intention else "catalogue",
        reply=reply,
        status="answered",
        mode=settings.resolved_mode,
        filters=filters,
    )


def _of_authors(question: str, asked: CatalogueQuestion) -> str | None:
    """A reply to what the classifier takes for a question to the papers because of the words in a title or in
    a name: who wrote a paper, papers by an author, and authors of several papers of whom nothing is asked.
    """
    if _WHO_WROTE.match(question):
        return reply_to("authors", asked)
    if match := _PAPERS_BY.match(question):
        names = author_names(match["names"])
        return papers_of(names, asked) if names and papers_by(names, asked.library, asked.filters) else None
    scope = author_scope(question, asked.library, asked.filters)
    return papers_of(scope.names, asked) if scope and not scope.asks else None


def _is_about_papers(question: str, intention: Intention, in_context: bool, cited: Sequence[Paper]) -> bool:
    """Whether a question points back at a conversation or at chosen papers: "how does it work?".

    "who wrote it?" is one to the catalogue where the last answer cites something.
    """
    if not in_context or intention in ("greeting", "thanks") or (intention in _OF_A_PAPER and cited):
        return False
    return bool(_POINTS_BACK.search(question)) and not _OF_THE_LIBRARY.search(question)


def _cited(history: Sequence[Message]) -> tuple[Paper, ...]:
    """The papers that the last answer cites, each once."""
    answers = [message.answer for message in history if message.answer]
    if not answers:
        return ()
    return tuple({each.paper.id: each.paper for each in answers[-1].citations}.values())
