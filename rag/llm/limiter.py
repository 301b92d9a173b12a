"""How many calls are made at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """Lets so many through, the others in the order in which they came. Belongs to one event loop.

    Unlike `asyncio.Semaphore` the bound comes with each request, since settings may differ.
    """

    def __init__(self) -> None:
        self._busy = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def one(self, at_once: int) -> AsyncIterator[None]:
        """Waits until fewer than `at_once` are taken, and takes one. Cancelled, it leaves the queue."""
        await self._take(at_once)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, at_once: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        place = (at_once, turn)
        self._waiting.append(place)
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # the turn came at the same moment
                self._busy -= 1
            elif place in self._waiting:
                self._waiting.remove(place)
            self._wake()
            raise

    def _give_back(self) -> None:
        self._busy -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self._busy < self._waiting[0][0]:
            _, turn = self._waiting.popleft()
            if not turn.cancelled():
                self._busy += 1
                turn.set_result(None)
