"""How long each step of an answer takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from footnote.rag.events import StepName


class Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, step: StepName) -> Iterator[None]:
        """Adds the time spent inside this context to `step`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - begun

    def total(self) -> dict[str, float]:
        """Seconds by step, and of the whole answer as `total`."""
        return {**self.seconds, "total": time.perf_counter() - self._begun}
