"""How much somebody may do in a time: a sliding window for each of a limited number of keys."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from footnote.store.errors import FootnoteError

MAX_KEYS = 10_000
"""Keys remembered at most; the one that did nothing for the longest time is forgotten first."""


class TooMany(FootnoteError):
    """A rate is used up. wait_s: seconds until the next is allowed."""

    def __init__(self, message: str, wait_s: int) -> None:
        super().__init__(message.format(seconds=wait_s))
        self.wait_s = wait_s


class Rate:
    """At most `most` times (or bytes, …) in `seconds`, for each key. Safe for threads."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, amount: int = 1) -> int:
        """Whole seconds until `key` may do it; 0: now, and it is counted as `amount`."""
        with self._lock:
            times = self._current(key)
            if wait := self._wait(times):
                return wait
            times.append((self._clock(), amount))
            self._times[key] = times
            self._times.move_to_end(key)
            if len(self._times) > MAX_KEYS:
                self._times.popitem(last=False)
            return 0

    def wait(self, key: str) -> int:
        """Whole seconds until `key` may do it; 0: now. Counts nothing."""
        with self._lock:
            return self._wait(self._current(key))

    def _current(self, key: str) -> deque[tuple[float, int]]:
        times = self._times.get(key, deque())
        while times and times[0][0] <= self._clock() - self._seconds:
            times.popleft()
        return times

    def _wait(self, times: deque[tuple[float, int]]) -> int:
        if sum(amount for _, amount in times) < self._most:
            return 0
        return max(1, math.ceil(times[0][0] + self._seconds - self._clock()))
