"""The assistant: answers questions from an open library with its settings."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import TYPE_CHECKING, Literal, Self

from footnote.rag.answer import Answer
from footnote.rag.composing.llm import LLMComposer
from footnote.rag.conversation.messages import HistoryItem, as_messages, checked
from footnote.rag.events import Done, Event, Step
from footnote.rag.filters import checked_filters
from footnote.rag.metrics import Metrics
from footnote.rag.opening import library_of
from footnote.rag.pipeline import answer_events
from footnote.rag.retrieval.parts import search_merged
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.settings import Settings, load_settings
from footnote.rag.tracing import answer_span
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.library_status import LibraryStatus
from footnote.store.progress import Progress

if TYPE_CHECKING:
    from footnote.rag.retriever import Retriever

log = logging.getLogger(__name__)

History = Sequence[HistoryItem]


class Assistant:
    """Answers questions from one library. Safe to use from several threads and event loops.

    A context manager, sync or async, that closes the library at the end.
    """

    def __init__(self, settings: Settings | None = None, *, progress: Progress | None = None) -> None:
        """Opens the library of `settings` (default: from the environment).

        A library that doesn't exist yet is made of the papers that ship, which takes a few seconds
        once; `progress` is called with counts. Raises SettingsError or LibraryError.
        """
        self.settings = settings or load_settings()
        self.metrics = Metrics()
        self.library: Library = library_of(self.settings, progress=progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

    def __repr__(self) -> str:
        by = f"model {self.model}" if self.model else "quoting"
        return f"<Assistant of {self.settings.library}, {by}>"

    @property
    def mode(self) -> Literal["extractive", "llm"]:
        """Whether answers quote or are composed by a model."""
        return self.settings.resolved_mode

    @property
    def model(self) -> str | None:
        """The chat model in use, None when quoting."""
        return self.settings.model if self.mode == "llm" else None

    async def stream(
        self,
        question: str,
        *,
        history: History = (),
        filters: Filters | None = None,
        settings: Settings | None = None,
        stop: asyncio.Event | None = None,
    ) -> AsyncGenerator[Event]:
        """Events of one answer: see `rag.events`.

        history: earlier messages or answers, oldest first. filters: only papers that pass are used.
        settings: for this answer, in place of the assistant's own; the library stays. stop: once it is
        set, the answer ends with the sentences checked so far.
        Raises QuestionError, FiltersError, LibraryError.
        """
        settings = settings or self.settings
        events = answer_events(
            question,
            history=as_messages(history),
            library=self.library,
            settings=settings,
            composer=LLMComposer(settings) if settings.resolved_mode == "llm" else None,
            filters=filters,
            stop=stop,
        )
        with self.metrics.question() as counted, answer_span() as span:
            async with aclosing(events):
                async for event in events:
                    counted.see(event)
                    span.see(event)
                    if isinstance(event, Step) and event.seconds is not None:
                        log.info("%s: %.3f s, %s", event.name, event.seconds, event.detail)
                    yield event

    async def aask(self, question: str, *, history: History = (), filters: Filters | None = None) -> Answer:
        """The answer. `history`: earlier messages or answers, oldest first. Raises as `stream`."""
        async with aclosing(self.stream(question, history=history, filters=filters)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.answer
        raise AssertionError("the stream of events ended without an answer")

    def ask(self, question: str, *, history: History = (), filters: Filters | None = None) -> Answer:
        """As `aask`, for callers without a loop, or inside one that runs (Jupyter)."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self.aask(question, history=history, filters=filters))
        with ThreadPoolExecutor(1) as worker:
            awaited = self.aask(question, history=history, filters=filters)
            return worker.submit(asyncio.run, awaited).result()

    def search(self, question: str, k: int = 10, *, filters: Filters | None = None) -> Retrieval:
        """The `k` best papers for a question, ranked as for an answer, with both parts of their scores.

        Raises as `stream`.
        """
        return search_merged(
            self.library,
            checked(question, self.settings.max_question_chars),
            self.settings,
            papers=k,
            filters=checked_filters(filters, self.library),
        )

    def retriever(self, *, filters: Filters | None = None) -> Retriever:
        """The search as a LangChain retriever. Raises FiltersError."""
        from footnote.rag.retriever import Retriever  # answers need none of it

        return Retriever(
            library=self.library,
            settings=self.settings,
            filters=checked_filters(filters, self.library),
        )

    def status(self) -> LibraryStatus:
        """Counts of the library, and what built its indexes."""
        return self.library.status()

    def close(self) -> None:
        """Gives back the library's connections, files and threads. The assistant can't be used after it."""
        self.library.close()


_opened: dict[str, Assistant] = {}
_opening = threading.Lock()


def default_assistant() -> Assistant:
    """The assistant of the environment's settings, opened once a process and per settings."""
    settings = load_settings()
    secrets = [settings.openai_api_key, settings.chroma_token]
    key = settings.model_dump_json() + "\n".join(s.get_secret_value() if s else "" for s in secrets)
    with _opening:
        if key not in _opened:
            _opened[key] = Assistant(settings)
        return _opened[key]


def ask(question: str, *, history: History = (), filters: Filters | None = None) -> Answer:
    """Answers a question from the library of the environment's settings.

    Works with no key and no network, and inside a running event loop. `str(answer)` is the
    answer with its footnotes. `filters`: only papers that pass are used. Raises
    a FootnoteError: QuestionError, FiltersError, SettingsError, LibraryError.
    """
    return default_assistant().ask(question, history=history, filters=filters)


async def aask(question: str, *, history: History = (), filters: Filters | None = None) -> Answer:
    """As `ask`, awaited."""
    assistant = await asyncio.to_thread(default_assistant)
    return await assistant.aask(question, history=history, filters=filters)


async def stream(
    question: str, *, history: History = (), filters: Filters | None = None
) -> AsyncGenerator[Event]:
    """Events of one answer as they happen; the last is `Done` with the answer."""
    assistant = await asyncio.to_thread(default_assistant)
    async with aclosing(assistant.stream(question, history=history, filters=filters)) as events:
        async for event in events:
            yield event
