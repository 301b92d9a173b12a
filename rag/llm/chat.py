"""One call of a chat model: its text as it streams, its failures as typed errors, and its usage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from footnote.rag.answer import Usage
from footnote.rag.errors import ModelError
from footnote.rag.llm import chat_errors
from footnote.rag.llm.chat_errors import Endpoint
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.prices import cost_usd
from footnote.rag.llm.replies.visible import visible_text
from footnote.rag.llm.reply_cache import ReplyCache
from footnote.rag.llm.single_flight import SingleFlight, process_single_flight
from footnote.rag.llm.subscriber import CallUsage
from footnote.rag.llm.token_count import counter_for
from footnote.rag.llm.transport import ChatRequest, split_url
from footnote.rag.settings import Settings

OPENAI_URL = "https://api.openai.com/v1"
FRAMING_TOKENS = 16
"""Tokens that servers add around the two messages, rounded up."""


MAX_CHARS_PER_TOKEN = 8
"""More than tokenizers put into a token of English on average (4 to 5): a prompt that is reported to have
so few tokens wasn't read as a whole."""


class ChatCall:
    """One call. Afterwards `usage` is what it used, also where it failed.

    A reply may always have `answer_tokens`, even where a short text is wanted: reasoning models use
    many of them before the text begins.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        deadline: Deadline | None = None,
        single_flight: SingleFlight | None = None,
    ) -> None:
        """deadline: of the whole answer, shared by its calls; None: one for this call alone.

        single_flight: another one than this process's, for tests.
        """
        self._settings, self._deadline = settings, deadline
        self._single_flight = single_flight
        secret = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
        openai = settings.model_provider == "openai"
        self._endpoint = Endpoint(
            model=settings.model or "",
            provider=settings.model_provider,
            base_url=(settings.openai_base_url or OPENAI_URL) if openai else None,
            secret=secret,
        )
        self._request: ChatRequest | None = None
        self._received: list[str] = []
        self._call_usage = CallUsage()

    async def text(self, system: str, user: str) -> AsyncGenerator[str]:
        """The reply in pieces as they come; close the generator to end the request early.

        A failed request is retried up to `settings.model_retries` times, as long as no text has come. A
        reply that is cached, or under way for the same request, is used instead of a new call. Raises
        ModelError with its `usage`, also when the reply breaks off; pieces that came before stay valid.
        """
        self._check()
        request = self._request = ChatRequest(
            endpoint=self._endpoint,
            system=system,
            user=user,
            temperature=self._settings.temperature,
            answer_tokens=self._settings.answer_tokens,
        )
        deadline = self._deadline or Deadline(self._settings.answer_deadline_s)
        single_flight = self._single_flight or process_single_flight()
        try:
            async with aclosing(single_flight.stream(request, self._settings, deadline)) as events:
                async for event in events:
                    if isinstance(event, CallUsage):
                        self._call_usage = event
                    else:
                        self._received.append(event)
                        yield event
        except ModelError as error:
            if not self._call_usage.calls:
                raise
            counter = await asyncio.to_thread(counter_for, self._endpoint.model)
            raise error.with_usage(self.usage(counter.count)) from None

    async def whole(self, system: str, user: str) -> str:
        """The complete reply, as `readable` gives it. Raises ModelError as `text` does."""
        async with aclosing(self.text(system, user)) as pieces:
            async for _ in pieces:
                pass
        return self.readable

    async def forget(self) -> None:
        """Removes the reply, which turned out to be of no use, from the cache: the next call asks again."""
        if self._request is not None:
            await ReplyCache(self._settings).remove(self._request)

    @property
    def has_text(self) -> bool:
        """Whether any text has come."""
        return bool(self._received)

    @property
    def readable(self) -> str:
        """The text that has come, without reasoning, code fences and invisible characters."""
        return visible_text("".join(self._received))

    def usage(self, count: Callable[[str], int]) -> Usage:
        """The usage that the endpoint reports; where it reports none, tokens counted by `count`.

        No tokens, at no cost, for a reply from the cache or of a call that another caller pays for.
        """
        used, request = self._call_usage, self._request
        sent = [request.system, request.user] if request else []
        each = sum(map(count, sent)) + FRAMING_TOKENS if used.unreported_prompts else 0
        prompt = used.reported.prompt + used.unreported_prompts * each
        completion = used.reported.completion
        if used.reply_unreported:
            completion += count("".join(self._received))
        return Usage(
            calls=used.calls,
            prompt_tokens=prompt,
            completion_tokens=completion,
            estimated=used.unreported_prompts > 0,
            cost_usd=cost_usd(self._settings.prices, self._endpoint.model, prompt, completion),
        )

    @property
    def prompt_was_cut(self) -> str | None:
        """A message for the reader where the server reports far fewer tokens than it was sent, else None."""
        used, request = self._call_usage, self._request
        if request is None or used.unreported_prompts or used.calls != 1 or not used.reported.prompt:
            return None
        if len(request.system) + len(request.user) <= MAX_CHARS_PER_TOKEN * used.reported.prompt:
            return None
        return chat_errors.prompt_was_cut(self._endpoint, used.reported.prompt)

    def empty_reply_error(self) -> ModelError:
        """The error for a reply that holds no text for the reader."""
        return chat_errors.empty_reply(self._endpoint)

    def _check(self) -> None:
        """Raises ModelError for settings that allow no request."""
        endpoint = self._endpoint
        if endpoint.base_url is None:
            return
        if split_url(endpoint.base_url) is None:
            raise chat_errors.no_address(endpoint)
        if not endpoint.secret.isascii() or not endpoint.secret.isprintable():
            raise chat_errors.no_key(endpoint)
        if not endpoint.secret and not self._settings.openai_base_url:
            raise chat_errors.no_key(endpoint)
