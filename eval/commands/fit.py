"""`footnote eval fit`: options in, tables or JSON out, and with --write `rag/weights.json`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from footnote.console import Json, bar, print_json
from footnote.eval.commands.on_library import (
    Out,
    Questions,
    ask_trials,
    draw_reliability,
    drawn_at,
    indexed_beir,
    indexed_field,
    indexed_questions,
    library_in_use,
)
from footnote.eval.fitting import require_extra

# What measures and answers is imported by the commands, so that `footnote --help` is quick.
if TYPE_CHECKING:
    from footnote.eval.datasets.judged import JudgedSet
    from footnote.eval.fitting.ranking import Candidates
    from footnote.store.library import Library

fit_app = typer.Typer(
    help="Fit the weights that ship, and show what they are worth. Without --write nothing is changed.",
    no_args_is_help=True,
)

Write = Annotated[
    bool, typer.Option("--write", help="Put the weights into rag/weights.json and the tables of docs/.")
]


@fit_app.command(name="confidence")
def fit_confidence_weights(
    questions: Questions = None,
    beir: Annotated[
        list[Path] | None,
        typer.Option("--beir", help="BEIR folder; 60 of its queries are asked as foreign. Several times."),
    ] = None,
    training: Annotated[
        Path | None,
        typer.Option("--training", help="Folder of papers and questions of other fields, each a library."),
    ] = None,
    out: Out = None,
    write: Write = False,
    as_json: Json = False,
) -> None:
    """Fit the confidence (`rag.retrieval.confidence`) to questions that libraries do and don't answer.

    The library in use is asked the sets that ship for it (`dev.jsonl` and `short.jsonl`), the answerable
    ones also with their own papers taken out, and queries of BEIR sets. With --training, each field of the
    folder is a library that is asked its own questions; it is indexed once, in FOOTNOTE_HOME/eval. Every
    library is asked questions of other fields and of everyday life too. Each field is measured by weights
    fitted to the others.
    """
    require_extra()
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.datasets.field import read_fields
    from footnote.eval.fitting.confidence import fit_confidence
    from footnote.eval.fitting.tables import confidence_fit_tables
    from footnote.eval.fitting.trials import everyday_trials, field_trials, foreign_trials, question_trials
    from footnote.eval.questions import SHIPPED, SHORT, read_questions
    from footnote.rag.settings import load_settings
    from footnote.store.embedders.minilm import MiniLM

    settings = load_settings()
    sets = [read_questions(file) for file in ([questions] if questions else [SHIPPED, SHORT])]
    beir_sets = [read_beir(folder) for folder in beir or []]
    fields = read_fields(training) if training else []
    others = {one.id: one.question for field in fields for one in field.questions}
    own = {one.id: one.question for one in sets[0].questions if not one.history}
    with library_in_use(settings) as library:
        trials = [trial for one in sets for trial in question_trials(one, library.catalog.papers(), settings)]
        trials += [trial for one in beir_sets for trial in foreign_trials(one.name, one.queries)]
        trials += foreign_trials("training", others)
        tried = ask_trials([*trials, *everyday_trials()], library, settings)
    for field in fields:
        strangers = [*foreign_trials(sets[0].file, own, field.name), *everyday_trials(field.name)]
        with indexed_field(field, settings) as library:
            tried += ask_trials([*field_trials(field), *strangers], library, settings)
    fit = fit_confidence(tried, refuse_below=settings.refuse_below, answer_from=settings.answer_from)
    if write:
        from footnote.eval.fitting.written import block, command_of, put_in_place

        command, found = command_of("confidence", questions, beir or [], training=training), fit.weights
        put_in_place(
            {
                "near": block(command, MiniLM(), found.near, found.near_bias),
                "found": block(command, MiniLM(), found.found, found.found_bias),
                "stated": block(command, MiniLM(), found.stated, found.stated_bias),
                "asked": block(command, MiniLM(), found.asked),
            }
        )
    if out:
        title = f"Confidence on {', '.join(one.file for one in sets)} by a fit to other fields"
        draw_reliability(fit.reliability, out, title, settings.refuse_below)
    if as_json:
        print_json(asdict(fit))
        return
    Console().print(*confidence_fit_tables(fit), *drawn_at(out), sep="\n")


@fit_app.command()
def ranking(
    questions: Questions = None,
    beir: Annotated[
        list[Path] | None,
        typer.Option(
            "--beir", help="BEIR folder; every third query is fitted to, the rest measure. Several times."
        ),
    ] = None,
    write: Write = False,
    as_json: Json = False,
) -> None:
    """Fit the ranking: `rag.retrieval.fusion.LEARNED`, to the questions and a third of each BEIR set.

    Each set weighs the same. A BEIR corpus is indexed once, in
    FOOTNOTE_HOME/eval.
    """
    require_extra()
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.datasets.judged import judged_beir, judged_questions
    from footnote.eval.fitting.ranking import candidates, fit_ranking
    from footnote.eval.fitting.tables import ranking_fit_tables
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.rag.settings import load_settings
    from footnote.store.embedders.minilm import MiniLM

    settings = load_settings()
    question_set = read_questions(questions or SHIPPED)
    beir_sets = [read_beir(folder) for folder in beir or []]

    def searched(judged: JudgedSet, library: Library) -> list[Candidates]:
        with bar(f"Searching {judged.name}") as progress:
            return candidates(judged, library, settings, progress)

    with library_in_use(settings) as library:
        asked = searched(judged_questions(question_set, library.catalog.papers(), settings), library)
    others: list[tuple[str, list[Candidates]]] = []
    for beir_set in beir_sets:
        with indexed_beir(beir_set, settings) as library:
            others.append((beir_set.name, searched(judged_beir(beir_set), library)))
    fit = fit_ranking((question_set.file, asked), others)
    if write:
        from footnote.eval.fitting.written import block, command_of, put_in_place

        command = command_of("ranking", questions, beir or [])
        put_in_place({"ranking": block(command, MiniLM(), fit.weights)})
    if as_json:
        print_json(asdict(fit))
        return
    Console().print(*ranking_fit_tables(fit), sep="\n")


@fit_app.command()
def sentences(
    questions: Questions = None,
    beir: Annotated[
        Path | None, typer.Option("--beir", help="BEIR folder with rationales, as SciFact's has.")
    ] = None,
    libraries: Annotated[
        list[Path] | None,
        typer.Option(
            "--library", help="Folder with papers.jsonl and questions.jsonl of another field. Several times."
        ),
    ] = None,
    write: Write = False,
    as_json: Json = False,
) -> None:
    """Fit the choice of sentences: which of a paper's sentences state the answer.

    Gold quotes of the questions and, with --beir, rationales of claims, against the other sentences
    of the same abstracts. A folder of --library is indexed once, in FOOTNOTE_HOME/eval.
    """
    require_extra()
    from footnote.eval.datasets.beir import read_beir
    from footnote.eval.datasets.rationales import read_rationales
    from footnote.eval.fitting.sentences import fit_sentences, question_abstracts, rationale_abstracts
    from footnote.eval.fitting.tables import sentence_fit_tables
    from footnote.eval.questions import SHIPPED, read_questions
    from footnote.rag.settings import load_settings
    from footnote.store.embedders.minilm import MiniLM

    settings = load_settings()
    question_set = read_questions(questions or SHIPPED)
    rationales = read_rationales(beir) if beir else []
    with library_in_use(settings) as library, bar("Reading questions") as progress:
        sets = [(question_set.file, question_abstracts(question_set, library, settings, progress))]
    if beir:
        beir_set = read_beir(beir)
        with indexed_beir(beir_set, settings) as library, bar("Reading rationales") as progress:
            sets.append((beir_set.name, rationale_abstracts(rationales, library, progress)))
    for folder in libraries or []:
        with indexed_questions(folder, settings) as (own, library), bar("Reading questions") as progress:
            sets.append((folder.resolve().name, question_abstracts(own, library, settings, progress)))
    fit = fit_sentences(sets)
    if write:
        from footnote.eval.fitting.written import block, command_of, put_in_place

        command = command_of("sentences", questions, [beir] if beir else [], libraries=libraries or [])
        put_in_place({"sentences": block(command, MiniLM(), fit.weights, fit.bias)})
    if as_json:
        print_json(asdict(fit))
        return
    Console().print(*sentence_fit_tables(fit), sep="\n")


@fit_app.command()
def intentions(
    ordinary: Annotated[
        list[Path] | None,
        typer.Option(
            "--ordinary", help="JSON lines with `question` or `text`: questions to papers. Several times."
        ),
    ] = None,
    write: Write = False,
    as_json: Json = False,
) -> None:
    """Fit the recognition of questions to the catalogue and of courtesies (`rag.catalogue.intentions`).

    The examples of `eval/fitting/intentions.txt` against ordinary questions: those that ship, and --ordinary.
    """
    require_extra()
    from footnote.eval.fitting.intentions import fit_intentions, read_ordinary
    from footnote.store.embedders.minilm import MiniLM

    files = ordinary or []
    fit = fit_intentions(read_ordinary(files), MiniLM())
    if write:
        given = "".join(f" --ordinary {file.name}" for file in files)
        fit.classifier.save(f"footnote eval fit intentions{given} --write")
    figures = {name: value for name, value in asdict(fit).items() if name != "classifier"}
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        Console().print(
            f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}", markup=False
        )


@fit_app.command()
def planted(
    ordinary: Annotated[
        list[Path] | None,
        typer.Option("--ordinary", help="JSON lines with `abstract` or `text`: fitted to. Several times."),
    ] = None,
    unseen: Annotated[
        list[Path] | None,
        typer.Option("--unseen", help="As --ordinary, of another field: only measured. Several times."),
    ] = None,
    write: Write = False,
    as_json: Json = False,
) -> None:
    """Fit the recognition of orders and of claims about the evidence (`rag.verification.planted`).

    With --unseen it also shows what a fit to all authors but one finds of that one's sentences.
    """
    require_extra()
    from footnote.eval.fitting.planted import (
        fit_planted,
        held_out,
        read_abstracts,
        read_planted,
        sentences_of,
        shipped_abstracts,
    )

    files = ordinary or []
    sentences = read_planted()
    plain = sentences_of([*shipped_abstracts(), *read_abstracts(files)])
    if write:
        given = "".join(f" --ordinary {file.name}" for file in files)
        fit_planted(sentences, plain, f"footnote eval fit planted{given} --write").save()
    rows = list(held_out(sentences, plain, sentences_of(read_abstracts(unseen)))) if unseen else []
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    for row in rows:
        Console().print(", ".join(f"{name} {share}" for name, share in asdict(row).items()), markup=False)
