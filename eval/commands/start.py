"""`footnote bench start`: options in, a table or JSON out; the rest is elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from footnote.console import Json, bar, print_json


def start(
    times: Annotated[int, typer.Option(min=1, help="How often each is measured.")] = 5,
    as_json: Json = False,
) -> None:
    """Measure the first question in an empty home against a later one, as whole processes."""
    from footnote.eval.benchmarks.start import bench_start

    with bar("Asking") as progress:
        record = bench_start(times, progress=progress)
    summary = {"first": record.first_median, "warm": record.warm_median, "ratio": record.ratio}
    if as_json:
        medians = {name: took.model_dump() for name, took in summary.items()}
        print_json({**record.model_dump(mode="json"), "medians": medians})
        return
    table = Table("median", "wall, s", "CPU, s", title=f"{times} times each, {record.cores} cores")
    labels = {"first": "first question in an empty home", "warm": "later question", "ratio": "ratio"}
    for name, took in summary.items():
        table.add_row(labels[name], f"{took.wall_s:.2f}", f"{took.cpu_s:.2f}")
    Console().print(table)
