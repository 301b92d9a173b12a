"""`footnote bench judging`: options in, a table or JSON out; the rest is elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from statistics import mean
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from footnote.console import Json, bar, print_json
from footnote.eval.commands.on_library import library_in_use


def judging(
    answers: Annotated[int, typer.Option(min=1, help="Development questions, from the first on.")] = 20,
    as_json: Json = False,
) -> None:
    """Count the prompt tokens of judging an answer, without and with a claim that is reworded."""
    from footnote.eval.benchmarks.judging import judging_tokens
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.rag.settings import load_settings
    from footnote.store.embedders.minilm import MiniLM

    questions = [one.question for one in read_questions(SHIPPED).questions if one.answerable][:answers]
    with library_in_use(load_settings()) as library, bar("Counting") as progress:
        found = judging_tokens(questions, library, MiniLM().count_tokens, progress)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = Table("", "mean", "least", "most", title=f"prompt tokens, {len(found)} answers of six claims")
    for label, tokens in (
        ("all claims follow", [one.plain for one in found]),
        ("one is reworded, and judged again", [one.reworded for one in found]),
    ):
        table.add_row(label, f"{mean(tokens):,.0f}", f"{min(tokens):,}", f"{max(tokens):,}")
    Console().print(table)
