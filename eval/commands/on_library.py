"""What the commands that ask a library share: options, the open library, the reliability diagram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from footnote.console import bar

# What measures and answers is imported by the commands, so that `footnote --help` is quick.
if TYPE_CHECKING:
    from footnote.eval.datasets.beir import BeirSet
    from footnote.eval.datasets.field import Field
    from footnote.eval.fitting.trials import Trial, TrialResult
    from footnote.eval.measures.calibration import Reliability
    from footnote.eval.questions import QuestionSet
    from footnote.rag.settings import Settings
    from footnote.store.library import Library

SVG = "reliability.svg"

Questions = Annotated[
    Path | None, typer.Option("--questions", help="JSON lines over the library in use; default: what ships.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for reliability.svg.", file_okay=False)]


@contextmanager
def library_in_use(settings: Settings) -> Iterator[Library]:
    """The library that the settings name, indexed."""
    from footnote.store.ingest import open_library

    with bar("Indexing") as progress:
        library = open_library(settings.library, progress=progress)
    with closing(library):
        yield library


@contextmanager
def indexed_beir(beir_set: BeirSet, settings: Settings) -> Iterator[Library]:
    """A library of a BEIR folder's corpus, kept in FOOTNOTE_HOME/eval."""
    from footnote.eval.datasets.kept_library import beir_library

    with ExitStack() as stack:
        with bar(f"Indexing {beir_set.name}") as progress:  # gone before another bar comes
            library = stack.enter_context(beir_library(beir_set, settings.home / "eval", progress=progress))
        yield library


@contextmanager
def indexed_field(field: Field, settings: Settings) -> Iterator[Library]:
    """A library of a field's papers, kept in FOOTNOTE_HOME/eval."""
    from footnote.eval.datasets.kept_library import field_library

    with ExitStack() as stack:
        with bar(f"Indexing {field.name}") as progress:  # gone before another bar comes
            library = stack.enter_context(field_library(field, settings.home / "eval", progress=progress))
        yield library


@contextmanager
def indexed_questions(folder: Path, settings: Settings) -> Iterator[tuple[QuestionSet, Library]]:
    """The questions of a folder and a library of its papers, kept in FOOTNOTE_HOME/eval."""
    from footnote.eval.datasets.question_library import question_library

    with ExitStack() as stack:
        with bar(f"Indexing {folder.name}") as progress:
            found = stack.enter_context(question_library(folder, settings.home / "eval", progress=progress))
        yield found


def ask_trials(trials: Sequence[Trial], library: Library, settings: Settings) -> list[TrialResult]:
    """What retrieval says of each trial."""
    from footnote.eval.fitting.trials import run_trials

    with bar("Asking") as progress:
        return run_trials(trials, library, settings, progress)


def draw_reliability(figures: Reliability, folder: Path, title: str, threshold: float) -> None:
    """Writes reliability.svg into the folder, which is made where it is missing."""
    from footnote.eval.measures.reliability_plot import draw
    from footnote.eval.runs.files import using, write_atomically

    with using(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / SVG, draw(figures, title=title, threshold=threshold))


def drawn_at(folder: Path | None) -> list[Text]:
    """The line that names the drawing."""
    return [Text(str(folder / SVG))] if folder else []
