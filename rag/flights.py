"""Calls under way, each made once however many ask for it, and made anew where that may help.

An asker is on any event loop; the call is made on the process's own (`rag.model_loop`), which
hands each piece to all who ask for the same. Whoever comes late is given what has come so far.
The call ends early when the last asker has left.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import random
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from rag import chat_errors
from rag.breaker import PAUSE_S, Breaker
from rag.chat_errors import Endpoint
from rag.deadline import Deadline
from rag.errors import ModelBusy, ModelError, ModelStalled
from rag.kept import KeptReplies
from rag.model_loop import ModelLoop
from rag.retry import pause_s
from rag.settings import Settings
from rag.slots import Slots
from rag.wire import ChatRequest, Heard, OptionRefused, TokensUsed, Wire

log = logging.getLogger(__name__)

NO_TOKENS = TokensUsed()


@dataclass(frozen=True)
class Bill:
    """What a call took so far.

    told: what the endpoint says, over all attempts. prompts_untold: how often the prompt was read
    besides, and reply_untold: whether the reply isn't in `told`.
    """

    calls: int = 0
    told: TokensUsed = NO_TOKENS
    prompts_untold: int = 0
    reply_untold: bool = False


@dataclass(frozen=True)
class End:
    """The reply is complete, or failed."""

    error: ModelError | None


Event = str | Bill | End


@dataclass(eq=False)
class _Asker:
    """Someone who waits for a reply, on an event loop of his own."""

    deadline: Deadline
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    flight: _Flight | None = None
    timer: asyncio.TimerHandle | None = None

    def give(self, event: Event) -> None:
        try:
            self.loop.call_soon_threadsafe(self.events.put_nowait, event)
        except RuntimeError:  # his loop is closed: he left without a word
            log.debug("an asker's event loop closed before the reply came")


class Flights:
    """All calls of a process. Its methods may be used from any thread and event loop."""

    def __init__(self, *, pause_s: float = PAUSE_S) -> None:
        """pause_s: for how long an endpoint that is down isn't asked."""
        self.wire, self.slots = Wire(), Slots()
        self._pause_s = pause_s
        self._breakers: dict[Endpoint, Breaker] = {}
        self._under_way: dict[ChatRequest, _Flight] = {}
        self._loop = ModelLoop(self.wire.aclose)
        self.exiting = False
        atexit.register(self._at_exit)

    async def stream(
        self, request: ChatRequest, settings: Settings, deadline: Deadline
    ) -> AsyncGenerator[str | Bill]:
        """The reply's text in pieces, and what it takes, whenever that changes; close it to leave.

        `Bill` comes to one asker alone, and for a reply that was kept to none. Raises ModelError.
        """
        asker = _Asker(deadline)
        try:
            self._loop.call_soon(partial(self._join, request, settings, asker))
        except RuntimeError:
            raise chat_errors.closing() from None
        try:
            while True:
                event = await asker.events.get()
                if isinstance(event, End):
                    if event.error is not None:
                        raise event.error.with_usage(None)  # others may be raising the same
                    return
                yield event
        finally:
            with suppress(RuntimeError):  # the loop is closed, and so is the call
                self._loop.call_soon(partial(self._leave, asker))

    def close(self) -> None:
        """Ends all calls, and the thread that makes them."""
        atexit.unregister(self._at_exit)
        self._loop.close()

    def _at_exit(self) -> None:
        # Only daemon threads can still be waiting: told now, they would fail aloud for no one.
        self.exiting = True
        self._loop.close()

    def breaker(self, endpoint: Endpoint) -> Breaker:
        """The circuit of an endpoint."""
        return self._breakers.setdefault(endpoint, Breaker(pause_s=self._pause_s))

    def _join(self, request: ChatRequest, settings: Settings, asker: _Asker) -> None:
        flight = self._under_way.get(request)
        if flight is None:
            flight = self._under_way[request] = _Flight(self, request, settings)
            flight.task = asyncio.create_task(flight.run())
        flight.add(asker)

    def _leave(self, asker: _Asker) -> None:
        if asker.flight is not None:
            asker.flight.leave(asker)

    def landed(self, flight: _Flight) -> None:
        """Nobody may join it any more."""
        if self._under_way.get(flight.request) is flight:
            del self._under_way[flight.request]


class _Flight:
    """One call on its way. Lives on the model loop."""

    def __init__(self, flights: Flights, request: ChatRequest, settings: Settings) -> None:
        self.request = request
        self.task: asyncio.Task[None] | None = None
        self._flights, self._settings = flights, settings
        self._askers: list[_Asker] = []
        self._pieces: list[str] = []
        self._bill: Bill | None = None
        self._queued = self._heard = self._expired = False
        self._trouble: ModelError | None = None

    # --- those who ask

    def add(self, asker: _Asker) -> None:
        """Gives a new asker what has come so far."""
        asker.flight = self
        loop = asyncio.get_running_loop()
        asker.timer = loop.call_later(asker.deadline.left, partial(self._expire, asker))
        self._askers.append(asker)
        if self._pieces:
            asker.give("".join(self._pieces))

    def leave(self, asker: _Asker) -> None:
        """The first of those who stay pays; when nobody does, the call ends."""
        if asker not in self._askers:
            return
        paid = asker is self._askers[0]
        self._askers.remove(asker)
        asker.flight = None
        if asker.timer:
            asker.timer.cancel()
        if self._askers:
            if paid and self._bill:
                self._askers[0].give(self._bill)
        elif self.task and not self.task.done():
            self._flights.landed(self)
            self.task.cancel()

    def _expire(self, asker: _Asker) -> None:
        """An asker's time is up."""
        seconds = asker.deadline.seconds
        if self._queued:
            error = chat_errors.queue_too_long(self._settings.model_calls, seconds)
        else:
            error = self._trouble or chat_errors.too_slow(seconds)
        if len(self._askers) > 1:
            asker.give(Bill())  # those who stay count it
        else:
            self._expired = True
        asker.give(End(error))
        self.leave(asker)

    def _give(self, event: Event) -> None:
        for asker in self._askers:
            asker.give(event)

    def _charge(self, bill: Bill) -> None:
        self._bill = bill
        if self._askers:
            self._askers[0].give(bill)

    def _left_s(self) -> float:
        return max((asker.deadline.left for asker in self._askers), default=0.0)

    # --- the call

    async def run(self) -> None:
        """Makes the call; whatever happens, those who ask are told its end."""
        error: ModelError | None = chat_errors.closing()
        try:
            await self._reply()
            error = None
        except ModelError as trouble:
            error = trouble
        except Exception as bug:
            log.exception("a call of the chat model failed for a reason of our own")
            error = chat_errors.server_error(bug, self.request.endpoint)
        finally:
            self._flights.landed(self)
            if not self._flights.exiting:
                self._give(End(error))
            for asker in tuple(self._askers):
                if asker.timer:
                    asker.timer.cancel()
            self._askers.clear()

    async def _reply(self) -> None:
        kept = KeptReplies(self._settings)
        async for piece in kept.pieces(self.request):
            self._take(piece)
        if self._pieces:
            return
        failures = 0
        while (error := await self._attempt()) is not None:
            failures += 1
            await self._pause(error, failures)
        await kept.keep(self.request, "".join(self._pieces))

    async def _pause(self, error: ModelError, failures: int) -> None:
        """Waits before the next attempt. Raises the error where there is to be none."""
        down = self._flights.breaker(self.request.endpoint).wait_s() is not None
        if down or self._pieces or not error.retryable or failures > self._settings.model_retries:
            raise error
        pause = pause_s(failures, error.wait_s, random.random())
        left = self._left_s()
        if pause >= left:
            raise error if error.wait_s is None else chat_errors.wait_too_long(error, left)
        log.info("asking the chat model again in %.1f s: %s", pause, error)
        self._trouble = error
        await asyncio.sleep(pause)
        self._trouble = None

    async def _attempt(self) -> ModelError | None:
        """One call; None when the reply is complete. Raises ModelError where none may be made now."""
        breaker = self._flights.breaker(self.request.endpoint)
        self._refuse_if_open(breaker)  # before it waits for its turn, and after
        self._queued = True
        async with self._flights.slots.one(self._settings.model_calls):
            self._queued = False
            self._refuse_if_open(breaker)
            breaker.begin()
            try:
                await self._ask()
            except ModelError as error:
                # A server that is busy, or refuses the key or the request, isn't down: it says so at
                # once, and works again as soon as the cause is mended.
                if error.retryable and not isinstance(error, ModelBusy):
                    breaker.failed()
                else:
                    breaker.answered()
                return error
            except asyncio.CancelledError:
                if self._expired and not self._heard:
                    breaker.failed()
                else:
                    breaker.given_up()
                raise
            breaker.answered()
            return None

    def _refuse_if_open(self, breaker: Breaker) -> None:
        if (wait_s := breaker.wait_s()) is not None:
            raise chat_errors.paused(self.request.endpoint, breaker.failures, wait_s)

    async def _ask(self) -> None:
        while True:
            try:
                return await self._listen()
            except OptionRefused:
                continue  # at once, and without that option; there are few of them

    async def _listen(self) -> None:
        before = self._bill or Bill()
        bill = replace(before, calls=before.calls + 1, reply_untold=False)  # text ends all attempts
        self._charge(replace(bill, prompts_untold=bill.prompts_untold + 1, reply_untold=True))
        self._heard = False
        heard = self._flights.wire.stream(self.request, stall_s=self._settings.model_stall_s)
        try:
            async with aclosing(heard) as sounds:
                async for sound in sounds:
                    self._hear(sound, bill)
        except (ModelError, OptionRefused) as error:
            if not self._heard and not isinstance(error, ModelStalled):
                self._charge(bill)  # what was refused, or never arrived, was read by nobody
            raise

    def _hear(self, sound: Heard, bill: Bill) -> None:
        self._heard = True
        if sound.used is not None:
            self._charge(replace(bill, told=bill.told + sound.used))
        if sound.text:
            self._take(sound.text)

    def _take(self, piece: str) -> None:
        self._pieces.append(piece)
        self._give(piece)


_lock = threading.Lock()
_of_process: Flights | None = None


def process_flights() -> Flights:
    """Those of this process, begun with its first call."""
    global _of_process
    with _lock:
        if _of_process is None:
            _of_process = Flights()
        return _of_process


def end_process_flights() -> None:
    """Ends all calls of this process, and forgets which endpoints were down."""
    global _of_process
    with _lock:
        if _of_process is not None:
            _of_process.close()
        _of_process = None
