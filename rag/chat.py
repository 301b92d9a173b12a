"""One call of a chat model through langchain: text as it streams, trouble as typed errors.

langchain and the provider's client are imported when the first call is made, so that answers
without a model never pay for them. Each call has an HTTP client of its own: a shared one would
outlive the event loop that it belongs to, and closing it is what ends a cancelled request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from rag import chat_errors
from rag.answer import Usage
from rag.chat_errors import Endpoint
from rag.errors import ModelError
from rag.settings import Settings
from rag.visible import Cleaner

if TYPE_CHECKING:
    import openai
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

log = logging.getLogger(__name__)

OPENAI_URL = "https://api.openai.com/v1"
FRAMING_TOKENS = 16
"""Tokens by which servers frame the two messages, rounded up."""
_NO_KEY = "none"
"""Sent to servers at an address of the user's own that need no key (Ollama, vLLM)."""
_CONNECT_S = 10.0
_LONGEST_PAUSE_S = 2.0
_CHARS_PER_TOKEN = 20
"""More than any tokenizer's average: a reply past this many has ignored its length limit."""
_ENDS = ("finish_reason", "stop_reason", "done_reason")


@dataclass(frozen=True)
class TokensUsed:
    """What the endpoint says that a call took."""

    prompt: int
    completion: int


class _WorthRetrying(Exception):
    """A failure before any text that may pass, and how long to wait first."""

    def __init__(self, error: ModelError, pause_s: float) -> None:
        super().__init__(str(error))
        self.error, self.pause_s = error, pause_s


class ChatCall:
    """One call; after it, `usage` tells what it took, also where it failed.

    A reply may have `answer_tokens`, however short a text is wanted: reasoning models spend them
    on thoughts first.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        secret = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
        openai = settings.model_provider == "openai"
        self._endpoint = Endpoint(
            model=settings.model or "",
            provider=settings.model_provider,
            base_url=(settings.openai_base_url or OPENAI_URL) if openai else None,
            secret=secret,
        )
        self._attempts = 0
        self._used: TokensUsed | None = None
        self._sent: list[str] = []
        self._received: list[str] = []

    async def text(self, system: str, user: str) -> AsyncGenerator[str]:
        """The reply in pieces as they come; close it to end the request early.

        A busy or failing server is asked once more, after a short pause, where no text came
        yet. Raises ModelError, also when the reply ends without having been finished; pieces
        given before then stand.
        """
        self._check()
        self._sent = [system, user]
        messages = [("system", system), ("user", user)]
        deadline = asyncio.get_running_loop().time() + self._settings.answer_deadline_s
        for last in (False, True):
            try:
                async with aclosing(self._attempt(messages, deadline)) as pieces:
                    async for piece in pieces:
                        self._received.append(piece)
                        yield piece
                return
            except _WorthRetrying as failure:
                if last:
                    raise failure.error from None
                log.info("asking the chat model again: %s", failure.error)
                pause = failure.pause_s
            await asyncio.sleep(pause)

    async def whole(self, system: str, user: str) -> str:
        """The reply when it is complete, as `readable` gives it. Raises ModelError as `text`."""
        async with aclosing(self.text(system, user)) as pieces:
            async for _ in pieces:
                pass
        return self.readable

    @property
    def heard(self) -> bool:
        """Whether any text has come."""
        return bool(self._received)

    @property
    def readable(self) -> str:
        """What has come, without reasoning, code fences and characters that show nothing."""
        cleaner, shown = Cleaner(), list[str]()
        for char in "".join(self._received):
            text = cleaner.step(char)
            if text is None:
                shown.clear()
            else:
                shown.append(text)
        return "".join(shown) + cleaner.finish()

    def usage(self, count: Callable[[str], int]) -> Usage:
        """What the endpoint says that the call took; where it doesn't say, tokens by `count`."""
        used = self._used or TokensUsed(
            sum(map(count, self._sent)) + FRAMING_TOKENS, count("".join(self._received))
        )
        return Usage(
            calls=self._attempts,
            prompt_tokens=used.prompt,
            completion_tokens=used.completion,
            estimated=self._used is None,
        )

    def nothing_to_read(self) -> ModelError:
        """The error for a reply that holds no text for the reader."""
        return chat_errors.no_text(self._endpoint)

    def _check(self) -> None:
        """Raises ModelError for settings with which no request could be made."""
        endpoint = self._endpoint
        if endpoint.base_url is None:
            return
        parts = _split_url(endpoint.base_url)
        if parts is None:
            raise chat_errors.no_address(endpoint)
        if not endpoint.secret.isascii() or not endpoint.secret.isprintable():
            raise chat_errors.no_key(endpoint)
        if not endpoint.secret and not self._settings.openai_base_url:
            raise chat_errors.no_key(endpoint)

    async def _attempt(self, messages: list[tuple[str, str]], deadline: float) -> AsyncGenerator[str]:
        self._attempts += 1
        heard, chars, end = False, 0, ""
        most = self._settings.answer_tokens * _CHARS_PER_TOKEN
        async with self._model() as model, aclosing(_stream(model, messages)) as stream:
            while True:
                try:
                    chunk = await self._next(stream, deadline)
                except StopAsyncIteration:
                    break
                except ModelError:
                    raise
                except Exception as error:  # noqa: BLE001  clients raise what they like; each is translated
                    log.info("the chat model's client raised %s", type(error).__name__)
                    raise self._translated(error, heard) from None
                heard = True
                self._note_usage(chunk)
                end = next((str(v) for k in _ENDS if (v := chunk.response_metadata.get(k))), end)
                if text := str(chunk.text):
                    chars += len(text)
                    if chars > most:
                        raise chat_errors.too_long(self._settings.answer_tokens)
                    yield text
        match end.lower():
            case "length" | "max_tokens":
                raise chat_errors.too_long(self._settings.answer_tokens)
            case "content_filter":
                raise chat_errors.filtered(self._endpoint)
            case "" if self._endpoint.provider == "openai":
                raise chat_errors.broke_off()

    async def _next(self, stream: AsyncIterator[AIMessageChunk], deadline: float) -> AIMessageChunk:
        """The next chunk. Raises ModelStalled at the stall time or the deadline."""
        left = deadline - asyncio.get_running_loop().time()
        stall = self._settings.model_stall_s
        try:
            async with asyncio.timeout(min(stall, left)) as limit:
                return await anext(stream)
        except TimeoutError:
            if not limit.expired():
                raise
            if left < stall:
                raise chat_errors.too_slow(self._settings.answer_deadline_s) from None
            raise chat_errors.silent(stall) from None

    def _note_usage(self, chunk: AIMessageChunk) -> None:
        if usage := chunk.usage_metadata:
            before = self._used or TokensUsed(0, 0)
            # Some servers send a running total with each chunk, some each part once.
            self._used = TokensUsed(
                max(before.prompt, usage["input_tokens"]), max(before.completion, usage["output_tokens"])
            )

    def _translated(self, error: Exception, heard: bool) -> Exception:
        """The typed error, or `_WorthRetrying` around it."""
        import openai
        from langchain_core import exceptions as langchain

        if isinstance(error, TimeoutError | langchain.ModelTimeoutError):
            if any(type(cause).__name__ == "ConnectTimeout" for cause in _causes(error)):
                return chat_errors.unreachable(self._endpoint)
            return chat_errors.silent(self._settings.model_stall_s)
        if isinstance(error, langchain.ModelConnectionError):
            return chat_errors.broke_off() if heard else chat_errors.unreachable(self._endpoint)
        status = getattr(error, "status_code", None)
        if isinstance(status, int):
            wait_s = _retry_after(error)
            found = chat_errors.from_status(status, error, self._endpoint, wait_s=wait_s)
            longest = min(_LONGEST_PAUSE_S, self._settings.model_stall_s / 4)
            pause = longest / 4 if wait_s is None else wait_s
            return _WorthRetrying(found, pause) if found.retryable and pause <= longest else found
        if isinstance(error, openai.APIError) or self._endpoint.provider != "openai":
            return chat_errors.server_error(error, self._endpoint)
        # What is left is a stream that the client can't make sense of.
        return chat_errors.broke_off() if heard else chat_errors.no_reply(self._endpoint)

    @asynccontextmanager
    async def _model(self) -> AsyncIterator[BaseChatModel]:
        """langchain's chat model, with its HTTP client open."""
        try:
            # Imports and certificates take up to a second: not on the event loop.
            model, client = await asyncio.to_thread(self._open)
        except Exception as error:  # noqa: BLE001  providers' constructors raise what they like
            raise chat_errors.not_set_up(error, self._endpoint) from None
        try:
            yield model
        finally:
            if client is not None:
                await client.aclose()

    def _open(self) -> tuple[BaseChatModel, openai.DefaultAsyncHttpxClient | None]:
        from langchain.chat_models import init_chat_model

        settings, endpoint = self._settings, self._endpoint
        options: dict[str, Any] = {"max_tokens": settings.answer_tokens, "max_retries": 0}
        if settings.temperature is not None:
            options["temperature"] = settings.temperature
        if endpoint.base_url is None:
            return init_chat_model(endpoint.model, model_provider=endpoint.provider, **options), None

        import openai

        async def key() -> str:
            return endpoint.secret or _NO_KEY

        # A proxy of the environment can't reach this machine's own servers.
        client = openai.DefaultAsyncHttpxClient(trust_env=not _is_loopback(endpoint.base_url))
        model = init_chat_model(
            endpoint.model,
            model_provider="openai",
            base_url=endpoint.base_url,
            api_key=key,  # as a coroutine, so that langchain builds no synchronous client besides
            http_async_client=client,
            http_socket_options=(),
            openai_proxy=None,
            timeout=openai.Timeout(
                settings.model_stall_s, connect=min(_CONNECT_S, settings.model_stall_s / 2)
            ),
            stream_usage=True,
            stream_chunk_timeout=None,  # ours also covers the wait for the first chunk
            use_responses_api=False,
            **options,
        )
        return model, client


def _stream(model: BaseChatModel, messages: list[tuple[str, str]]) -> AsyncGenerator[AIMessageChunk]:
    # langchain declares less than it gives: without closing, a cancelled request would go on.
    return cast("AsyncGenerator[AIMessageChunk]", model.astream(messages))


def _split_url(url: str) -> tuple[str, str] | None:
    """Scheme and host, None for what is no HTTP address."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a bad port or IPv6 address
        return None
    return (parts.scheme, parts.hostname) if usable and parts.hostname else None


def _is_loopback(url: str) -> bool:
    parts = _split_url(url)
    host = parts[1] if parts else ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def _retry_after(error: Exception) -> float | None:
    """The seconds that the server asks to wait, where it says so in seconds."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
