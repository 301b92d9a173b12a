"""`footnote bench start`: the first question in an empty home against one in a home that is set up.

Each is a whole process, from the start of Python to the printed answer, as somebody at a terminal waits
for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict

from footnote.eval.errors import BenchError

QUESTION = "What are Adaptive Chameleons?"
COMMAND = (sys.executable, "-m", "footnote", "ask", QUESTION, "--mode", "extractive")
_TIMEOUT_S = 600
_SHOWN_CHARS = 500


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Took(_Frozen):
    """What one process took. wall_s: seconds until it ended. cpu_s: seconds of all cores together."""

    wall_s: float
    cpu_s: float


class StartRecord(_Frozen):
    """What `footnote bench start` reports: every first and every later question."""

    cores: int
    first: tuple[Took, ...]
    warm: tuple[Took, ...]

    @property
    def first_median(self) -> Took:
        """The median first question, wall and CPU each by itself."""
        return _median(self.first)

    @property
    def warm_median(self) -> Took:
        """The median later question."""
        return _median(self.warm)

    @property
    def ratio(self) -> Took:
        """How many times as long a first question takes as a later one, by the medians."""
        first, warm = self.first_median, self.warm_median
        return Took(wall_s=first.wall_s / warm.wall_s, cpu_s=first.cpu_s / warm.cpu_s)


def bench_start(
    times: int, *, command: Sequence[str] = COMMAND, progress: Callable[[int, int], None] | None = None
) -> StartRecord:
    """Runs `command` twice in each of `times` empty homes, so that whatever slows the machine slows both.

    Raises BenchError where the command fails.
    """
    first: list[Took] = []
    warm: list[Took] = []
    for done in range(times):
        with TemporaryDirectory(prefix="footnote-start-") as home:
            for took in (first, warm):
                took.append(_run(command, Path(home)))
        if progress:
            progress(done + 1, times)
    return StartRecord(cores=os.cpu_count() or 1, first=tuple(first), warm=tuple(warm))


def _run(command: Sequence[str], home: Path) -> Took:
    begun, used = time.perf_counter(), _children_cpu_s()
    try:
        subprocess.run(
            command,
            env={**os.environ, "FOOTNOTE_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        shown = error.stderr.decode(errors="replace")[-_SHOWN_CHARS:].strip()
        raise BenchError(f"`{' '.join(command)}` ended with exit code {error.returncode}: {shown}") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"`{' '.join(command)}` took more than {_TIMEOUT_S} s") from error
    return Took(wall_s=time.perf_counter() - begun, cpu_s=_children_cpu_s() - used)


def _children_cpu_s() -> float:
    """CPU seconds of all child processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _median(runs: Sequence[Took]) -> Took:
    return Took(wall_s=median(run.wall_s for run in runs), cpu_s=median(run.cpu_s for run in runs))
