"""Where the time goes: methods of single objects, timed from outside."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


class Stopwatch:
    """Seconds by part. A part that runs inside another is taken off the other. For one thread."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def watch(self, thing: object, method: str, part: str) -> None:
        """From now on the time in `thing.method` counts to `part`; other objects stay as they are."""
        plain = getattr(thing, method)

        @wraps(plain)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.timing(part):
                return plain(*args, **kwargs)

        setattr(thing, method, timed)

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        """Counts the time in the block to `part`."""
        self._inside.append(0.0)
        begun = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - begun
            self._seconds[part] += took - self._inside.pop()
            if self._inside:
                self._inside[-1] += took

    def take(self) -> dict[str, float]:
        """Seconds by part since the last call, and starts again from zero."""
        taken = dict(self._seconds)
        self._seconds.clear()
        return taken
