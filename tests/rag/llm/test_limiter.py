"""How many calls are made at a time."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.limiter import Limiter


class Crowd:
    """Tasks that take a slot and keep it until they are let go."""

    def __init__(self) -> None:
        self.limiter, self.inside, self.order = Limiter(), 0, list[int]()
        self.most = 0
        self.leave = [asyncio.Event() for _ in range(40)]

    async def one(self, name: int, limit: int) -> None:
        async with self.limiter.slot(limit):
            self.order.append(name)
            self.inside += 1
            self.most = max(self.most, self.inside)
            try:
                await self.leave[name].wait()
            finally:
                self.inside -= 1


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_so_many_at_a_time_in_the_order_in_which_they_came() -> None:
    crowd = Crowd()
    tasks = [asyncio.create_task(crowd.one(n, 2)) for n in range(6)]
    for n in range(6):
        await settle()
        assert crowd.inside == min(2, 6 - n)
        crowd.leave[n].set()
    await asyncio.gather(*tasks)
    assert crowd.order == [0, 1, 2, 3, 4, 5]
    assert crowd.most == 2


async def test_a_waiter_that_is_cancelled_leaves_the_queue() -> None:
    crowd = Crowd()
    tasks = [asyncio.create_task(crowd.one(n, 1)) for n in range(3)]
    await settle()
    tasks[1].cancel()
    await settle()
    crowd.leave[0].set()
    await settle()
    assert crowd.order == [0, 2]


async def test_a_waiter_that_is_cancelled_as_its_turn_comes_gives_it_back() -> None:
    crowd = Crowd()
    tasks = [asyncio.create_task(crowd.one(n, 1)) for n in range(3)]
    await settle()
    tasks[0].cancel()
    await asyncio.sleep(0)  # the first gives its slot to the second, which hasn't run yet
    tasks[1].cancel()
    await settle()
    assert 1 not in crowd.order or crowd.order == [0, 1, 2]
    assert crowd.order[-1] == 2
    assert crowd.inside == 1


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["leave", "cancel", "wait"])), max_size=20))
def test_slots_are_never_lost_nor_doubled(steps: list[tuple[int, str]]) -> None:
    async def play() -> None:
        crowd = Crowd()
        tasks = []
        for n, (at_once, what) in enumerate(steps):
            tasks.append(asyncio.create_task(crowd.one(n, at_once)))
            if n % 2:
                await asyncio.sleep(0)
            if what == "leave":
                crowd.leave[n // 2].set()
            elif what == "cancel":
                tasks[n // 2].cancel()
        assert crowd.most <= max((at_once for at_once, _ in steps), default=0)
        for event in crowd.leave:
            event.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        last = asyncio.create_task(crowd.one(30, 1))
        await asyncio.wait_for(last, 5)
        assert crowd.inside == 0

    asyncio.run(play())


async def test_bounds_may_differ() -> None:
    crowd = Crowd()
    tasks = [asyncio.create_task(crowd.one(n, at_once)) for n, at_once in enumerate((3, 3, 1, 3))]
    await settle()
    assert crowd.order == [0, 1], "the third waits for the others to leave, the fourth stands behind it"
    crowd.leave[0].set()
    crowd.leave[1].set()
    await settle()
    assert crowd.order == [0, 1, 2, 3]
    for task in tasks:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[2]
