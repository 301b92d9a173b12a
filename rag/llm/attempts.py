"""The attempts of one call: when it is made, when it is retried, and when it isn't."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from footnote.rag.errors import ModelBusy, ModelError, ModelStalled
from footnote.rag.llm import chat_errors
from footnote.rag.llm.breaker import Breaker
from footnote.rag.llm.limiter import Limiter
from footnote.rag.llm.retry import pause_s
from footnote.rag.llm.subscriber import CallUsage
from footnote.rag.llm.transport import ChatRequest, OptionRefused, Transport
from footnote.rag.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SharedResources:
    """What calls to an endpoint share."""

    transport: Transport
    limiter: Limiter
    breaker: Breaker


class Listener(Protocol):
    """Receives what comes of a call."""

    def on_text(self, piece: str) -> None:
        """A piece of the text."""

    def on_usage(self, usage: CallUsage) -> None:
        """What the call has used so far, whenever that changes."""

    def time_left_s(self) -> float:
        """Seconds until nobody waits for the reply any more."""


class Attempts:
    """Makes one call, with retries where they may help."""

    def __init__(
        self, request: ChatRequest, settings: Settings, shared: SharedResources, listener: Listener
    ) -> None:
        self._request, self._settings, self._listener = request, settings, listener
        self._transport, self._limiter, self._breaker = shared.transport, shared.limiter, shared.breaker
        self._usage = CallUsage()
        self._queued = self._asked = self._received = self._has_text = False
        self._last_error: ModelError | None = None

    async def run(self) -> None:
        """Returns when the reply is complete. Raises ModelError where it won't be.

        There is no retry once text has come: a reader may have seen it.
        """
        failures = 0
        while (error := await self._attempt()) is not None:
            failures += 1
            await self._pause(error, failures)

    def deadline_error(self, seconds: float) -> ModelError:
        """The error for a subscriber whose deadline, of so many seconds, passes now."""
        if self._queued:
            return chat_errors.queue_too_long(self._settings.model_calls, seconds)
        return self._last_error or chat_errors.too_slow(seconds)

    def cancelled_at_deadline(self) -> None:
        """To be called before the call is cancelled because no subscriber has time left.

        The failure is counted at once: closing the connection takes a moment, and the next question
        may come before that.
        """
        if self._asked and not self._received:
            self._asked = False
            self._breaker.failed()

    async def _pause(self, error: ModelError, failures: int) -> None:
        """Waits before the next attempt. Raises the error where there is to be none."""
        down = self._breaker.wait_s() is not None
        if down or self._has_text or not error.retryable or failures > self._settings.model_retries:
            raise error
        pause = pause_s(failures, error.wait_s, random.random())
        left = self._listener.time_left_s()
        if pause >= left:
            raise error if error.wait_s is None else chat_errors.wait_too_long(error, left)
        log.info("asking the chat model again in %.1f s: %s", pause, error)
        self._last_error = error
        await asyncio.sleep(pause)
        self._last_error = None

    async def _attempt(self) -> ModelError | None:
        """None when the reply is complete. Raises ModelError where no call may be made now."""
        self._refuse_if_down()  # before waiting for a slot, and after
        self._queued = True
        async with self._limiter.slot(self._settings.model_calls):
            self._queued = False
            self._refuse_if_down()
            self._breaker.begin()
            self._asked = True
            try:
                await self._ask()
            except ModelError as error:
                # A server that is busy, or refuses the key or the request, isn't down: it replies at
                # once, and works again as soon as the cause is gone.
                if error.retryable and not isinstance(error, ModelBusy):
                    self._breaker.failed()
                else:
                    self._breaker.succeeded()
                return error
            except BaseException:
                if self._asked:
                    self._breaker.cancelled()
                raise
            finally:
                self._asked = False
            self._breaker.succeeded()
            return None

    def _refuse_if_down(self) -> None:
        if (wait_s := self._breaker.wait_s()) is not None:
            raise chat_errors.paused(self._request.endpoint, self._breaker.failures, wait_s)

    async def _ask(self) -> None:
        without = self._transport.refused_by(self._request.endpoint)
        while True:
            try:
                return await self._receive(without)
            except OptionRefused as refusal:  # each is refused once at most
                without |= {refusal.option}

    async def _receive(self, without: frozenset[str]) -> None:
        # Text ends all attempts, so no earlier one had a reply to count.
        usage = replace(self._usage, calls=self._usage.calls + 1, reply_unreported=False)
        self._set_usage(
            replace(usage, unreported_prompts=usage.unreported_prompts + 1, reply_unreported=True)
        )
        self._received = False
        chunks = self._transport.stream(self._request, stall_s=self._settings.model_stall_s, without=without)
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    self._received = True
                    if chunk.usage is not None:
                        self._set_usage(replace(usage, reported=usage.reported + chunk.usage))
                    if chunk.text:
                        self._has_text = True
                        self._listener.on_text(chunk.text)
        except (ModelError, OptionRefused) as error:
            if not self._received and not isinstance(error, ModelStalled):
                self._set_usage(usage)  # the model didn't read what was refused or never arrived
            raise

    def _set_usage(self, usage: CallUsage) -> None:
        if usage != self._usage:
            self._usage = usage
            self._listener.on_usage(usage)
