"""Rates: so many times in so many seconds, for each key, and for a limited number of keys."""

from __future__ import annotations

import pytest

from footnote.ui.accounts import rates
from footnote.ui.accounts.rates import Rate


def test_a_rate_is_used_up_and_comes_back_for_each_key_alone() -> None:
    now = 0.0
    rate = Rate(2, 60, lambda: now)
    assert [rate.take("a"), rate.take("a"), rate.take("a"), rate.take("b")] == [0, 0, 60, 0]
    now = 59.5
    assert (rate.wait("a"), rate.wait("b")) == (1, 0)
    now = 60.0
    assert [rate.take("a") for _ in range(3)] == [0, 0, 60]


def test_a_crowd_of_keys_takes_limited_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MAX_KEYS", 3)
    rate = Rate(1, 60, lambda: 0.0)
    assert all(rate.take(str(n)) == 0 for n in range(5))
    assert [rate.wait(str(n)) for n in range(5)] == [0, 0, 60, 60, 60]
