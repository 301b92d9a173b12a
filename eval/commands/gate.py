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
    split: Annotated[
        Literal["dev", "heldout", "all"] | None,
        typer.Option("--split", help="Which of the sets that ship; default: heldout."),
    ] = None,
    mistakes: Annotated[
        bool, typer.Option("--mistakes", help="List the claims that were ruled on wrongly.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure the gate: which false claims does it catch, and which true ones does it refuse?

    By kind of corruption, with 95 % intervals. A line of --pairs has "id", "claim", "evidence" (a list
    of sentences) and "supported" (true or false). It may have "kind", "origin", "titles" and "unknown"
    (a list of markers that name no sentence).
    """
    from footnote.eval.verification import SHIPPED, read_pairs
    from footnote.eval.verification.measure import measure
    from footnote.eval.verification.tables import as_json as to_json
    from footnote.eval.verification.tables import tables
    from footnote.store.embedders.minilm import MiniLM

    if pairs and split:
        raise typer.BadParameter("give --pairs or --split, not both")
    if pairs:
        files = [pairs]
    else:
        files = [SHIPPED[name] for name in SHIPPED if split == "all" or name == (split or "heldout")]
    sets = [(file.name, read_pairs(file)) for file in files]
    with bar("Ruling") as progress:
        record = measure(sets, MiniLM().states, progress)
    if as_json:
        print_json(to_json(record, mistakes=mistakes))
    else:
        Console().print(*tables(record, mistakes=mistakes), sep="\n")
