"""One call of a chat model: text as it streams, trouble as typed errors, and what it took."""

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
from footnote.rag.llm.reply_keeping import KeptReplies
from footnote.rag.llm.single_flight import Flights, process_flights
from footnote.rag.llm.subscriber import Bill
from footnote.rag.llm.token_count import counter_for
from footnote.rag.llm.transport import ChatRequest, split_url
from footnote.rag.settings import Settings

OPENAI_URL = "https://api.openai.com/v1"
FRAMING_TOKENS = 16
"""Tokens by which servers frame the two messages, rounded up."""


class ChatCall:
    """One call; after it, `usage` tells what it took, also where it failed.

    A reply may have `answer_tokens`, however short a text is wanted: reasoning models spend them
    on thoughts first.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        deadline: Deadline | None = None,
        variant: int = 0,
        flights: Flights | None = None,
    ) -> None:
        """deadline: of the whole answer, shared by its calls; None: one for this call alone.

        variant: calls for the same prompt that differ in it have replies of their own. flights:
        those of another than this process's own, for tests.
        """
        self._settings, self._deadline, self._variant = settings, deadline, variant
        self._flights = flights
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
        self._bill = Bill()

    async def text(self, system: str, user: str) -> AsyncGenerator[str]:
        """The reply in pieces as they come; close it to end the request early.

        What can be asked again is, `settings.model_retries` times, where no text came yet. A reply
        kept from before, or on its way for somebody else, is not asked for. Raises ModelError with
        its `usage`, also when the reply ends without having been finished; pieces given before
        then stand.
        """
        self._check()
        request = self._request = ChatRequest(
            endpoint=self._endpoint,
            system=system,
            user=user,
            temperature=self._settings.temperature,
            answer_tokens=self._settings.answer_tokens,
            variant=self._variant,
        )
        deadline = self._deadline or Deadline(self._settings.answer_deadline_s)
        flights = self._flights or process_flights()
        try:
            async with aclosing(flights.stream(request, self._settings, deadline)) as events:
                async for event in events:
                    if isinstance(event, Bill):
                        self._bill = event
                    else:
                        self._received.append(event)
                        yield event
        except ModelError as error:
            if not self._bill.calls:
                raise
            counter = await asyncio.to_thread(counter_for, self._endpoint.model)
            raise error.with_usage(self.usage(counter.count)) from None

    async def whole(self, system: str, user: str) -> str:
        """The reply when it is complete, as `readable` gives it. Raises ModelError as `text`."""
        async with aclosing(self.text(system, user)) as pieces:
            async for _ in pieces:
                pass
        return self.readable

    async def forget(self) -> None:
        """Doesn't keep the reply, which turned out to be of no use: the next call asks anew."""
        if self._request is not None:
            await KeptReplies(self._settings).forget(self._request)

    @property
    def heard(self) -> bool:
        """Whether any text has come."""
        return bool(self._received)

    @property
    def readable(self) -> str:
        """What has come, without reasoning, code fences and characters that show nothing."""
        return visible_text("".join(self._received))

    def usage(self, count: Callable[[str], int]) -> Usage:
        """What the endpoint says that the call took; where it doesn't say, tokens by `count`.

        Nothing, at no cost, for a reply that was kept, or that somebody else's call brought.
        """
        bill, request = self._bill, self._request
        sent = [request.system, request.user] if request else []
        each = sum(map(count, sent)) + FRAMING_TOKENS if bill.prompts_untold else 0
        prompt = bill.told.prompt + bill.prompts_untold * each
        completion = bill.told.completion + (count("".join(self._received)) if bill.reply_untold else 0)
        return Usage(
            calls=bill.calls,
            prompt_tokens=prompt,
            completion_tokens=completion,
            estimated=bill.prompts_untold > 0,
            cost_usd=cost_usd(self._settings.prices, self._endpoint.model, prompt, completion),
        )

    def nothing_to_read(self) -> ModelError:
        """The error for a reply that holds no text for the reader."""
        return chat_errors.no_text(self._endpoint)

    def _check(self) -> None:
        """Raises ModelError for settings with which no request could be made."""
        endpoint = self._endpoint
        if endpoint.base_url is None:
            return
        if split_url(endpoint.base_url) is None:
            raise chat_errors.no_address(endpoint)
        if not endpoint.secret.isascii() or not endpoint.secret.isprintable():
            raise chat_errors.no_key(endpoint)
        if not endpoint.secret and not self._settings.openai_base_url:
            raise chat_errors.no_key(endpoint)
