"""One request to a chat model through langchain: its reply in chunks, and its failures as typed errors.

langchain and the provider's client are imported at the first request, so that answers without a model
don't load them. Connections are reused, so a `Transport` belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from footnote.rag.errors import ModelError
from footnote.rag.llm import chat_errors
from footnote.rag.llm.chat_errors import Endpoint
from footnote.rag.llm.retry import asked_wait_s

if TYPE_CHECKING:
    import httpx2
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

log = logging.getLogger(__name__)

_NO_KEY = "none"
"""Sent to servers at the user's own address, which need no key (Ollama, vLLM)."""
_CONNECT_S = 10.0
_CHARS_PER_TOKEN = 10
"""More than any tokenizer's average: a reply past this many has ignored its length limit."""
_ENDS = ("finish_reason", "stop_reason", "done_reason")
_OPTIONAL = {
    "stream_options": re.compile(r"stream_options"),
    "max_completion_tokens": re.compile(r"max_completion_tokens"),
    "temperature": re.compile(r"\btemperature\b", re.IGNORECASE),
    "system": re.compile(
        r"\bsystem role\b|role.{0,40}['\"`]system|['\"`]system['\"`].{0,40}\brole|"
        r"system (?:message|prompt)s? (?:is|are) not|developer instruction|roles must alternate",
        re.IGNORECASE,
    ),
    "stream": re.compile(
        r"['\"`]stream['\"`]|\bstream(?:ing)?\b.{0,60}\b(?:not|n't|un)\s?(?:be )?"
        r"(?:support|allow|enabl|avail)|verified to stream|does not support stream|doesn't support stream",
        re.IGNORECASE,
    ),
}
"""What some servers refuse and can be left out, with the words of the refusal; tried in this order.

Without `system` the instructions come first in the user's message; without `stream` the reply comes whole.
"""
_MODELS_KEPT = 16


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """A prompt for an endpoint: two that are equal are the same call."""

    endpoint: Endpoint
    system: str
    user: str
    temperature: float | None
    answer_tokens: int


@dataclass(frozen=True)
class TokenUsage:
    """Tokens of a call, as its endpoint reports them."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True)
class Chunk:
    """A part of a stream: its text, which may be empty, and the tokens that the endpoint reports so far."""

    text: str
    usage: TokenUsage | None


class OptionRefused(Exception):
    """The server refuses an option that can be left out."""

    def __init__(self, option: str) -> None:
        super().__init__(option)
        self.option = option


class Transport:
    """Makes requests, and remembers which options each endpoint refuses."""

    def __init__(self) -> None:
        self._refused: dict[Endpoint, frozenset[str]] = {}
        self._clients: list[httpx2.AsyncClient] = []
        self._client = lru_cache(2)(self._new_client)
        self._model = lru_cache(_MODELS_KEPT)(self._new_model)

    async def aclose(self) -> None:
        """Closes all connections."""
        for client in self._clients:
            await client.aclose()

    def refused_by(self, endpoint: Endpoint) -> frozenset[str]:
        """The options that an endpoint refused; without them it replied."""
        return self._refused.get(endpoint, frozenset())

    async def stream(
        self, request: ChatRequest, *, stall_s: float, without: frozenset[str]
    ) -> AsyncGenerator[Chunk]:
        """The chunks of one reply, until it is complete; closing the generator ends the request.

        without: options left out. Raises ModelError, also when the stream ends before the reply is
        complete, and OptionRefused for one more option that can be left out.
        """
        endpoint, chars, end, received = request.endpoint, 0, "", False
        usage: TokenUsage | None = None
        most = request.answer_tokens * _CHARS_PER_TOKEN
        model = await self._opened(request, stall_s, without)
        messages = [("system", request.system), ("user", request.user)]
        if "system" in without:
            messages = [("user", f"{request.system}\n\n{request.user}")]
        # Typed as an iterator, but a generator: unless it is closed, a cancelled request goes on.
        chunks = cast("AsyncGenerator[AIMessageChunk]", model.astream(messages))
        async with aclosing(chunks):
            while True:
                try:
                    chunk = await _next(chunks, stall_s)
                except StopAsyncIteration:
                    break
                except ModelError:
                    raise
                except Exception as error:  # noqa: BLE001  clients raise errors of any type; each is translated
                    log.info("the chat model's client raised %s", type(error).__name__)
                    if not received:
                        _raise_for_option(error, request, without)
                    raise _translated(error, endpoint, received, stall_s) from None
                if not received and without:
                    self._refused[endpoint] = without
                received = True
                usage = _with_usage(usage, chunk)
                end = next((str(v) for k in _ENDS if (v := chunk.response_metadata.get(k))), end)
                text = str(chunk.text)
                chars += len(text)
                if chars > most:
                    raise chat_errors.too_long(request.answer_tokens)
                yield Chunk(text, usage)
        match end.lower():
            case "length" | "max_tokens":
                raise chat_errors.too_long(request.answer_tokens)
            case "content_filter":
                raise chat_errors.filtered(endpoint)
            case "" if endpoint.provider == "openai":
                raise chat_errors.broke_off()

    async def _opened(self, request: ChatRequest, stall_s: float, without: frozenset[str]) -> BaseChatModel:
        endpoint = request.endpoint
        try:
            # Imports and certificates take up to a second: not on the event loop.
            return await asyncio.to_thread(
                self._model, endpoint, request.temperature, request.answer_tokens, stall_s, without
            )
        except Exception as error:  # noqa: BLE001  providers' constructors raise errors of any type
            raise chat_errors.not_set_up(error, endpoint) from None

    def _new_model(
        self,
        endpoint: Endpoint,
        temperature: float | None,
        answer_tokens: int,
        stall_s: float,
        without: frozenset[str],
    ) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"max_retries": 0}
        if "stream" in without:
            options["disable_streaming"] = True
        if temperature is not None and "temperature" not in without:
            options["temperature"] = temperature
        if "max_completion_tokens" in without:
            options["extra_body"] = {"max_tokens": answer_tokens}  # langchain would rename it
        else:
            options["max_tokens"] = answer_tokens
        if endpoint.base_url is None:
            options["model_provider"] = endpoint.provider
            return cast("BaseChatModel", init_chat_model(endpoint.model, **options))

        import openai

        async def key() -> str:
            return endpoint.secret or _NO_KEY

        parts = urlsplit(endpoint.base_url)
        query = dict(parse_qsl(parts.query))
        if "api-version" in query:  # Azure takes its key in a header of its own
            options["default_headers"] = {"api-key": endpoint.secret or _NO_KEY}
        if query:
            options["default_query"] = query

        model = init_chat_model(
            endpoint.model,
            model_provider="openai",
            base_url=urlunsplit(parts._replace(query="")),  # the client would add the path after the query
            api_key=key,  # as a coroutine, so that langchain builds no synchronous client besides
            # A proxy of the environment can't reach this machine's own servers.
            http_async_client=self._client(not _is_loopback(endpoint.base_url)),
            http_socket_options=(),
            openai_proxy=None,
            timeout=openai.Timeout(stall_s, connect=min(_CONNECT_S, stall_s / 2)),
            stream_usage=without.isdisjoint(("stream_options", "stream")),
            stream_chunk_timeout=None,  # ours also covers the wait for the first chunk
            use_responses_api=False,
            **options,
        )
        return cast("BaseChatModel", model)

    def _new_client(self, trust_env: bool) -> httpx2.AsyncClient:
        from footnote.rag.llm.unstreamed import StreamingClient

        client = StreamingClient(trust_env=trust_env)
        self._clients.append(client)
        return client


def _raise_for_option(error: Exception, request: ChatRequest, without: frozenset[str]) -> None:
    """Raises OptionRefused where the server refuses an option that was sent and can be left out."""
    if getattr(error, "status_code", None) not in (
        400,
        404,
        405,
        422,
        500,
        501,
    ) or chat_errors.is_prompt_too_long(error):
        return
    if request.temperature is None:
        without |= {"temperature"}
    for option, words in _OPTIONAL.items():
        if option not in without and words.search(chat_errors.server_words(error)):
            log.info("the chat model's server refuses %s: asked without it", option)
            raise OptionRefused(option) from None


async def _next(chunks: AsyncIterator[AIMessageChunk], stall_s: float) -> AIMessageChunk:
    """The next chunk. Raises ModelStalled after too long a silence."""
    try:
        async with asyncio.timeout(stall_s) as limit:
            return await anext(chunks)
    except TimeoutError:
        if not limit.expired():
            raise
        raise chat_errors.silent(stall_s) from None


def _with_usage(usage: TokenUsage | None, chunk: AIMessageChunk) -> TokenUsage | None:
    """The usage with what a chunk reports. Some servers send a running total, some each number once."""
    new = chunk.usage_metadata
    if not new:
        return usage
    before = usage or TokenUsage()
    return TokenUsage(max(before.prompt, new["input_tokens"]), max(before.completion, new["output_tokens"]))


def _translated(error: Exception, endpoint: Endpoint, received: bool, stall_s: float) -> ModelError:
    """The typed error for an error that a client raised."""
    import openai
    from langchain_core import exceptions as langchain

    if isinstance(error, TimeoutError | langchain.ModelTimeoutError):
        if any(type(cause).__name__ == "ConnectTimeout" for cause in _causes(error)):
            return chat_errors.unreachable(endpoint)
        return chat_errors.silent(stall_s)
    if isinstance(error, langchain.ModelConnectionError):
        return chat_errors.broke_off() if received else chat_errors.unreachable(endpoint)
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        headers = getattr(getattr(error, "response", None), "headers", {})
        wait_s = asked_wait_s(headers, datetime.now(UTC))
        return chat_errors.from_status(status, error, endpoint, wait_s=wait_s)
    if isinstance(error, openai.APIError) or endpoint.provider != "openai":
        return chat_errors.server_error(error, endpoint)
    # What is left is a stream that the client can't parse.
    return chat_errors.broke_off() if received else chat_errors.no_reply(endpoint)


def split_url(url: str) -> tuple[str, str] | None:
    """Scheme and host of an HTTP address; None for any other text."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a bad port or IPv6 address
        return None
    return (parts.scheme, parts.hostname) if usable and parts.hostname else None


def _is_loopback(url: str) -> bool:
    parts = split_url(url)
    host = parts[1] if parts else ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
