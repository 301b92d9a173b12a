"""The tools of `ui.api.offered`, run on an assistant: as many requests at once as it can answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from footnote.rag import Answer, Assistant
from footnote.rag.assistant import History
from footnote.rag.errors import QuestionError
from footnote.rag.filters import FiltersError, none_pass
from footnote.rag.retrieval.search_results import PaperDetails, SearchResults, paper_details, search_results
from footnote.store.errors import FootnoteError
from footnote.store.library import Library
from footnote.store.neighbours import nearest_papers
from footnote.ui.accounts import visitors
from footnote.ui.accounts.rates import TooMany
from footnote.ui.api.offered import TOOLS, AskArguments, PaperArguments, RequestError, SearchArguments, Tool

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Requests that run at the same time."""
WAITING = 64
NEAREST = 6


_Arguments = TypeVar("_Arguments", bound=BaseModel)


@dataclass(frozen=True)
class Operation:
    """A tool and what runs it. result: the type of its output. run: raises FootnoteError."""

    tool: Tool
    result: type[BaseModel]
    run: Callable[[Any], Awaitable[BaseModel]]


class Api:
    """The operations on one assistant. Use it from one event loop only."""

    def __init__(self, assistant: Assistant, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        """at_once: requests that run at the same time. waiting: requests that may wait; more are refused."""
        self._assistant = assistant
        self._running = asyncio.Semaphore(at_once)
        self._free = at_once + waiting
        self.operations = {
            "ask": Operation(TOOLS["ask"], Answer, self._ask),
            "search": Operation(TOOLS["search"], SearchResults, self._search),
            "paper": Operation(TOOLS["paper"], PaperDetails, self._paper),
        }

    async def call(self, name: str, arguments: bytes | dict[str, Any]) -> str:
        """The result of an operation as JSON. arguments: as JSON, or parsed. Raises RequestError."""
        return (await self.result(name, arguments)).model_dump_json()

    async def result(self, name: str, arguments: bytes | dict[str, Any]) -> BaseModel:
        """The result of an operation. arguments: as JSON, or parsed. Raises RequestError."""
        operation = self.operations.get(name)
        if operation is None:
            raise RequestError(404, f"there is no {name[:80]!r} here, only {', '.join(self.operations)}")
        read = read_arguments(operation.tool.arguments, arguments)
        self.count_question()
        async with self._request():
            return await operation.run(read)

    @staticmethod
    def count_question() -> None:
        """Counts a request of the current visitor. Raises RequestError if it is one too many in a minute."""
        try:
            visitors.current().count_question()
        except TooMany as error:
            raise RequestError(429, str(error), error.wait_s) from error

    async def answer(self, question: str, history: History) -> Answer:
        """The answer to the last question of a conversation. Raises RequestError."""
        async with self._request():
            return await self._assistant.aask(question, history=history)

    @asynccontextmanager
    async def _request(self) -> AsyncIterator[None]:
        """Takes a slot. Raises a RequestError for what is raised within."""
        try:
            async with self._slot():
                yield
        except RequestError:
            raise
        except (QuestionError, FiltersError) as error:
            raise RequestError(422, str(error)) from error
        except FootnoteError as error:  # its text is for the operator of the server, and may name files
            log.exception("The library can't be used")
            raise RequestError(503, "the library can't be used now; the server's log says why", 2) from error
        except Exception as error:
            log.exception("A request failed")
            raise RequestError(500, "something went wrong on the server; its log says what it was") from error

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if not self._free:
            raise RequestError(503, "too many requests are waiting: try again in a moment", 2)
        self._free -= 1
        try:
            async with self._running:
                yield
        finally:
            self._free += 1

    async def _ask(self, arguments: AskArguments) -> Answer:
        return await self._assistant.aask(arguments.question, filters=arguments.filters())

    async def _search(self, arguments: SearchArguments) -> SearchResults:
        filters = arguments.filters()

        def found() -> SearchResults:
            hits = self._assistant.search(arguments.question, arguments.k, filters=filters)
            nothing = bool(filters) and not hits.hits
            return search_results(hits, none_pass(filters, self._assistant.library) if nothing else ())

        return await asyncio.to_thread(found)

    async def _paper(self, arguments: PaperArguments) -> PaperDetails:
        return await asyncio.to_thread(self._whole, self._assistant.library, arguments.id)

    @staticmethod
    def _whole(library: Library, ident: str) -> PaperDetails:
        entry = library.catalog.get([ident]).get(ident)
        if entry is None:
            raise RequestError(
                404, f"the library has no paper with the id {ident!r}; `search` lists the ids of papers"
            )
        near = nearest_papers(library, ident, NEAREST)
        known = library.catalog.get([other for other, _ in near])
        return paper_details(entry.paper, [(known[i].paper, cosine) for i, cosine in near if i in known])


def read_arguments(expected: type[_Arguments], given: bytes | dict[str, Any]) -> _Arguments:
    """The arguments. Raises RequestError, which names the first invalid one."""
    try:
        if isinstance(given, bytes):
            return expected.model_validate_json(given)
        return expected.model_validate(given)
    except ValidationError as error:
        known = ", ".join(expected.model_fields)
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        # An unknown argument first: it is often the reason why another is missing.
        problem = min(problems, key=lambda each: each["type"] != "extra_forbidden")
        if not problem["loc"]:
            message = f"send a JSON object with {known}: {problem['msg']}"
        elif problem["type"] == "extra_forbidden":
            message = f"there is no argument {str(problem['loc'][0])[:80]!r}, only {known}"
        else:
            message = f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
        raise RequestError(422, message) from None  # the cause may show values of any length
