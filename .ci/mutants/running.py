"""Runs tests in forks of one process that has loaded the libraries, so that no mutant loads them again."""

from __future__ import annotations

import importlib
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

_LIBRARIES = (
    "chromadb.api.rust",
    "onnxruntime",
    "tantivy",
    "gradio",
    "langchain",
    "langchain_openai",
    "alembic",
)
_PROFILE = "mutants"
_POLL_S = 0.05
_TAIL = 1_500
_ENDED_IN_TIME = -signal.SIGKILL


@dataclass(frozen=True)
class Run:
    """How tests ended. status: pytest's, or a signal's number below 0. failed: the tests that failed."""

    status: int
    failed: tuple[str, ...]
    seconds: float
    tail: str

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return self.status == pytest.ExitCode.OK

    @property
    def timed_out(self) -> bool:
        """Whether it was ended for the time that it took."""
        return self.status == _ENDED_IN_TIME


def load_libraries() -> None:
    """Loads what tests load of others, and nothing of Footnote."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    # A mutant is killed by any example: looking for the smallest takes minutes.
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    slow = [HealthCheck.too_slow]
    settings.register_profile(_PROFILE, deadline=None, suppress_health_check=slow, phases=phases)


def run(tests: list[str], log: Path, *, limit_s: float, first: bool = True) -> Run:
    """Runs tests in a fork. first: whether it ends at the first that fails."""
    started = time.monotonic()
    child = os.fork()
    if not child:
        _run_here(tests, log, first)
    status = None
    while status is None:
        time.sleep(_POLL_S)
        ended, code = os.waitpid(child, os.WNOHANG)
        if ended:
            status = os.waitstatus_to_exitcode(code)
        elif time.monotonic() - started > limit_s:
            os.killpg(child, signal.SIGKILL)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    text = log.read_text("utf-8", "replace")
    failed = tuple(re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", text, re.MULTILINE))
    return Run(status, failed, time.monotonic() - started, text[-_TAIL:])


def _run_here(tests: list[str], log: Path, first: bool) -> None:
    """In a fork: what pytest makes of it is the status."""
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    status = 99
    try:
        options = ["-q", "-p", "no:cacheprovider", "--tb=short", f"--hypothesis-profile={_PROFILE}"]
        status = int(pytest.main([*options, *["-x"][:first], *tests]))
    finally:
        sys.stdout.flush()
        os._exit(status)
