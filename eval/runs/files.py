"""Files of a run, written so that a kill leaves them whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footnote.eval.errors import RunError


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Turns what the system says against reading or writing `path` into a RunError."""
    try:
        yield
    except OSError as error:
        raise RunError(f"{error.filename or path} can't be used: {error.strerror or error}") from error


def write_atomically(path: Path, text: str) -> None:
    """Writes a file so that a reader, or a kill, finds the old text or the new, never a part."""
    beside = path.with_name(path.name + ".part")
    with using(path):
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)


def append_line(path: Path, line: str) -> None:
    """Adds a line. It is in the file when this returns, so a killed run keeps it."""
    with using(path), path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")


def read_whole_lines(path: Path) -> list[bytes]:
    """The lines of a file, none where there is no file.

    What follows the last line end is what a killed run had begun to write: it is cut off the
    file, so that the next line is added where it belongs.
    """
    with using(path):
        if not path.exists():
            return []
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            with path.open("r+b") as file:
                file.truncate(whole)
    return data[:whole].split(b"\n")[:-1]
