"""The deadline of one answer, for all of its calls together."""

from __future__ import annotations

import time

HELP = 0.25
"""The share of an answer's time for a call that only helps the search: it goes on without."""


class Deadline:
    """Runs from when it is created; the same in every thread and event loop."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline, 0 when it has passed."""
        return max(0.0, self._end - time.monotonic())

    def part(self, share: float) -> Deadline:
        """A deadline after this share of the whole time, from now on, and never after this one."""
        return Deadline(min(self.left, share * self.seconds))
