"""The attempts of one call: when it is made, when it is made anew, and when it isn't."""

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
from footnote.rag.llm.limiter import Slots
from footnote.rag.llm.retry import pause_s
from footnote.rag.llm.subscriber import Bill
from footnote.rag.llm.transport import ChatRequest, OptionRefused, Wire
from footnote.rag.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What calls to an endpoint share."""

    wire: Wire
    slots: Slots
    breaker: Breaker


class Listener(Protocol):
    """Who is told what comes."""

    def take(self, piece: str) -> None:
        """A piece of the text."""

    def charge(self, bill: Bill) -> None:
        """What the call took so far, whenever that changes."""

    def left_s(self) -> float:
        """For how long somebody still waits."""


class Attempts:
    """Makes one call, as often as that may help."""

    def __init__(self, request: ChatRequest, settings: Settings, shared: Shared, listener: Listener) -> None:
        self._request, self._settings, self._listener = request, settings, listener
        self._wire, self._slots, self._breaker = shared.wire, shared.slots, shared.breaker
        self._bill = Bill()
        self._queued = self._asked = self._heard = self._answering = False
        self._trouble: ModelError | None = None

    async def make(self) -> None:
        """Returns when the reply is complete. Raises ModelError where it won't be.

        There is no further attempt once text has come: it stands already before a reader.
        """
        failures = 0
        while (error := await self._attempt()) is not None:
            failures += 1
            await self._pause(error, failures)

    def too_late(self, seconds: float) -> ModelError:
        """The error for someone who has waited so long, in vain, for what now goes on."""
        if self._queued:
            return chat_errors.queue_too_long(self._settings.model_calls, seconds)
        return self._trouble or chat_errors.too_slow(seconds)

    def out_of_time(self) -> None:
        """Nobody has any time left: called before it is cancelled.

        Counted at once, since closing the connection takes a moment, and the next question may be
        there before.
        """
        if self._asked and not self._heard:
            self._asked = False
            self._breaker.failed()

    async def _pause(self, error: ModelError, failures: int) -> None:
        """Waits before the next attempt. Raises the error where there is to be none."""
        down = self._breaker.wait_s() is not None
        if down or self._answering or not error.retryable or failures > self._settings.model_retries:
            raise error
        pause = pause_s(failures, error.wait_s, random.random())
        left = self._listener.left_s()
        if pause >= left:
            raise error if error.wait_s is None else chat_errors.wait_too_long(error, left)
        log.info("asking the chat model again in %.1f s: %s", pause, error)
        self._trouble = error
        await asyncio.sleep(pause)
        self._trouble = None

    async def _attempt(self) -> ModelError | None:
        """None when the reply is complete. Raises ModelError where no call may be made now."""
        self._refuse_if_down()  # before it waits for its turn, and after
        self._queued = True
        async with self._slots.one(self._settings.model_calls):
            self._queued = False
            self._refuse_if_down()
            self._breaker.begin()
            self._asked = True
            try:
                await self._ask()
            except ModelError as error:
                # A server that is busy, or refuses the key or the request, isn't down: it says so at
                # once, and works again as soon as the cause is mended.
                if error.retryable and not isinstance(error, ModelBusy):
                    self._breaker.failed()
                else:
                    self._breaker.answered()
                return error
            except BaseException:
                if self._asked:
                    self._breaker.given_up()
                raise
            finally:
                self._asked = False
            self._breaker.answered()
            return None

    def _refuse_if_down(self) -> None:
        if (wait_s := self._breaker.wait_s()) is not None:
            raise chat_errors.paused(self._request.endpoint, self._breaker.failures, wait_s)

    async def _ask(self) -> None:
        without = self._wire.refused_by(self._request.endpoint)
        while True:
            try:
                return await self._listen(without)
            except OptionRefused as refusal:  # each is refused once at most
                without |= {refusal.option}

    async def _listen(self, without: frozenset[str]) -> None:
        # Text ends all attempts, so no earlier one had a reply to count.
        bill = replace(self._bill, calls=self._bill.calls + 1, reply_untold=False)
        self._charge(replace(bill, prompts_untold=bill.prompts_untold + 1, reply_untold=True))
        self._heard = False
        sounds = self._wire.stream(self._request, stall_s=self._settings.model_stall_s, without=without)
        try:
            async with aclosing(sounds):
                async for sound in sounds:
                    self._heard = True
                    if sound.used is not None:
                        self._charge(replace(bill, told=bill.told + sound.used))
                    if sound.text:
                        self._answering = True
                        self._listener.take(sound.text)
        except (ModelError, OptionRefused) as error:
            if not self._heard and not isinstance(error, ModelStalled):
                self._charge(bill)  # what was refused, or never arrived, was read by nobody
            raise

    def _charge(self, bill: Bill) -> None:
        if bill != self._bill:
            self._bill = bill
            self._listener.charge(bill)
