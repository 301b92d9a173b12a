"""What the commands that ask a library share: options, the open library, the reliability diagram."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

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

T = TypeVar("T")

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


def indexed_beir(beir_set: BeirSet, settings: Settings) -> AbstractContextManager[Library]:
    """A library of a BEIR folder's corpus, kept in FOOTNOTE_HOME/eval."""
    from footnote.eval.datasets.kept_library import beir_library

    return _indexed(beir_set.name, partial(beir_library, beir_set, settings.home / "eval"))


def indexed_field(field: Field, settings: Settings) -> AbstractContextManager[Library]:
    """A library of a field's papers, kept in FOOTNOTE_HOME/eval."""
    from footnote.eval.datasets.kept_library import field_library

    return _indexed(field.name, partial(field_library, field, settings.home / "eval"))


def indexed_questions(
    folder: Path, settings: Settings
) -> AbstractContextManager[tuple[QuestionSet, Library]]:
    """The questions of a folder and a library of its papers, kept in FOOTNOTE_HOME/eval."""
    from footnote.eval.datasets.question_library import question_library

    return _indexed(folder.name, partial(question_library, folder, settings.home / "eval"))


@contextmanager
def _indexed(name: str, kept: Callable[..., AbstractContextManager[T]]) -> Iterator[T]:
    """What `kept` makes, with a bar while it is made."""
    with ExitStack() as stack:
        with bar(f"Indexing {name}") as progress:  # gone before another bar comes
            found = stack.enter_context(kept(progress=progress))
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
