"""`footnote` commands in processes that are killed or short of disk, forked with all modules loaded."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from footnote import app
from footnote.rag import assistant as _assistant  # noqa: F401  # loaded once, for all that are forked
from footnote.store import adding
from footnote.store import backup as _backup  # noqa: F401
from footnote.store import doctor as _doctor  # noqa: F401
from footnote.store import library as library_module

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])
_LIMIT_S = 120
_SMALL_BATCH = 5


@dataclass(frozen=True)
class Ran:
    """How a command ended. code: exit code, negative for a signal. text: all that it printed."""

    code: int
    text: str
    seconds: float

    @property
    def is_fault(self) -> bool:
        """Whether it ended otherwise than with an answer or a named error."""
        return "Traceback" in self.text or self.code < 0 or "panicked" in self.text


def _main(home: Path, arguments: tuple[str, ...], output: Path, most_bytes: int | None) -> None:
    adding._BATCH, library_module.MOST_AT_ONCE = (
        _SMALL_BATCH,
        _SMALL_BATCH,
    )  # more moments at which to be killed
    os.environ["FOOTNOTE_HOME"] = str(home)
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    if most_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    sys.argv = ["footnote", *arguments]
    app.main()


def start(home: Path, *arguments: str, output: Path, most_bytes: int | None = None) -> ForkServerProcess:
    """A command that has begun. most_bytes: no file can grow beyond this, as on a full disk."""
    process = processes.Process(target=_main, args=(home, arguments, output, most_bytes), daemon=True)
    process.start()
    return process


def run(
    home: Path,
    *arguments: str,
    output: Path,
    most_bytes: int | None = None,
    kill_after_s: float | None = None,
) -> Ran:
    """Runs a command to its end, or kills it with SIGKILL after so many seconds."""
    began = time.monotonic()
    process = start(home, *arguments, output=output, most_bytes=most_bytes)
    process.join(_LIMIT_S if kill_after_s is None else kill_after_s)
    killed = process.is_alive()
    if killed:
        process.kill()
        process.join()
    text = output.read_text(errors="replace") if output.exists() else ""
    code = process.exitcode or 0
    if kill_after_s is not None and killed:
        code = 0
    return Ran(code, text, time.monotonic() - began)
