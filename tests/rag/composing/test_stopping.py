"""A stream that the reader can end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from footnote.rag.composing.stopping import until


async def numbers(closed: list[bool], silent_after: int = 3) -> AsyncGenerator[int]:
    try:
        for n in range(silent_after):
            yield n
        await asyncio.Event().wait()
    finally:
        closed.append(True)


async def test_nothing_is_lost_where_nobody_stops() -> None:
    async def some() -> AsyncGenerator[int]:
        yield 1
        yield 2

    assert [n async for n in until(None, some())] == [1, 2]
    assert [n async for n in until(asyncio.Event(), some())] == [1, 2]


async def test_what_is_waited_for_is_given_up_at_once_and_ended() -> None:
    stop, closed, got = asyncio.Event(), list[bool](), list[int]()
    async with asyncio.timeout(5), aclosing(numbers(closed)) as items:
        async for n in until(stop, items):
            got.append(n)
            if n == 2:
                asyncio.get_running_loop().call_later(0.01, stop.set)
    assert (got, closed) == ([0, 1, 2], [True])


async def test_an_error_comes_through() -> None:
    async def broken() -> AsyncGenerator[int]:
        yield 1
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        [n async for n in until(asyncio.Event(), broken())]


async def test_a_task_that_is_cancelled_while_it_waits_is_cancelled() -> None:
    closed: list[bool] = []

    async def read() -> None:
        async with aclosing(numbers(closed, 0)) as items:
            async for _ in until(asyncio.Event(), items):
                pass

    task = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed == [True]
