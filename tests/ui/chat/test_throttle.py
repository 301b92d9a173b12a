from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from footnote.ui.chat.throttle import throttled


async def test_a_burst_comes_in_few_lists_and_in_order() -> None:
    async def burst() -> AsyncIterator[int]:
        for number in range(1000):
            yield number
            await asyncio.sleep(0)

    batches = [batch async for batch in throttled(burst(), interval=3600)]
    assert [n for batch in batches for n in batch] == list(range(1000))
    assert len(batches) <= 2


async def test_an_event_does_not_wait_for_the_next() -> None:
    seen = asyncio.Event()

    async def hesitant() -> AsyncIterator[str]:
        yield "first"
        yield "second"
        await seen.wait()
        yield "third"

    got: list[str] = []
    async for batch in throttled(hesitant(), interval=0.01):
        got += batch
        if "second" in got:
            seen.set()
    assert got == ["first", "second", "third"]


async def test_an_error_comes_after_what_came_before_it() -> None:
    async def breaking() -> AsyncIterator[int]:
        yield 1
        yield 2
        raise ValueError("broken")

    got: list[int] = []

    async def collect() -> None:
        async for batch in throttled(breaking(), interval=0):
            got.extend(batch)

    with pytest.raises(ValueError, match="broken"):
        await collect()
    assert got == [1, 2]


@pytest.mark.parametrize("waiting", [True, False], ids=["while it waits", "between events"])
async def test_closing_closes_the_source_in_the_task_that_ran_it(waiting: bool) -> None:
    tasks: list[asyncio.Task[object] | None] = []

    async def endless() -> AsyncIterator[int]:
        tasks.append(asyncio.current_task())
        try:
            while True:
                yield 1
                await asyncio.sleep(3600 if waiting else 0)
        finally:
            tasks.append(asyncio.current_task())

    stream = throttled(endless(), interval=0)
    await anext(stream)
    await stream.aclose()
    assert len(tasks) == 2
    assert tasks[0] is tasks[1]


async def test_once_stopped_the_source_is_closed_without_waiting_for_its_next_event() -> None:
    closed = asyncio.Event()
    stopped = asyncio.Event()

    async def silent() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(3600)
        finally:
            closed.set()

    got = []
    async for batch in throttled(silent(), 0, stopped):
        got += batch
        stopped.set()
    assert got == [1]
    assert closed.is_set()
