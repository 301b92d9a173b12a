"""The circuit of an endpoint, on a clock that the test turns."""

from __future__ import annotations

import pytest

from footnote.rag.llm.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause_s=30, clock=clock)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        assert breaker.wait_s() is None
        breaker.begin()
        breaker.failed()


def test_it_opens_after_failures_in_a_row(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    assert breaker.wait_s() is None
    fail(breaker)
    assert breaker.wait_s() == 30
    clock.now += 29
    assert breaker.wait_s() == 1


def test_a_success_between_counts_from_the_start(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.begin()
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.wait_s() is None


def test_after_the_pause_one_call_is_let_through(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 30
    assert breaker.wait_s() is None
    breaker.begin()
    assert breaker.wait_s() == 0, "the others wait for what it finds"
    breaker.succeeded()
    assert breaker.wait_s() is None
    fail(breaker, 2)
    assert breaker.wait_s() is None


def test_a_probe_that_fails_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 31
    fail(breaker)
    assert breaker.wait_s() == 30


def test_a_probe_that_is_given_up_leaves_the_place_to_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 31
    breaker.begin()
    breaker.cancelled()
    assert breaker.wait_s() is None
    breaker.begin()
    assert breaker.wait_s() == 0
