"""How long work reports its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with what is done and how much there is in all: papers, questions, turns."""
StepProgress = Callable[[str, int, int], None]
"""The same with the name of the step before it."""
