"""`footnote eval confidence` and `footnote eval fit`, on a few questions over the shipped library."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import app
from footnote.eval.errors import BeirError, BenchError, FitError, FitExtraMissing
from footnote.eval.fitting.confidence import FOUND, NEAR, STATED
from footnote.eval.fitting.trials import FOREIGN, Trial, everyday_trials, question_trials, run_trials
from footnote.eval.measures.calibration import THRESHOLDS
from footnote.eval.measures.ranking import RANKING
from footnote.eval.questions import EVERYDAY, SHIPPED, read_questions
from footnote.rag.retrieval.confidence import ConfidenceFeatures
from footnote.rag.retrieval.fusion import LEARNED
from footnote.rag.settings import Settings
from footnote.rag.weights import FITS
from footnote.store.ingest import open_library
from tests.eval.beir_folder import write_beir


@pytest.fixture(autouse=True)
def _shipped_library(library_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))


def some_questions(folder: Path, *, answerable: int, unanswerable: int) -> Path:
    lines = [json.loads(line) for line in SHIPPED.read_text(encoding="utf-8").splitlines()]
    chosen = [line for line in lines if line["answerable"]][:answerable]
    chosen += [line for line in lines if not line["answerable"]][:unanswerable]
    file = folder / "some.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in chosen))
    return file


def printed(*arguments: str | Path) -> dict[str, Any]:
    """What a command prints with --json: that, and nothing else."""
    ran = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert ran.exit_code == 0, (ran.stderr, ran.exception)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_confidence_of_a_small_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = some_questions(tmp_path, answerable=4, unanswerable=3)
    monkeypatch.setenv("FOOTNOTE_REFUSE_BELOW", "0.45")
    record = printed("confidence", "--questions", file, "--out", tmp_path / "out")
    assert record["set"] == "some.jsonl"
    assert record["counts"] == {"answerable": 4, "unanswerable": 3, "removed": 4}
    assert list(record["auroc"]) == ["unanswerable", "removed"]
    assert [row["threshold"] for row in record["thresholds"]] == sorted([*THRESHOLDS, 0.45])
    assert [row["threshold"] for row in record["thresholds"] if row["current"]] == [0.45]
    refused = [row["false_refusals"] for row in record["thresholds"]]
    assert refused == sorted(refused)
    bins = record["reliability"]["bins"]
    assert sum(one["answerable"] for one in bins) == 4
    assert sum(one["others"] for one in bins) == 7
    assert record["notes"] == []
    root = ElementTree.parse(tmp_path / "out" / "reliability.svg").getroot()
    assert "some.jsonl" in (root.findtext("{http://www.w3.org/2000/svg}title") or "")


def test_confidence_as_tables(tmp_path: Path) -> None:
    file = some_questions(tmp_path, answerable=2, unanswerable=1)
    ran = CliRunner().invoke(app, ["confidence", "--questions", str(file), "--out", str(tmp_path)])
    assert ran.exit_code == 0, ran.exception
    assert "0.30 *" in ran.stdout
    assert "Brier score" in ran.stdout
    assert "reliability.svg" in "".join(ran.stdout.split())  # wrapped where the path is long


def test_confidence_on_a_beir_folder_has_its_queries_with_and_without_their_papers(
    own_library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(own_library_home))
    record = printed("confidence", "--beir", write_beir(tmp_path / "six"))
    assert record["counts"] == {"answerable": 4, "removed": 4}
    ran = CliRunner().invoke(app, ["confidence", "--beir", str(tmp_path), "--questions", str(SHIPPED)])
    assert ran.exit_code == 2


def test_confidence_needs_an_answerable_question(tmp_path: Path) -> None:
    file = some_questions(tmp_path, answerable=0, unanswerable=2)
    ran = CliRunner().invoke(app, ["confidence", "--questions", str(file)])
    assert isinstance(ran.exception, BenchError)


def test_what_confidence_is_fitted_to_and_what_comes_out(tmp_path: Path) -> None:
    file = some_questions(tmp_path, answerable=10, unanswerable=8)
    beir, training = write_beir(tmp_path / "six"), write_training(tmp_path / "fields")
    fit = printed(
        "fit", "confidence", "--questions", file, "--beir", beir, "--training", training, "--out", tmp_path
    )
    everyday = len(EVERYDAY.read_text(encoding="utf-8").splitlines())
    assert fit["counts"]["own"] == {
        "answerable": 10,
        "removed": 10,
        "unanswerable": 8,
        "foreign": 4 + 16,  # all that are judged and all of the field; of larger sets, no more than FOREIGN
        "everyday": everyday,
    }
    assert fit["counts"]["fish"] == {
        "answerable": 8,
        "unanswerable": 8,
        "foreign": 18,
        "everyday": everyday,
    }
    assert FOREIGN > 18
    weights = fit["weights"]
    assert tuple(weights["near"]) == NEAR
    assert tuple(weights["found"]) == FOUND
    assert tuple(weights["stated"]) == STATED
    assert weights["near"]["passage"] > 0
    assert [one["field"] for one in fit["held_out"]] == ["own", "fish"]
    for one in fit["held_out"]:
        assert one["auroc_strangers"] > 0.8  # a recipe is no paper on alignment, nor on fish
        assert 0 <= one["wrong"] <= 1
    assert sum(one["answerable"] for one in fit["reliability"]["bins"]) == 10
    assert (tmp_path / "reliability.svg").exists()


def write_training(folder: Path) -> Path:
    """A training folder of one field: eight fish, a question that each abstract answers and one that not."""
    fish = ("carp", "cod", "eel", "herring", "perch", "pike", "salmon", "trout")
    papers = [
        {"id": f"fish:{name}", "title": f"On the {name}", "abstract": f"The {name} spawns in month {n}. It "
         f"was caught {n + 40} times by nets in the river. We measured its fins."}
        for n, name in enumerate(fish, start=1)
    ]  # fmt: skip
    questions = [
        {"id": f"{name}-{kind}", "question": text.format(name), "answerable": kind == "yes",
         "ids": [f"fish:{name}"]}
        for name in fish
        for kind, text in (("yes", "when the {} spawns, and in what month"), ("no", "Did {} prices rise?"))
    ]  # fmt: skip
    folder.mkdir()
    for name, lines in (("papers", papers), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_without_the_libraries_a_fit_names_what_to_install_and_measuring_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sklearn", "scipy", "matplotlib"):
        monkeypatch.setitem(sys.modules, module, None)
    for command in (("fit", "confidence"), ("fit", "ranking"), ("confidence", "--out", str(tmp_path))):
        ran = CliRunner().invoke(app, command)
        assert isinstance(ran.exception, FitExtraMissing)
        assert "scikit-learn, scipy, matplotlib" in str(ran.exception)
        assert "pip install -e '.[fit]'" in str(ran.exception)
    code = """
import sys
for module in ("sklearn", "scipy", "matplotlib", "ir_measures", "pandas"):
    sys.modules[module] = None
import footnote.eval.commands.evaluate, footnote.eval.fitting.tables, footnote.eval.measures.confidence
import footnote.eval.retrieval.bench, footnote.eval.runs.run
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_fit_needs_enough_questions(tmp_path: Path) -> None:
    file = some_questions(tmp_path, answerable=3, unanswerable=1)
    for name in ("confidence", "ranking"):
        ran = CliRunner().invoke(app, ["fit", name, "--questions", str(file)])
        assert isinstance(ran.exception, FitError)


def test_what_ranking_is_fitted_to_and_what_comes_out(
    own_library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(own_library_home))
    file = some_questions(tmp_path, answerable=8, unanswerable=1)
    fit = printed("fit", "ranking", "--questions", file, "--beir", write_beir(tmp_path / "six"))
    assert set(fit["weights"]) == set(LEARNED)
    questions, six = fit["figures"]
    assert (questions["set"], questions["n"]) == ("some.jsonl", 8)
    assert (six["set"], six["n"]) == (
        "six",
        2,
    )  # of four judged queries the first and the fourth are fitted to
    for figures in fit["figures"]:
        for values in (figures["fitted"], figures["product"]):
            assert list(values) == list(RANKING)
            assert all(0 <= value <= 1 for value in values.values())
    assert questions["fitted"]["recall@10"] > 0.5
    ran = CliRunner().invoke(app, ["fit", "ranking", "--questions", str(file)])
    assert ran.exit_code == 0, ran.exception
    assert "cross-validated" in ran.stdout


def test_what_sentences_are_fitted_to_and_what_comes_out(
    own_library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(own_library_home))
    file = some_questions(tmp_path, answerable=12, unanswerable=1)
    beir = write_beir(tmp_path / "six")
    refused = CliRunner().invoke(app, ["fit", "sentences", "--questions", str(file), "--beir", str(beir)])
    assert isinstance(refused.exception, BeirError)
    documents, queries = ([json.loads(line) for line in (beir / name).read_text().splitlines()]
                          for name in ("corpus.jsonl", "queries.jsonl"))  # fmt: skip
    decided = next(document for document in documents if len(document["text"]) > 20)
    decided["metadata"] = {"sentences": [decided["text"], "not in the document"]}
    queries[0]["metadata"] = {"evidence": {decided["_id"]: [{"label": "SUPPORT", "sentences": [0, 1, 7]}]}}
    for name, lines in (("corpus.jsonl", documents), ("queries.jsonl", queries)):
        (beir / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    fit = printed("fit", "sentences", "--questions", file, "--beir", beir)
    assert list(fit["weights"]) == list(FITS.sentences.weights)
    assert fit["weights"]["words"] > 0
    questions, six = fit["figures"]
    assert (questions["set"], six["set"], six["n"]) == ("some.jsonl", "six", 1)
    assert questions["n"] >= 12
    assert 0.3 < questions["cosine"] <= 1
    assert 0.4 < questions["product"] <= 1
    ran = CliRunner().invoke(app, ["fit", "sentences", "--questions", str(file)])
    assert ran.exit_code == 0, ran.exception
    assert "best three" in ran.stdout


def test_trials_take_a_questions_own_papers_out(settings: Settings) -> None:
    questions = read_questions(SHIPPED)
    library = open_library(settings.library)
    try:
        trials = question_trials(questions, library.catalog.papers(), settings)
        by_group = {g: [t for t in trials if t.group == g] for g in ("answerable", "unanswerable", "removed")}
        assert [len(found) for found in by_group.values()] == [97, 14, 97]
        assert all(trial.without for trial in by_group["removed"])
        assert not any(trial.without for trial in by_group["answerable"] + by_group["unanswerable"])
        some = [t for t in trials if t.id == by_group["answerable"][0].id]
        there, gone = run_trials(some, library, settings)
        assert isinstance(there.signs, ConfidenceFeatures)
        assert isinstance(gone.signs, ConfidenceFeatures)
        assert there.signs != gone.signs
        assert there.trial.gold == set(gone.trial.without)
        assert not gone.right
        everything = tuple(paper.id for paper in library.catalog.papers())
        empty = Trial(group="removed", id="q", question="?", standalone="What?", without=everything)
        assert run_trials([empty], library, settings)[0].signs is None
    finally:
        library.close()


def test_everyday_questions_are_one_a_line() -> None:
    trials = everyday_trials()
    assert len(trials) == len({trial.id for trial in trials}) == 30
    assert all(trial.question == trial.question.strip() != "" for trial in trials)
