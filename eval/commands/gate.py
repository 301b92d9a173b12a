"""`footnote eval gate`: options in, tables or JSON out; the rest is elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from footnote.console import Json, bar, print_json


def gate(
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="JSON lines of your own; default: the sets that ship.")
    ] = None,
    name: Annotated[
        Literal["sloppy", "contrast", "independent", "dev", "heldout"] | None,
        typer.Option("--set", help="Which of the sets that ship; default: all."),
    ] = None,
    mistakes: Annotated[
        bool, typer.Option("--mistakes", help="List the claims that were ruled on wrongly.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure the checks of claims: which false ones do they refuse, and which true ones?

    Where FOOTNOTE_VERIFIER names a judge (with a chat model it does), a column shows what checks and judge
    refuse together. By kind of falsehood, with 95 % intervals, and how far the labels can be guessed without
    checking. A line of --pairs has "id", "claim", "evidence" (a list of sentences) and "supported" (true or
    false). It may have "kind", "titles" and "unknown" (a list of markers that name no sentence). With --json,
    one object a set is printed, each on its line.
    """
    from footnote.eval.verification import SHIPPED, read_pairs
    from footnote.eval.verification.judging import decisions
    from footnote.eval.verification.measure import measure
    from footnote.eval.verification.tables import as_json as to_json
    from footnote.eval.verification.tables import tables
    from footnote.rag.settings import load_settings

    if pairs and name:
        raise typer.BadParameter("give --pairs or --set, not both")
    files = [pairs] if pairs else [SHIPPED[name]] if name else list(SHIPPED.values())
    sets = [(file.name, read_pairs(file)) for file in files]
    settings = load_settings()
    for file, some in sets:
        judge = None
        if settings.resolved_verifier != "rules":
            with bar("Judging") as progress:
                judge = decisions(some, settings, progress)
        with bar("Ruling") as progress:
            record = measure(file, some, judge=judge, progress=progress)
        if as_json:
            print_json(to_json(record, mistakes=mistakes), indent=None)
        else:
            Console().print(*tables(record, mistakes=mistakes), sep="\n")
