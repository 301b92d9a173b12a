"""`footnote eval run`, `score` and `compare`: options in, tables or JSON out; the rest is elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from footnote.console import Json, bar, err, print_json
from footnote.eval.commands.on_library import library_in_use

# What measures and answers is imported by the commands, so that `footnote --help` is quick.
if TYPE_CHECKING:
    from footnote.eval.runs.record import RunRecord

Folder = Annotated[Path, typer.Argument(help="Folder of a run.", file_okay=False, exists=True)]


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
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only N questions, of all kinds in proportion.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Which questions --limit chooses.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at once.")] = 1,
    system: Annotated[
        str,
        typer.Option(
            "--system", help="footnote, bm25, dense, langchain, trec:FILE (rankings) or module:function."
        ),
    ] = "footnote",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="A setting for this run: name=value. Several times.")
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option("--prompts", help="Folder with prompts in place of those that ship.", file_okay=False),
    ] = None,
    embedder: Annotated[
        str | None, typer.Option("--embedder", help="Another embedder, over a copy of the library.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a set of questions and measure the answers: run.json, samples.jsonl and papers.jsonl in --out.

    Each question is asked anew: replies of a chat model that are cached are not used.
    """
    from footnote.eval.datasets.embedded_library import with_embedder
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.eval.runs.run import run_questions
    from footnote.eval.systems.choosing import read_assignments, system_of
    from footnote.prompts import use_folder
    from footnote.rag.assistant import Assistant
    from footnote.rag.settings import load_settings

    question_set = read_questions(questions or SHIPPED)
    settings = load_settings(**read_assignments(changes or []))
    # Never `auto`: a run that is set to it must agree with one that names the mode.
    settings = settings.changed(mode=mode or settings.resolved_mode)
    if embedder:
        settings = with_embedder(settings, embedder)
    with ExitStack() as stack:
        if prompts:
            use_folder(prompts)
            stack.callback(use_folder, None)
        with bar("Indexing") as progress:
            assistant = stack.enter_context(closing(Assistant(settings, progress=progress)))
        asked = system_of(system, assistant, jobs=jobs)
        report = stack.enter_context(bar("Asking"))
        record = asyncio.run(
            run_questions(
                question_set,
                asked,
                assistant.library,
                out,
                limit=limit,
                seed=seed,
                jobs=jobs,
                progress=report,
            )
        )
    _show(record, out, as_json=as_json)


def score(
    folder: Folder,
    questions: Annotated[
        Path | None,
        typer.Option("--questions", help="Corrected questions, over the library in use; same ids."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the answers of a run again, without asking: after a change of the measures or of the gold."""
    from footnote.eval.datasets.gold import match_gold
    from footnote.eval.questions import read_questions
    from footnote.eval.runs.scoring import score as score_run
    from footnote.rag.settings import load_settings

    golds = None
    if questions:
        with library_in_use(load_settings()) as library:
            golds = match_gold(read_questions(questions), library.catalog.papers())
    _show(score_run(folder, golds), folder, as_json=as_json)


def compare(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of runs; the first is the baseline.", metavar="A B …")
    ],
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", help="Exit code 1 where this measure is worse. Several times."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare runs of the same questions: differences with 95 % intervals, and the worst questions.

    A measure is worse where its whole interval lies on the wrong side of 0.
    """
    from footnote.eval.measures.metrics import SCORED
    from footnote.eval.runs.compare import compare_runs
    from footnote.eval.runs.record import read_run
    from footnote.eval.runs.tables import comparison_tables, overview

    if len(folders) < 2:
        raise typer.BadParameter("give two or more folders of runs")
    if unknown := [name for name in fail_on or [] if name not in SCORED]:
        raise typer.BadParameter(f"--fail-on {unknown[0]} is no measure; known: {', '.join(SCORED)}")
    comparisons = compare_runs(folders)
    if as_json:
        print_json([comparison.model_dump() for comparison in comparisons])
    else:
        if len(folders) > 2:
            Console().print(overview([(str(folder), read_run(folder)) for folder in folders]))
        for comparison in comparisons:
            Console().print(*comparison_tables(comparison), sep="\n")
    failures = [(c.run, name) for c in comparisons for name in c.failed(fail_on or [])]
    for folder, name in failures:
        err.print(Text(f"{folder}: {name} is worse than in {folders[0]}"), style="red")
    if failures:
        raise typer.Exit(1)


def trec(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="TREC run file to write.", dir_okay=False)],
) -> None:
    """Write the rankings of a run as a TREC run file, for trec_eval, ir-measures or ranx."""
    from footnote.eval.runs.files import write_atomically
    from footnote.eval.runs.record import read_run
    from footnote.eval.runs.samples import read_samples
    from footnote.eval.systems.outside import trec_lines

    rankings = {sample.id: sample.ranking or () for sample in read_samples(folder / "samples.jsonl")}
    write_atomically(out, trec_lines(rankings, read_run(folder).system))


def report(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of runs of the same questions.", metavar="RUN…")
    ],
    out: Annotated[Path, typer.Option("--out", help="File to write: .html or .md.", dir_okay=False)] = Path(
        "report.html"
    ),
) -> None:
    """Write a report of runs: measures, slices, charts, and each question with its answer and evidence.

    The HTML is one file that asks for nothing outside.
    """
    from footnote.eval.runs.files import write_atomically
    from footnote.eval.runs.report_data import read_runs
    from footnote.eval.runs.report_html import html_report
    from footnote.eval.runs.report_markdown import markdown_report

    written = {".html": html_report, ".md": markdown_report}.get(out.suffix)
    if written is None:
        raise typer.BadParameter(f"--out {out}: give a file that ends in .html or .md")
    write_atomically(out, written(read_runs(folders)))
    Console().print(Text(str(out)))


def _show(record: RunRecord, folder: Path, *, as_json: bool) -> None:
    from footnote.eval.runs.tables import run_tables

    if as_json:
        print_json({name: measure.model_dump() for name, measure in record.metrics.items()})
    else:
        Console().print(
            *run_tables([record]), Text(f"{folder / 'run.json'}, {folder / 'samples.jsonl'}"), sep="\n"
        )
