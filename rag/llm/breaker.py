"""A circuit breaker: an endpoint that is down isn't asked again and again while readers wait.

After Nygard, "Release It!" (2007): closed while calls succeed; open, so that calls fail at once,
after some failures in a row; half open after a pause, when one call is let through to see.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
"""In a row, before the circuit opens: the attempts of one call that is made anew twice."""
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
        """None where a call may be made now; else seconds until one may, 0 while one is under way to see."""
        if self._opened_at is None:
            return None
        if self._probing:
            return 0.0
        left = self._opened_at + self._pause_s - self._clock()
        return left if left > 0 else None

    def begin(self) -> None:
        """A call is made, which `wait_s` allowed; one of the three below says how it ended."""
        self._probing = self._opened_at is not None

    def answered(self) -> None:
        """The endpoint works, whatever it said: the circuit closes."""
        self._failures, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """The endpoint seems to be down: the circuit opens at the last failure allowed, or of a probe."""
        self._failures += 1
        if self._failures >= self._most:
            self._opened_at = self._clock()
        self._probing = False

    def given_up(self) -> None:
        """The caller left before anything could be said; the next call may see."""
        self._probing = False
