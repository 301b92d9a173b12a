"""Single flight: calls under way that are equal are made once, and shared by all who ask for them.

After Go's `singleflight` package. A subscriber may be on any event loop. The call is made on the
process's own loop (`rag.llm.model_loop`), which sends each piece of the reply to all subscribers. Who
subscribes later first gets all text that has come so far. The call is cancelled when the last
subscriber leaves.
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
from footnote.rag.llm.attempts import Attempts, SharedResources
from footnote.rag.llm.breaker import Breaker
from footnote.rag.llm.chat_errors import Endpoint
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.limiter import Limiter
from footnote.rag.llm.model_loop import ModelLoop
from footnote.rag.llm.reply_cache import ReplyCache
from footnote.rag.llm.subscriber import CallUsage, End, Event, Subscriber
from footnote.rag.llm.transport import ChatRequest, Transport
from footnote.rag.settings import Settings

log = logging.getLogger(__name__)


class SingleFlight:
    """All calls of a process. `stream` and `close` may be used from any thread and event loop."""

    def __init__(self, *, new_breaker: Callable[[], Breaker] = Breaker) -> None:
        """new_breaker: makes the circuit breaker of an endpoint at its first call."""
        self._transport, self._limiter, self._new_breaker = Transport(), Limiter(), new_breaker
        self._breakers: dict[Endpoint, Breaker] = {}
        self._under_way: dict[ChatRequest, _SharedCall] = {}
        self._loop = ModelLoop(self._transport.aclose)
        self._exiting = False
        atexit.register(self._at_exit)

    async def stream(
        self, request: ChatRequest, settings: Settings, deadline: Deadline
    ) -> AsyncGenerator[str | CallUsage]:
        """The reply's text in pieces, and what the call has used, whenever that changes.

        Close the generator to unsubscribe. `CallUsage` is sent to one subscriber only, so that sums
        count it once; for a reply from the cache it is sent to none. Raises ModelError.
        """
        subscriber = Subscriber(deadline)
        try:
            self._loop.call_soon(partial(self._subscribe, request, settings, subscriber))
        except RuntimeError:
            raise chat_errors.closing() from None
        try:
            while True:
                event = await subscriber.events.get()
                if isinstance(event, End):
                    if event.error is not None:
                        raise event.error.with_usage(None)  # other subscribers may be raising the same object
                    return
                yield event
        finally:
            with suppress(RuntimeError):  # the loop is closed, and so is the call
                self._loop.call_soon(partial(self._unsubscribe, request, subscriber))

    def close(self) -> None:
        """Ends all calls, and the thread that makes them."""
        atexit.unregister(self._at_exit)
        self._loop.close()

    def _at_exit(self) -> None:
        # Only daemon threads can still be waiting here: an error sent to them would only be printed.
        self._exiting = True
        self._loop.close()

    # --- on the model loop

    def _subscribe(self, request: ChatRequest, settings: Settings, subscriber: Subscriber) -> None:
        call = self._under_way.get(request)
        if call is None or call.abandoned:
            breaker = self._breakers.setdefault(request.endpoint, self._new_breaker())
            shared = SharedResources(transport=self._transport, limiter=self._limiter, breaker=breaker)
            call = self._under_way[request] = _SharedCall(request, settings, shared)
            call.task = asyncio.create_task(self._run(call))
        call.subscribe(subscriber)

    def _unsubscribe(self, request: ChatRequest, subscriber: Subscriber) -> None:
        call = self._under_way.get(request)
        if call is not None:
            call.unsubscribe(subscriber)

    async def _run(self, call: _SharedCall) -> None:
        """Makes the call; whatever happens, its subscribers are sent its end."""
        error: ModelError | None = chat_errors.closing()
        try:
            await call.run()
            error = None
        except ModelError as failure:
            error = failure
        except Exception as bug:
            log.exception("a call of the chat model failed because of a bug in Footnote")
            error = chat_errors.bug_in_footnote(bug)
        finally:
            if self._under_way.get(call.request) is call:
                del self._under_way[call.request]
            if not self._exiting:
                call.end(error)


class _SharedCall:
    """One call under way and its subscribers, the first of whom pays. Lives on the model loop."""

    def __init__(self, request: ChatRequest, settings: Settings, shared: SharedResources) -> None:
        self.request = request
        self.task: asyncio.Task[None] | None = None
        self._cache = ReplyCache(settings)
        self._attempts = Attempts(request, settings, shared, self)
        self._subscribers: list[Subscriber] = []
        self._pieces: list[str] = []
        self._usage = CallUsage()
        self._complete = False
        self.abandoned = False
        """Whether the last subscriber has left, which ends the call; nobody may subscribe to it again."""

    async def run(self) -> None:
        """Sends the cached reply, or the model's. Raises ModelError."""
        async for piece in self._cache.pieces(self.request):
            self.on_text(piece)
        if self._pieces:
            return
        await self._attempts.run()
        self._complete = True
        await self._cache.put(self.request, "".join(self._pieces))

    def subscribe(self, subscriber: Subscriber) -> None:
        """Adds a subscriber and sends it the text that has come so far."""
        loop = asyncio.get_running_loop()
        subscriber.timer = loop.call_later(subscriber.deadline.left, partial(self._expire, subscriber))
        self._subscribers.append(subscriber)
        if self._pieces:
            subscriber.send("".join(self._pieces))

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Removes a subscriber. If it paid, the next one pays; without any subscriber the call ends."""
        if subscriber not in self._subscribers:
            return
        paid = subscriber is self._subscribers[0]
        self._subscribers.remove(subscriber)
        if subscriber.timer:
            subscriber.timer.cancel()
        if self._subscribers:
            if paid:
                self._subscribers[0].send(self._usage)
        elif self.task:
            self.abandoned = True
            self.task.cancel()

    def end(self, error: ModelError | None) -> None:
        """Sends the end to all subscribers and removes them."""
        self._publish(End(error))
        for subscriber in self._subscribers:
            if subscriber.timer:
                subscriber.timer.cancel()
        self._subscribers.clear()

    def on_text(self, piece: str) -> None:
        """Sends a piece of the text to all subscribers."""
        self._pieces.append(piece)
        self._publish(piece)

    def on_usage(self, usage: CallUsage) -> None:
        """Sends what the call has used so far to the subscriber who pays."""
        self._usage = usage
        for payer in self._subscribers[:1]:
            payer.send(usage)

    def time_left_s(self) -> float:
        """Seconds until the latest deadline of the subscribers."""
        return max((subscriber.deadline.left for subscriber in self._subscribers), default=0.0)

    def _expire(self, subscriber: Subscriber) -> None:
        """Ends one subscription at its deadline."""
        if len(self._subscribers) > 1:
            subscriber.send(CallUsage())  # another subscriber counts the usage
        else:
            self._attempts.cancelled_at_deadline()
        error = None if self._complete else self._attempts.deadline_error(subscriber.deadline.seconds)
        subscriber.send(End(error))
        self.unsubscribe(subscriber)

    def _publish(self, event: Event) -> None:
        for subscriber in self._subscribers:
            subscriber.send(event)


_lock = threading.Lock()
_process_single_flight: SingleFlight | None = None


def process_single_flight() -> SingleFlight:
    """The one of this process, created at its first call."""
    global _process_single_flight
    with _lock:
        if _process_single_flight is None:
            _process_single_flight = SingleFlight()
        return _process_single_flight


def close_process_single_flight() -> None:
    """Ends all calls of this process, and forgets which endpoints were down."""
    global _process_single_flight
    with _lock:
        if _process_single_flight is not None:
            _process_single_flight.close()
        _process_single_flight = None
