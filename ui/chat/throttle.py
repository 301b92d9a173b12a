"""Throttles a fast stream of events to the rate at which the page can draw them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def throttled(
    events: AsyncIterator[T], interval: float, stopped: asyncio.Event | None = None
) -> AsyncGenerator[list[T], None]:
    """Yields the same events in batches, at least `interval` seconds apart.

    The first batch is yielded with the first event, and no event waits for a later one. An error of
    `events` is raised after the events before it have been yielded. When this generator is closed or
    cancelled, `events` is closed too. When `stopped` is set, `events` is closed and its remaining
    events are dropped.
    """
    loop = asyncio.get_running_loop()
    batch: list[T] = []
    wake = asyncio.Event()

    async def collect() -> None:
        try:
            async for event in events:
                batch.append(event)
                wake.set()
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    # One task runs `events` from start to end: timeouts and cancel scopes inside it are bound to
    # the task that entered them, so stepping it from here would break them.
    collecting = asyncio.create_task(collect())
    collecting.add_done_callback(lambda _: wake.set())
    stopping = asyncio.create_task((stopped or asyncio.Event()).wait())
    stopping.add_done_callback(lambda _: wake.set())
    due = loop.time()
    try:
        while not collecting.done() or batch:
            await wake.wait()
            await asyncio.wait(
                {collecting, stopping},
                timeout=max(due - loop.time(), 0.0),
                return_when=asyncio.FIRST_COMPLETED,
            )
            wake.clear()
            if stopping.done():
                return
            if batch:
                ready = batch[:]
                batch.clear()
                yield ready
                due = loop.time() + interval
            if collecting.done():
                wake.set()
        await collecting
    finally:
        collecting.cancel()
        stopping.cancel()
        await asyncio.gather(collecting, stopping, return_exceptions=True)
