"""The search as the settings say: alone, or with a chat model that adds words to search for."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from footnote.rag.answer import Usage
from footnote.rag.errors import ModelError
from footnote.rag.llm.deadline import HELP, Deadline
from footnote.rag.retrieval.expansion import expand
from footnote.rag.retrieval.fusion import Signal
from footnote.rag.retrieval.retrieve import Retrieval, retrieve
from footnote.rag.settings import Settings
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.protocols import Vectors

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class AssistedRetrieval:
    """What was found, the usage of the model that helped, and a sentence on why it failed.

    plain: the search for the question alone, from which the confidence is computed: an expansion brings
    passages nearer to every question. Where nothing expands it, `found` itself. usage: None where no model
    was called.
    """

    found: Retrieval
    plain: Retrieval
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
    vector: Vectors | None = None,
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
        vector=vector,
    )


def wants_model(settings: Settings) -> bool:
    """Whether a chat model is set and the search is to use it."""
    return settings.resolved_expand != "off"


async def assisted_search(
    library: Library,
    question: str,
    settings: Settings,
    *,
    leave_out: Signal | None = None,
    filters: Filters | None = None,
    deadline: Deadline | None = None,
    expansion: str | None = None,
) -> AssistedRetrieval:
    """The search, with the chat model's expansion of the question as `settings.resolved_expand` asks.

    Where the model fails or is late, the search goes on without it. deadline: of the whole answer; None:
    one for this search alone. expansion: what a call before this one wrote; None: there was no such call.
    """
    usage: Usage | None = None
    trouble: str | None = None
    if expansion is None and wants_model(settings):
        deadline = deadline or Deadline(settings.answer_deadline_s)
        try:
            expanded = await expand(settings, question, deadline=deadline.part(HELP))
            expansion, usage = expanded.text, expanded.usage
        except ModelError as error:
            log.warning("the chat model could not help the search: %s", error)
            usage, trouble = error.usage, f"{error} The search went on without the model."
    found, plain = await asyncio.to_thread(
        _both, library, question, settings, leave_out=leave_out, filters=filters, expansion=expansion or ""
    )
    return AssistedRetrieval(found=found, plain=plain, usage=usage, trouble=trouble)


def _both(
    library: Library,
    question: str,
    settings: Settings,
    *,
    leave_out: Signal | None,
    filters: Filters | None,
    expansion: str,
) -> tuple[Retrieval, Retrieval]:
    """The search with the expansion and the one for the question alone; the same where there is none."""
    plain = search(library, question, settings, leave_out=leave_out, filters=filters)
    if not expansion:
        return plain, plain
    found = search(
        library,
        question,
        settings,
        leave_out=leave_out,
        filters=filters,
        expansion=expansion,
        vector=plain.vector,
    )
    return found, plain
