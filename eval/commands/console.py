"""What the commands print in the same way: JSON, and a progress bar beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, shown from the first report of progress on."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=True)


def print_json(data: object) -> None:
    """Prints JSON in characters that standard output can take."""
    sys.stdout.write(
        json.dumps(data, ensure_ascii=(sys.stdout.encoding or "").lower() != "utf-8", indent=2) + "\n"
    )
