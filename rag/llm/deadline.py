"""The deadline of one answer, for all of its calls together."""

from __future__ import annotations

import time


class Deadline:
    """Runs from when it is created; the same in every thread and event loop."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline, 0 when it has passed."""
        return max(0.0, self._end - time.monotonic())
