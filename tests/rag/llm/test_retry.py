"""How long to wait before a call is made again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.retry import LONGEST_S, asked_wait_s, pause_s

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@given(st.integers(1, 100), st.floats(0, 1), st.none() | st.floats(0, 1e6))
def test_the_pause_is_what_is_asked_and_no_more_than_the_longest_besides(
    failures: int, chance: float, asked: float | None
) -> None:
    pause = pause_s(failures, asked, chance)
    assert (asked or 0) <= pause <= (asked or 0) + LONGEST_S


def test_the_limit_of_the_pause_doubles() -> None:
    assert [pause_s(n, None, 1.0) for n in range(1, 7)] == [0.5, 1, 2, 4, 8, 8]
    assert pause_s(3, None, 0.25) == 0.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "inf"}, float("inf")),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 5000}, float("9" * 100)),
        ({"retry-after": "Fri, 99 Jan 2026 03:04:15 GMT"}, None),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:15 GMT"}, 10),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:15 -0000"}, 10),
        ({"retry-after": "Fri, 02 Jan 2026 03:03:00 GMT"}, 0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "x", "retry-after": "1"}, 1),
    ],
)
def test_the_wait_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait_s(headers, NOW) == seconds


@given(st.integers(0, 10**6))
def test_a_date_says_the_same_as_seconds(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert asked_wait_s({"retry-after": date}, NOW) == seconds


@given(st.text(max_size=200))
def test_no_header_is_too_odd(value: str) -> None:
    wait = asked_wait_s({"retry-after": value, "retry-after-ms": value}, NOW)
    assert wait is None or wait >= 0
