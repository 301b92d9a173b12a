"""The search as the settings say: alone, or with a chat model that adds words to search for."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from footnote.rag.answer import Usage
from footnote.rag.errors import ModelError
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.expansion import expand
from footnote.rag.retrieval.fusion import Signal
from footnote.rag.retrieval.retrieve import Retrieval, retrieve
from footnote.rag.settings import Settings
from footnote.store.filters import Filters
from footnote.store.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class AssistedRetrieval:
    """What was found, the usage of the model that helped, and a sentence on why it failed.

    usage: None where no model was called.
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
    leave_out: Signal | None = None,
    filters: Filters | None = None,
    expansion: str = "",
) -> Retrieval:
    """`retrieve` with the values of the settings; papers: another number than the settings'."""
    papers = settings.resolved_papers if papers is None else papers
    return retrieve(
        library,
        question,
        papers=papers,
        candidates=max(papers, settings.candidates),
        ranking=settings.ranking,
        lens=settings.lens,
        leave_out=leave_out,
        filters=filters,
        expansion=expansion,
    )


def wants_model(settings: Settings) -> bool:
    """Whether a chat model is set and the search is to use it."""
    return settings.resolved_mode == "llm" and settings.expand != "off"


async def assisted_search(
    library: Library,
    question: str,
    settings: Settings,
    *,
    leave_out: Signal | None = None,
    filters: Filters | None = None,
    deadline: Deadline | None = None,
) -> AssistedRetrieval:
    """The search, with the chat model's expansion of the question where `settings.expand` asks for one.

    Where the model fails, the search goes on without it. deadline: of the whole answer; None: one
    for this search alone.
    """
    usage: Usage | None = None
    trouble: str | None = None
    expansion = ""
    if wants_model(settings):
        try:
            expanded = await expand(
                settings, question, deadline=deadline or Deadline(settings.answer_deadline_s)
            )
            expansion, usage = expanded.text, expanded.usage
        except ModelError as error:
            log.warning("the chat model could not help the search: %s", error)
            usage, trouble = error.usage, f"{error} The search went on without the model."
    found = await asyncio.to_thread(
        search, library, question, settings, leave_out=leave_out, filters=filters, expansion=expansion
    )
    return AssistedRetrieval(found=found, usage=usage, trouble=trouble)
