"""The search as the settings say: alone, or with a chat model's help before and after it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from footnote.rag.answer import Usage
from footnote.rag.errors import ModelError
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.expansion import expand
from footnote.rag.retrieval.rescore import reorder, rescore
from footnote.rag.retrieval.retrieve import Retrieval, retrieve
from footnote.rag.settings import Settings
from footnote.store.filters import Filters
from footnote.store.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What was found, what a model's help took, and why it failed, for people.

    usage: None where no help was asked for, or none could be.
    """

    found: Retrieval
    usage: Usage | None = None
    trouble: str | None = None


def search(
    library: Library,
    question: str,
    settings: Settings,
    *,
    papers: int | None = None,
    filters: Filters | None = None,
    expansion: str = "",
) -> Retrieval:
    """`retrieve`, as the settings say; papers: other than `settings.papers`."""
    papers = settings.papers if papers is None else papers
    return retrieve(
        library,
        question,
        papers=papers,
        candidates=max(papers, settings.candidates),
        ranking=settings.ranking,
        lens=settings.lens,
        leave_out=settings.leave_out,
        filters=filters,
        expansion=expansion,
    )


def wants_model(settings: Settings) -> bool:
    """Whether a chat model is set and the search is to have its help."""
    return settings.resolved_mode == "llm" and (settings.expand != "off" or settings.rescore > 0)


async def assisted_search(
    library: Library,
    question: str,
    settings: Settings,
    *,
    filters: Filters | None = None,
    deadline: Deadline | None = None,
) -> Searched:
    """The search with the help that `settings.expand` and `settings.rescore` ask of the chat model.

    Where the model fails, the search goes on without it, and asks it no second time. deadline: of
    the whole answer; None: one for this search.
    """
    if not wants_model(settings):
        return Searched(found=await asyncio.to_thread(search, library, question, settings, filters=filters))
    deadline = deadline or Deadline(settings.answer_deadline_s)
    usage: list[Usage] = []
    trouble: str | None = None
    expansion = ""
    try:
        if settings.expand != "off":
            expanded = await expand(settings, question, deadline=deadline)
            expansion = expanded.text
            usage.append(expanded.usage)
    except ModelError as error:
        trouble = _noted(error)
        usage += [error.usage] if error.usage else []
    found = await asyncio.to_thread(
        search,
        library,
        question,
        settings,
        papers=max(settings.papers, settings.rescore),
        filters=filters,
        expansion=expansion,
    )
    grades: Sequence[int | None] = ()
    try:
        if settings.rescore and found.entries and trouble is None:
            shown = [entry.paper for entry in found.entries]
            scores = await rescore(settings, question, shown, deadline=deadline)
            grades = scores.grades
            usage.append(scores.usage)
    except ModelError as error:
        trouble = _noted(error)
        usage += [error.usage] if error.usage else []
    return Searched(
        found=_regraded(found, grades, settings.papers),
        usage=sum(usage[1:], usage[0]) if usage else None,
        trouble=trouble,
    )


def _noted(error: ModelError) -> str:
    log.warning("the chat model could not help the search: %s", error)
    return f"{error} The search went on without the model."


def _regraded(found: Retrieval, grades: Sequence[int | None], papers: int) -> Retrieval:
    """The best papers in the order of their grades, of which `papers` are kept as read.

    Scores stay with their places: how far the best is ahead is what retrieval says, not the model.
    """
    ranking, count = found.ranking, len(found.entries)
    order = reorder([fused.score for fused in ranking[:count]], grades)
    moved = [ranking[old]._replace(score=ranking[new].score) for new, old in enumerate(order)]
    return replace(
        found,
        ranking=(*moved, *ranking[count:]),
        entries=tuple(found.entries[old] for old in order[:papers]),
    )
