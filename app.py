"""Composition root: the `footnote` command. It wires; deciding and printing is done elsewhere."""

from __future__ import annotations

import io
import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from footnote.console import err, log_to_stderr, out
from footnote.eval.commands.evaluate import app as eval_app
from footnote.eval.commands.evaluate import bench_app
from footnote.eval.commands.feedback import feedback_app
from footnote.eval.commands.verify import verify
from footnote.rag.filters import FiltersError
from footnote.rag.settings import load_settings
from footnote.rag.tracing import start_tracing
from footnote.store.errors import FootnoteError
from footnote.store.faults import storage_fix
from footnote.ui.terminal.asking import ask, search
from footnote.ui.terminal.library import batches, ingest, remove, retractions, status, undo
from footnote.ui.terminal.options import FILTER_OPTIONS
from footnote.ui.terminal.papers import papers
from footnote.ui.terminal.serving import mcp, serve
from footnote.ui.terminal.upkeep import backup, doctor, restore
from footnote.ui.terminal.users import users_app

app = typer.Typer(
    help="Answers from a library of paper abstracts, every sentence footnoted to verbatim words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    ask, search, papers, ingest, remove, batches, undo, retractions, status, serve, mcp, verify,
    doctor, backup, restore,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.add_typer(eval_app, name="eval")
app.add_typer(bench_app, name="bench")
app.add_typer(feedback_app, name="feedback")
app.add_typer(users_app, name="users")


def _print_version(asked: bool) -> None:
    if asked:
        out.print(f"footnote {version('footnote-qa')}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose", "-v", count=True, help="Log what is done; -vv: in detail.", show_default=False
        ),
    ] = 0,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    # Our own loggers alone: other libraries log what they are sent, keys and questions among it.
    if verbose:
        logging.getLogger("footnote").setLevel(logging.INFO if verbose == 1 else logging.DEBUG)


def main() -> None:
    """The `footnote` command: errors made for people go to standard error, with exit code 1."""
    log_to_stderr(os.environ.get("FOOTNOTE_LOG", ""))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode shows the rest
    try:
        start_tracing()
        app()
    except FiltersError as error:
        _fail(f"{FILTER_OPTIONS[error.field]}: {error.problem}")
    except FootnoteError as error:
        _fail(str(error))
    except OSError as error:
        home = load_settings().home
        if not _concerns(home, error):
            raise
        reason = error.strerror or type(error).__name__
        fix = storage_fix(error) or "set it to a folder that you may write to"
        _fail(f"FOOTNOTE_HOME ({home}) can't be used: {reason}; {fix}")


def _concerns(home: Path, error: OSError) -> bool:
    """Whether the file that an error names is the home, in it, or a folder that it is to be in."""
    if not isinstance(error.filename, str | bytes):
        return False
    file = Path(os.fsdecode(error.filename))
    return file.is_relative_to(home) or home.is_relative_to(file)


def _fail(message: str) -> NoReturn:
    from footnote.rag.export import printable

    err.print(Text(f"footnote: {printable(message)}", style="red"))
    sys.exit(1)


if __name__ == "__main__":
    main()
