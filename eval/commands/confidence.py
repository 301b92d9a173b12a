"""`footnote eval confidence`: options in, tables or JSON out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from footnote.console import Json, print_json
from footnote.eval.commands.on_library import (
    Out,
    Questions,
    ask_trials,
    draw_reliability,
    drawn_at,
    indexed_beir,
    library_in_use,
)
from footnote.eval.fitting import require_extra


def confidence(
    questions: Questions = None,
    beir: Annotated[
        Path | None,
        typer.Option("--beir", help="A BEIR folder instead: its queries, with and without their papers."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure the confidence: does it show what the library answers, and is it a probability?

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
        with indexed_beir(beir_set, settings) as library:
            tried = ask_trials(judged_trials(judged), library, settings)
    else:
        question_set = read_questions(questions or SHIPPED)
        name, dataset_hash = question_set.file, question_set.dataset_hash
        if dataset_hash in {read_questions(shipped).dataset_hash for shipped in (SHIPPED, SHORT)}:
            notes.append(
                "The weights were fitted on these questions: `footnote eval fit confidence` has the figures "
                "for questions that they haven't seen."
            )
        with library_in_use(settings) as library:
            tried = ask_trials(
                question_trials(question_set, library.catalog.papers(), settings), library, settings
            )
    record = measure(
        tried, name=name, dataset_hash=dataset_hash, refuse_below=settings.refuse_below, notes=notes
    )
    if out:
        draw_reliability(record.reliability, out, f"Confidence on {name}", settings.refuse_below)
    if as_json:
        print_json(asdict(record))
        return
    Console().print(*confidence_tables(record), *drawn_at(out), sep="\n")
