"""A limit on how many calls are made at the same time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Limiter:
    """A first-in, first-out queue for a limited number of slots. Belongs to one event loop.

    Unlike with `asyncio.Semaphore`, each caller brings the limit, since settings may differ.
    """

    def __init__(self) -> None:
        self._in_use = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def slot(self, limit: int) -> AsyncIterator[None]:
        """Waits until fewer than `limit` slots are in use, and takes one. Cancelled, it leaves the queue."""
        await self._acquire(limit)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, limit: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        place = (limit, turn)
        self._waiting.append(place)
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # the slot was granted at the same moment
                self._in_use -= 1
            elif place in self._waiting:
                self._waiting.remove(place)
            self._wake()
            raise

    def _release(self) -> None:
        self._in_use -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self._in_use < self._waiting[0][0]:
            _, turn = self._waiting.popleft()
            if not turn.cancelled():
                self._in_use += 1
                turn.set_result(None)
