"""What all commands print in the same way: JSON, progress bars, tables, errors, logs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

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


class JsonLines(logging.Formatter):
    """A log record as one line of JSON: time (ISO 8601, UTC), level, logger, message, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def log_to_stderr(form: str) -> None:
    """Logs warnings on standard error. form: `json` for `JsonLines`, else text."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if form == "json":
        logging.captureWarnings(True)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())


def log_as_json_too(name: str) -> None:
    """If our log is JSON, that of another library's logger is too, which has handlers of its own."""
    ours = [handler.formatter for handler in logging.getLogger().handlers]
    for form in (form for form in ours if isinstance(form, JsonLines)):
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(form)


def plain_table(title: str, *columns: str) -> Table:
    """A table without frames; the first column is of names, the others are of numbers."""
    table = Table(
        title=Text(title), box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title_justify="left"
    )
    table.add_column(Text(columns[0]), overflow="fold")
    for column in columns[1:]:
        table.add_column(Text(column), justify="right")
    return table
