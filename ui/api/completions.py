"""Footnote as a model of OpenAI's chat completions: `POST /v1/chat/completions` and `GET /v1/models`.

Any client of such models (Open WebUI, the openai package) can ask the library by it. The last message is the
question, those before it are the conversation; system messages are ignored: the papers alone decide what is
answered. The reply is the answer as Markdown with its footnotes, and one annotation for each marker.

What is streamed is final: a judge may still refuse a sentence after it was composed, and this protocol can't
take words back. Until the answer is there, comments keep the connection open.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from footnote.rag import Answer
from footnote.rag.export.markdown import to_markdown
from footnote.rag.export.readable import addresses
from footnote.ui.api.offered import RequestError
from footnote.ui.api.operations import Api, read_arguments
from footnote.ui.api.rest import read_body, unless_disconnected

MODEL = "footnote"
"""The name of the one model. What composes, if anything does, is the operator's choice."""
KEEP_ALIVE_S = 5.0
"""Time between two comments of a stream that waits."""
MAX_MESSAGES = 1_000
_MARKER = re.compile(r"\[\^(\d+)\](?!:)")


class _Sent(BaseModel):
    """What clients send: they send much that has no meaning here, such as a temperature."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TextPart(_Sent):
    """A part of a message that consists of parts."""

    type: Literal["text"]
    text: str


class ChatMessage(_Sent):
    """One message. content: text, or parts that are all text."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    @property
    def text(self) -> str:
        """The whole text."""
        return self.content if isinstance(self.content, str) else "\n".join(p.text for p in self.content)


class StreamOptions(_Sent):
    """include_usage: whether a last chunk with the tokens is sent."""

    include_usage: bool = False


class ChatRequest(_Sent):
    """A request for a chat completion."""

    model: str = Field(max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: bool = False
    stream_options: StreamOptions | None = None

    def conversation(self) -> tuple[str, list[dict[str, object]]]:
        """The question and the messages before it. Raises RequestError if the last isn't the user's."""
        if self.messages[-1].role != "user":
            raise RequestError(422, "messages: the last must have the role user")
        earlier = [message for message in self.messages[:-1] if message.role in ("user", "assistant")]
        return self.messages[-1].text, [{"role": m.role, "content": m.text} for m in earlier]


def routes(api: Api) -> list[BaseRoute]:
    """The two routes."""
    created = int(time.time())

    async def complete(request: Request) -> Response:
        try:
            asked = read_arguments(ChatRequest, await read_body(request))
            if asked.model != MODEL:
                raise RequestError(404, f"there is no model {asked.model[:80]!r} here, only {MODEL!r}")
            question, history = asked.conversation()
            api.count_question()  # before a stream begins, whose status can't be changed any more
            if asked.stream:
                events = _events(api, question, history, asked.stream_options or StreamOptions())
                return StreamingResponse(events, media_type="text/event-stream")
            return await _whole(request, api, question, history)
        except RequestError as error:
            return JSONResponse(_problem(error), error.status, error.headers)
        except ClientDisconnect:  # while its request was being read
            return Response(status_code=400)

    async def models(request: Request) -> Response:
        about = {"id": MODEL, "object": "model", "created": created, "owned_by": "footnote"}
        return JSONResponse({"object": "list", "data": [about]})

    return [
        Route("/v1/chat/completions", complete, methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
    ]


async def _whole(request: Request, api: Api, question: str, history: Sequence[dict[str, object]]) -> Response:
    async def reply() -> str:
        answer = await api.answer(question, history)
        text = to_markdown(answer, with_question=False)
        message = {
            "role": "assistant",
            "content": text,
            "refusal": None,
            "annotations": url_citations(answer, text),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return json.dumps(_head("chat.completion") | {"choices": [choice], "usage": _usage(answer)})

    return Response(await unless_disconnected(request, reply()), media_type="application/json")


async def _events(
    api: Api, question: str, history: Sequence[dict[str, object]], options: StreamOptions
) -> AsyncIterator[str]:
    head = _head("chat.completion.chunk")

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event(head | {"choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    answering = asyncio.create_task(api.answer(question, history))
    try:
        while not (await asyncio.wait([answering], timeout=KEEP_ALIVE_S))[0]:
            yield ": the answer is being written\n\n"
        answer = answering.result()
    except RequestError as error:
        yield _event(_problem(error))
        return
    finally:  # the client has gone, too
        answering.cancel()
    text = to_markdown(answer, with_question=False)
    for part in re.split(r"(?<=\n\n)", text):
        if part:
            yield chunk({"content": part})
    yield chunk({"annotations": url_citations(answer, text)}, "stop")
    if options.include_usage:
        yield _event(head | {"choices": [], "usage": _usage(answer)})
    yield "data: [DONE]\n\n"


def url_citations(answer: Answer, text: str) -> list[dict[str, Any]]:
    """A `url_citation` for each footnote marker of `text`: where it stands, and what paper it cites.

    `footnote` has what this protocol has no word for: the quote, and its place in the paper's abstract. The
    address of a paper without any is a URN of its id.
    """
    cited = {answer.number(n): citation for n, citation in enumerate(answer.citations, 1)}
    found: list[dict[str, Any]] = []
    for marker in _MARKER.finditer(text):
        citation = cited.get(int(marker[1]))
        if citation is None:  # a paper's own words
            continue
        paper = citation.paper
        known = {
            "url": next(iter(addresses(paper)), f"urn:footnote:{paper.id}"),
            "title": paper.display_title,
            "start_index": marker.start(),
            "end_index": marker.end(),
        }
        quote = {"paper": paper.id, "start": citation.start, "end": citation.end, "quote": citation.quote}
        found.append({"type": "url_citation", "url_citation": known, "footnote": quote})
    return found


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _usage(answer: Answer) -> dict[str, int]:
    used = answer.usage
    prompt, completion = (used.prompt_tokens, used.completion_tokens) if used else (0, 0)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _problem(error: RequestError) -> dict[str, Any]:
    kind = "server_error" if error.status >= 500 else "invalid_request_error"
    if error.status == 429:
        kind = "rate_limit_error"
    return {"error": {"message": str(error), "type": kind, "param": None, "code": None}}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"
