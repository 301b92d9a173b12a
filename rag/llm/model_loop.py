"""The thread, with its own event loop, in which all calls of chat models are made.

Questions come from many event loops: `ask()` creates one for each, and the page has its own. What
calls share (connections, the limit on simultaneous calls, the calls under way) lives on this one loop,
so that nothing of it needs a lock. Forking a process after its first call is not supported.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

_CLOSING_S = 5.0


class ModelLoop:
    """Runs from when it is created until `close`."""

    def __init__(self, on_close: Callable[[], Awaitable[None]]) -> None:
        """on_close: awaited in the loop, after everything else there has been cancelled."""
        self._on_close = on_close
        self._ready = threading.Event()
        # A daemon: a call that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="footnote-model", daemon=True)
        self._thread.start()
        self._ready.wait()

    def call_soon(self, function: Callable[[], object]) -> None:
        """Calls functions in the loop, in the order in which they were passed; from any thread.

        Raises RuntimeError once the loop is closed.
        """
        self._loop.call_soon_threadsafe(function)

    def close(self) -> None:
        """Cancels everything that runs in the loop, and ends the loop."""
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
        await self._on_close()
