"""`footnote eval confidence` and `footnote eval fit`: options in, tables or JSON out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from footnote.eval.commands.console import Json, bar, print_json
from footnote.eval.fitting import require_extra

# What measures and answers is imported by the commands, so that `footnote --help` is quick.
if TYPE_CHECKING:
    from footnote.eval.datasets.beir import BeirSet
    from footnote.eval.datasets.judged import JudgedSet
    from footnote.eval.fitting.ranking import Candidates
    from footnote.eval.fitting.trials import Trial, Tried
    from footnote.eval.measures.calibration import Reliability
    from footnote.rag.settings import Settings
    from footnote.store.library import Library

fit_app = typer.Typer(help="Fit the weights that ship, and show what they are worth.", no_args_is_help=True)

SVG = "reliability.svg"

Questions = Annotated[
    Path | None, typer.Option("--questions", help="JSON lines over the library in use; default: what ships.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for reliability.svg.", file_okay=False)]


def confidence(
    questions: Questions = None,
    beir: Annotated[
        Path | None,
        typer.Option("--beir", help="A BEIR folder instead: its queries, with and without their papers."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure the confidence: does it tell what the library answers, and is it a probability?

    Answerable questions against unanswerable ones, and against themselves with their own papers
    taken out: AUROC, what refusing below a threshold does, reliability. Weighted, where it matters,
    to a reader of whose questions three in four have an answer.
    """
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.datasets.judged import judged_beir
    from footnote.eval.fitting.tables import confidence_tables
    from footnote.eval.fitting.trials import judged_trials, question_trials
    from footnote.eval.measures.confidence import measure
    from footnote.eval.questions import SHIPPED, SHORT, read_questions
    from footnote.rag.settings import load_settings

    if out:
        require_extra()
    if beir and questions:
        raise typer.BadParameter("give --questions or --beir, not both")
    settings = load_settings()
    notes: list[str] = []
    if beir:
        beir_set = read_beir(beir)
        judged = judged_beir(beir_set)
        name, dataset_hash = judged.name, judged.dataset_hash
        notes += judged.notes
        with _beir_library(beir_set, settings) as library:
            tried = _put(judged_trials(judged), library, settings)
    else:
        question_set = read_questions(questions or SHIPPED)
        name, dataset_hash = question_set.file, question_set.dataset_hash
        if dataset_hash in {read_questions(shipped).dataset_hash for shipped in (SHIPPED, SHORT)}:
            notes.append(
                "The weights were fitted on these questions: `footnote eval fit confidence` has the figures "
                "for questions that they haven't seen."
            )
        with _library(settings) as library:
            tried = _put(question_trials(question_set, library.catalog.papers(), settings), library, settings)
    record = measure(
        tried, name=name, dataset_hash=dataset_hash, refuse_below=settings.refuse_below, notes=notes
    )
    if out:
        _draw(record.reliability, out, f"Confidence on {name}", settings.refuse_below)
    if as_json:
        print_json(asdict(record))
        return
    Console().print(*confidence_tables(record), *_written(out), sep="\n")


@fit_app.command(name="confidence")
def fit_confidence_weights(
    questions: Questions = None,
    beir: Annotated[
        list[Path] | None,
        typer.Option("--beir", help="BEIR folder; 60 of its queries are asked as foreign. Several times."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Fit the confidence (`rag.retrieval.confidence`) to questions that the library does and doesn't answer.

    That is the unanswerable questions, the answerable ones with their own papers taken out, queries of
    BEIR sets, and questions of everyday life. Both sets that ship and are meant for it are the default:
    `dev.jsonl` and `short.jsonl`. Nothing of the product is changed.
    """
    require_extra()
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.fitting.confidence import fit_confidence
    from footnote.eval.fitting.tables import confidence_fit_tables
    from footnote.eval.fitting.trials import everyday_trials, foreign_trials, question_trials
    from footnote.eval.questions import SHIPPED, SHORT, read_questions
    from footnote.rag.settings import load_settings

    settings = load_settings()
    sets = [read_questions(file) for file in ([questions] if questions else [SHIPPED, SHORT])]
    strangers = [trial for folder in beir or [] for trial in foreign_trials(read_beir(folder))]
    with _library(settings) as library:
        trials = [trial for one in sets for trial in question_trials(one, library.catalog.papers(), settings)]
        tried = _put([*trials, *strangers, *everyday_trials()], library, settings)
    fit = fit_confidence(tried, refuse_below=settings.refuse_below)
    if out:
        title = f"Confidence, cross-validated on {', '.join(one.file for one in sets)} and others"
        _draw(fit.reliability, out, title, settings.refuse_below)
    if as_json:
        print_json(asdict(fit))
        return
    Console().print(*confidence_fit_tables(fit), *_written(out), sep="\n")


@fit_app.command()
def ranking(
    questions: Questions = None,
    beir: Annotated[
        list[Path] | None,
        typer.Option(
            "--beir", help="BEIR folder; every third query is fitted to, the rest measure. Several times."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Fit the ranking: `rag.retrieval.fusion.LEARNED`, to the questions and a third of each BEIR set.

    Each set weighs the same. Nothing of the product is changed. A BEIR corpus is indexed once, in
    FOOTNOTE_HOME/eval.
    """
    require_extra()
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.datasets.judged import judged_beir, judged_questions
    from footnote.eval.fitting.ranking import candidates, fit_ranking
    from footnote.eval.fitting.tables import ranking_fit_tables
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.rag.settings import load_settings

    settings = load_settings()
    question_set = read_questions(questions or SHIPPED)
    beir_sets = [read_beir(folder) for folder in beir or []]

    def searched(judged: JudgedSet, library: Library) -> list[Candidates]:
        with bar(f"Searching {judged.name}") as progress:
            return candidates(judged, library, settings, progress)

    with _library(settings) as library:
        asked = searched(judged_questions(question_set, library.catalog.papers(), settings), library)
    others: list[tuple[str, list[Candidates]]] = []
    for beir_set in beir_sets:
        with _beir_library(beir_set, settings) as library:
            others.append((beir_set.name, searched(judged_beir(beir_set), library)))
    fit = fit_ranking((question_set.file, asked), others)
    if as_json:
        print_json(asdict(fit))
        return
    Console().print(*ranking_fit_tables(fit), sep="\n")


@contextmanager
def _library(settings: Settings) -> Iterator[Library]:
    from footnote.store.ingest import open_library

    with bar("Indexing") as progress:
        library = open_library(settings.library, progress=progress)
    with closing(library):
        yield library


@contextmanager
def _beir_library(beir_set: BeirSet, settings: Settings) -> Iterator[Library]:
    from footnote.eval.datasets.beir_library import beir_library

    with ExitStack() as stack:
        with bar(f"Indexing {beir_set.name}") as progress:  # gone before another bar comes
            library = stack.enter_context(beir_library(beir_set, settings.home / "eval", progress=progress))
        yield library


def _put(trials: Sequence[Trial], library: Library, settings: Settings) -> list[Tried]:
    from footnote.eval.fitting.trials import put

    with bar("Asking") as progress:
        return put(trials, library, settings, progress)


def _draw(figures: Reliability, folder: Path, title: str, threshold: float) -> None:
    from footnote.eval.measures.reliability_plot import draw
    from footnote.eval.runs.files import using, write_atomically

    with using(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / SVG, draw(figures, title=title, threshold=threshold))


def _written(folder: Path | None) -> list[Text]:
    return [Text(str(folder / SVG))] if folder else []
