"""Slows a fast stream of events to what a page can draw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def paced(
    events: AsyncIterator[T], interval: float, stopped: asyncio.Event | None = None
) -> AsyncGenerator[list[T], None]:
    """The same events in lists, at least `interval` seconds apart; no event waits for the next.

    The first list comes with the first event. An error of `events` is raised once what came
    before it has been passed on. When this generator is closed or cancelled, so is `events`; once
    `stopped` is set, `events` is closed and what it still had is left out.
    """
    loop = asyncio.get_running_loop()
    batch: list[T] = []
    news = asyncio.Event()

    async def collect() -> None:
        try:
            async for event in events:
                batch.append(event)
                news.set()
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    # One task runs `events` from start to end: timeouts and cancel scopes inside it are bound to
    # the task that entered them, so stepping it from here would break them.
    collecting = asyncio.create_task(collect())
    collecting.add_done_callback(lambda _: news.set())
    stopping = asyncio.create_task((stopped or asyncio.Event()).wait())
    stopping.add_done_callback(lambda _: news.set())
    due = loop.time()
    try:
        while not collecting.done() or batch:
            await news.wait()
            await asyncio.wait(
                {collecting, stopping},
                timeout=max(due - loop.time(), 0.0),
                return_when=asyncio.FIRST_COMPLETED,
            )
            news.clear()
            if stopping.done():
                return
            if batch:
                ready = batch[:]
                batch.clear()
                yield ready
                due = loop.time() + interval
            if collecting.done():
                news.set()
        await collecting
    finally:
        collecting.cancel()
        stopping.cancel()
        await asyncio.gather(collecting, stopping, return_exceptions=True)
