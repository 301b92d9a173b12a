"""The thread, with an event loop of its own, in which all calls of chat models are made.

Questions come from many event loops: `ask()` makes one for each, the page has its own. What calls
share (connections, the bound on calls at a time, calls that are under way) belongs to one loop,
so it is this one, and nothing of it needs a lock. Processes that fork after the first call are
not supported.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

_CLOSING_S = 5.0


class ModelLoop:
    """Runs from when it is made until `close`."""

    def __init__(self, at_end: Callable[[], Awaitable[None]]) -> None:
        """at_end: awaited in the loop, when everything else there has been cancelled."""
        self._at_end = at_end
        self._ready = threading.Event()
        # A daemon: a call that hangs mustn't keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="footnote-model", daemon=True)
        self._thread.start()
        self._ready.wait()

    def call_soon(self, function: Callable[[], object]) -> None:
        """Calls a function in the loop, in the order in which they were given; from any thread.

        Raises RuntimeError once the loop is closed.
        """
        self._loop.call_soon_threadsafe(function)

    def close(self) -> None:
        """Ends what runs in the loop, and the loop."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_CLOSING_S)

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._stop.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._at_end()
