"""Ends a stream when the reader stops it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def until(stop: asyncio.Event | None, items: AsyncIterator[T]) -> AsyncGenerator[T]:
    """The same items, until `stop` is set: then the pending one is cancelled at once.

    stop: None to yield them all. `items` is left for its owner to close.
    """
    if stop is None:
        async for item in items:
            yield item
        return
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while not stop.is_set():
            waiting = asyncio.ensure_future(anext(items))
            try:
                await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not waiting.done():
                    waiting.cancel()
                    with suppress(asyncio.CancelledError, StopAsyncIteration):
                        await waiting
            if waiting.cancelled():
                return
            try:
                item = waiting.result()
            except StopAsyncIteration:
                return
            yield item
    finally:
        stopping.cancel()


async def unless(stop: asyncio.Event | None, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of `work`; None where `stop` is set first, which cancels it."""

    async def once() -> AsyncGenerator[T]:
        yield await work

    async for result in until(stop, once()):
        return result
    work.close()
    return None
