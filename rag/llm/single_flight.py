"""Calls under way, each made once however many ask for it.

An asker is on any event loop; the call is made on the process's own (`rag.llm.model_loop`), which
hands each piece to all who ask for the same. Whoever comes late is given what has come so far.
The call ends early when the last asker has left.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from functools import partial

from footnote.rag.errors import ModelError
from footnote.rag.llm import chat_errors
from footnote.rag.llm.attempts import Attempts, Shared
from footnote.rag.llm.breaker import Breaker
from footnote.rag.llm.chat_errors import Endpoint
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.limiter import Slots
from footnote.rag.llm.model_loop import ModelLoop
from footnote.rag.llm.reply_keeping import KeptReplies
from footnote.rag.llm.subscriber import Asker, Bill, End, Event
from footnote.rag.llm.transport import ChatRequest, Wire
from footnote.rag.settings import Settings

log = logging.getLogger(__name__)


class Flights:
    """All calls of a process. `stream` and `close` may be used from any thread and event loop."""

    def __init__(self, *, new_breaker: Callable[[], Breaker] = Breaker) -> None:
        """new_breaker: makes the circuit of an endpoint that hasn't been asked before."""
        self._wire, self._slots, self._new_breaker = Wire(), Slots(), new_breaker
        self._breakers: dict[Endpoint, Breaker] = {}
        self._under_way: dict[ChatRequest, _Flight] = {}
        self._loop = ModelLoop(self._wire.aclose)
        self._exiting = False
        atexit.register(self._at_exit)

    async def stream(
        self, request: ChatRequest, settings: Settings, deadline: Deadline
    ) -> AsyncGenerator[str | Bill]:
        """The reply's text in pieces, and what it takes, whenever that changes; close it to leave.

        `Bill` comes to one asker alone, and for a reply that was kept to none. Raises ModelError.
        """
        asker = Asker(deadline)
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
                self._loop.call_soon(partial(self._leave, request, asker))

    def close(self) -> None:
        """Ends all calls, and the thread that makes them."""
        atexit.unregister(self._at_exit)
        self._loop.close()

    def _at_exit(self) -> None:
        # Only daemon threads can still be waiting: told now, they would fail aloud for no one.
        self._exiting = True
        self._loop.close()

    # --- on the model loop

    def _join(self, request: ChatRequest, settings: Settings, asker: Asker) -> None:
        flight = self._under_way.get(request)
        if flight is None or flight.deserted:
            breaker = self._breakers.setdefault(request.endpoint, self._new_breaker())
            shared = Shared(wire=self._wire, slots=self._slots, breaker=breaker)
            flight = self._under_way[request] = _Flight(request, settings, shared)
            flight.task = asyncio.create_task(self._fly(flight))
        flight.add(asker)

    def _leave(self, request: ChatRequest, asker: Asker) -> None:
        flight = self._under_way.get(request)
        if flight is not None:
            flight.leave(asker)

    async def _fly(self, flight: _Flight) -> None:
        """Makes the call; whatever happens, those who ask are told its end."""
        error: ModelError | None = chat_errors.closing()
        try:
            await flight.reply()
            error = None
        except ModelError as trouble:
            error = trouble
        except Exception as bug:
            log.exception("a call of the chat model failed by a fault of our own")
            error = chat_errors.our_fault(bug)
        finally:
            if self._under_way.get(flight.request) is flight:
                del self._under_way[flight.request]
            if not self._exiting:
                flight.end(error)


class _Flight:
    """One call on its way, and those who ask for it. Lives on the model loop."""

    def __init__(self, request: ChatRequest, settings: Settings, shared: Shared) -> None:
        self.request = request
        self.task: asyncio.Task[None] | None = None
        self._kept = KeptReplies(settings)
        self._attempts = Attempts(request, settings, shared, self)
        self._askers: list[Asker] = []
        self._pieces: list[str] = []
        self._bill = Bill()
        self._complete = False
        self.deserted = False
        """Whether nobody asks any more, which ends the call; nobody may join it again."""

    async def reply(self) -> None:
        """The reply that was kept, or the model's. Raises ModelError."""
        async for piece in self._kept.pieces(self.request):
            self.take(piece)
        if self._pieces:
            return
        await self._attempts.make()
        self._complete = True
        await self._kept.keep(self.request, "".join(self._pieces))

    def add(self, asker: Asker) -> None:
        """Gives a new asker what has come so far."""
        loop = asyncio.get_running_loop()
        asker.timer = loop.call_later(asker.deadline.left, partial(self._expire, asker))
        self._askers.append(asker)
        if self._pieces:
            asker.tell("".join(self._pieces))

    def leave(self, asker: Asker) -> None:
        """The first of those who stay pays; when nobody does, the call ends."""
        if asker not in self._askers:
            return
        paid = asker is self._askers[0]
        self._askers.remove(asker)
        if asker.timer:
            asker.timer.cancel()
        if self._askers:
            if paid:
                self._askers[0].tell(self._bill)
        elif self.task:
            self.deserted = True
            self.task.cancel()

    def end(self, error: ModelError | None) -> None:
        """Tells all who ask, and lets them go."""
        self._tell(End(error))
        for asker in self._askers:
            if asker.timer:
                asker.timer.cancel()
        self._askers.clear()

    def take(self, piece: str) -> None:
        """A piece of the text, for all."""
        self._pieces.append(piece)
        self._tell(piece)

    def charge(self, bill: Bill) -> None:
        """What the call took so far, for the one who pays."""
        self._bill = bill
        for payer in self._askers[:1]:
            payer.tell(bill)

    def left_s(self) -> float:
        """The time of the most patient."""
        return max((asker.deadline.left for asker in self._askers), default=0.0)

    def _expire(self, asker: Asker) -> None:
        """An asker's time is up."""
        if len(self._askers) > 1:
            asker.tell(Bill())  # those who stay count it
        else:
            self._attempts.out_of_time()
        asker.tell(End(None if self._complete else self._attempts.too_late(asker.deadline.seconds)))
        self.leave(asker)

    def _tell(self, event: Event) -> None:
        for asker in self._askers:
            asker.tell(event)


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
