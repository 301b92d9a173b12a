"""What all commands print in the same way: JSON, progress bars, errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Report = Callable[[int, int], None]
"""Called with what is done and how much there is in all (0: not known)."""


@contextmanager
def bars(*labels: str, at_once: bool = False) -> Iterator[list[Report]]:
    """Progress bars on standard error, each shown from its first report on, or at once."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        tasks = [progress.add_task(label, total=None, visible=at_once) for label in labels]

        def report(task: TaskID, done: int, total: int) -> None:
            progress.update(task, completed=done, total=total or None, visible=True)

        yield [partial(report, task) for task in tasks]


@contextmanager
def bar(label: str, *, at_once: bool = False) -> Iterator[Report]:
    """One progress bar on standard error."""
    with bars(label, at_once=at_once) as (report,):
        yield report


def print_json(data: object, *, indent: int | None = 2) -> None:
    """Prints JSON in characters that standard output can take."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    sys.stdout.write(json.dumps(data, ensure_ascii=not unicode, indent=indent) + "\n")
