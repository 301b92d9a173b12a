"""A circuit breaker: an endpoint that is down isn't asked again and again while readers wait.

After Nygard, "Release It!" (2007). The circuit is closed while calls succeed. After several failures
in a row it opens, and calls fail at once. After a pause it is half open: one call is let through as a
probe.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
"""Failures in a row before the circuit opens: the attempts of one call that is retried twice."""
PAUSE_S = 30.0


class Breaker:
    """The circuit of one endpoint. Not safe across threads: it belongs to one event loop."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._pause_s, self._clock = failures, pause_s, clock
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def failures(self) -> int:
        """Failures in a row."""
        return self._failures

    def wait_s(self) -> float | None:
        """None where a call may be made now; else seconds until one may, 0 while a probe is under way."""
        if self._opened_at is None:
            return None
        if self._probing:
            return 0.0
        left = self._opened_at + self._pause_s - self._clock()
        return left if left > 0 else None

    def begin(self) -> None:
        """Records that a call begins, which `wait_s` allowed; one of the three methods below ends it."""
        self._probing = self._opened_at is not None

    def succeeded(self) -> None:
        """Records that the endpoint replied, if only with a refusal: the circuit closes."""
        self._failures, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """Records that the endpoint seems to be down: it may open the circuit."""
        self._failures += 1
        if self._failures >= self._most:
            self._opened_at = self._clock()
        self._probing = False

    def cancelled(self) -> None:
        """Records that the call was cancelled before its outcome was known; the next call may be a probe."""
        self._probing = False
