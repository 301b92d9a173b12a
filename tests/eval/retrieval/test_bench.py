"""`footnote eval retrieval`: what it measures, and what it prints and keeps."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from footnote.eval.commands.evaluate import app
from footnote.eval.errors import BeirError, BenchError, ConfigurationError
from footnote.eval.measures.ranking import RANKING
from footnote.eval.questions import SHIPPED
from footnote.rag.assistant import Assistant
from tests.eval.beir_folder import DOCUMENTS, write_beir
from tests.model_server import ModelServer


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["retrieval", *map(str, arguments)])


def bench(*arguments: str | Path) -> dict[str, Any]:
    """What it prints with --json: that, and nothing else."""
    ran = invoke(*arguments, "--json")
    assert ran.exit_code == 0, ran.stderr
    printed: dict[str, Any] = json.loads(ran.stdout)
    return printed


def by_name(record: dict[str, Any]) -> dict[str, Any]:
    return {row["name"]: row for row in record["rows"]}


def test_a_beir_folder_is_measured_as_worked_out_by_hand(tmp_path: Path) -> None:
    record = bench("--beir", write_beir(tmp_path / "six"), "--baseline", "lexical")
    assert (record["set"], record["n"], record["library"]["papers"]) == ("six", 4, 6)
    assert record["notes"] == [
        "queries without a relevant document, left out: 1",
        "judged queries that queries.jsonl doesn't hold: 1",
        "documents without a title, for which their id stands in: 1",
        "documents without a text, for which their title stands in: 1",
    ]
    rows = by_name(record)
    assert list(rows) == ["lexical", "dense", "rrf", "fused"]
    # q1: d1 first. q2: d2, which has both words, before d3. q3: the same order, but d3 is worth
    # more than d2. q4: no document has the word.
    second = 1 / log2(3)
    q3 = (1 + 2 * second) / (2 + second)
    metrics = rows["lexical"]["metrics"]
    assert metrics["ndcg@10"] == pytest.approx((1 + second + q3 + 0) / 4)
    assert metrics["mrr"] == pytest.approx((1 + 1 / 2 + 1 + 0) / 4)
    assert metrics["recall@5"] == metrics["recall@20"] == 0.75
    # The dense index proposes all six, so everything is found.
    assert rows["dense"]["metrics"]["recall@10"] == rows["fused"]["metrics"]["recall@10"] == 1
    assert rows["lexical"]["difference"] is None
    assert rows["fused"]["difference"]["recall@10"]["mean"] == pytest.approx(0.25)
    assert rows["fused"]["slices"] == {}


def test_a_signal_that_is_left_out_does_not_count(tmp_path: Path) -> None:
    folder, out = write_beir(tmp_path / "six"), tmp_path / "out"
    rows = by_name(bench("--beir", folder, "--config", "plain: leave_out=lexical", "--out", out))
    assert (rows["fused"]["settings"]["leave_out"], rows["plain"]["settings"]["leave_out"]) == (
        None,
        "lexical",
    )
    query = json.loads((out / "retrieval.jsonl").read_text().splitlines()[0])
    assert query["rows"]["plain"]["ranking"] != query["rows"]["fused"]["ranking"]


def test_only_a_row_that_is_a_search_has_a_latency(tmp_path: Path) -> None:
    rows = by_name(bench("--beir", write_beir(tmp_path), "--config", "few: candidates=10"))
    for name in ("lexical", "dense", "rrf"):
        assert rows[name]["metrics"]["latency_p50_ms"] is None
    for name in ("fused", "few"):
        assert 0 < rows[name]["metrics"]["latency_p50_ms"] <= rows[name]["metrics"]["latency_p95_ms"]
    assert rows["few"]["settings"] == rows["fused"]["settings"] | {"candidates": 10}
    tested = rows["few"]["difference"]
    assert tested["ndcg@10"] == {"mean": 0, "low": 0, "high": 0, "p": 1, "p_holm": 1}
    assert tested["mrr"]["p_holm"] is None


def test_relevant_documents_that_the_corpus_lacks_count_as_not_found(tmp_path: Path) -> None:
    write_beir(tmp_path, judgements=[("q1", "d1", "1"), ("q1", "gone", "1")])
    record = bench("--beir", tmp_path)
    assert by_name(record)["fused"]["metrics"]["recall@20"] == 0.5
    assert (
        "judgements of documents that the corpus doesn't hold, counted as not found where relevant: 1"
        in record["notes"]
    )


def test_the_same_corpus_is_indexed_once(tmp_path: Path) -> None:
    home = tmp_path / "footnote-home" / "eval"
    first = bench("--beir", write_beir(tmp_path / "set"))
    (folder,) = home.iterdir()
    made = (folder / "lexical" / "meta.json").stat().st_mtime_ns
    second = bench("--beir", tmp_path / "set", "--limit", "2")
    assert [found.name for found in home.iterdir()] == [folder.name]
    assert (folder / "lexical" / "meta.json").stat().st_mtime_ns == made
    assert (first["n"], second["n"]) == (4, 2)


def test_the_folder_keeps_every_ranking_and_what_made_it(tmp_path: Path) -> None:
    record = bench("--beir", write_beir(tmp_path / "set"), "--out", tmp_path / "new" / "out")
    kept = json.loads((tmp_path / "new" / "out" / "retrieval.json").read_text())
    assert {name: kept[name] for name in record} == record
    assert kept["packages"]["chromadb"]
    lines = (tmp_path / "new" / "out" / "retrieval.jsonl").read_text().splitlines()
    queries = [json.loads(line) for line in lines]
    assert [query["id"] for query in queries] == ["q1", "q2", "q3", "q4"]
    assert queries[2]["relevant"] == {"d2": 1, "d3": 2}
    assert [paper["id"] for paper in queries[2]["rows"]["lexical"]["ranking"]] == ["d2", "d3"]
    assert queries[3]["rows"]["lexical"] == {
        "metrics": dict.fromkeys(RANKING, 0.0),
        "latency_ms": None,
        "usage": None,
        "ranking": [],
    }
    for name, row in by_name(record).items():
        for measure in RANKING:
            mean = sum(query["rows"][name]["metrics"][measure] for query in queries) / 4
            assert row["metrics"][measure] == pytest.approx(mean)


@pytest.fixture
def four_questions(library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plain question, a follow-up, one with neutral papers, one without an answer."""
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    lines = {json.loads(line)["id"]: line for line in SHIPPED.read_text().splitlines()}
    rows = {ident: json.loads(line) for ident, line in lines.items()}
    neutral = next(ident for ident, row in rows.items() if row["also_ok"])
    unanswerable = next(ident for ident, row in rows.items() if not row["answerable"])
    file = tmp_path / "four.jsonl"
    file.write_text("\n".join(lines[ident] for ident in ("dev-001", "dev-043", neutral, unanswerable)))
    return file


def test_questions_are_searched_and_measured_as_a_run_does(four_questions: Path, tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        app, ["run", "--questions", str(four_questions), "--out", str(tmp_path / "run"), "--json"]
    )
    metrics = json.loads(ran.stdout)
    record = bench("--questions", four_questions)
    assert (record["set"], record["n"], record["library"]["papers"]) == ("four.jsonl", 3, 295)
    assert record["notes"] == ["questions that the library doesn't answer, left out: 1"]
    fused = by_name(record)["fused"]["metrics"]
    assert {name: fused[name] for name in RANKING} == {name: metrics[name]["value"] for name in RANKING}


def test_papers_behind_a_neutral_one_move_up(
    library_home: Path, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    question = "How can a judge's position bias be reduced?"
    first, second = (hit.paper.title for hit in assistant.search(question, 2).hits)
    row = {"id": "n", "type": "method", "question": question, "answerable": True, "papers": [second]}
    file = tmp_path / "n.jsonl"
    file.write_text(json.dumps(row))
    assert by_name(bench("--questions", file))["fused"]["metrics"]["mrr"] == 0.5
    file.write_text(json.dumps({**row, "also_ok": [first]}))
    assert by_name(bench("--questions", file))["fused"]["metrics"]["mrr"] == 1


def test_slices_part_the_questions_by_type_and_style(four_questions: Path, tmp_path: Path) -> None:
    record = bench("--questions", four_questions, "--out", tmp_path)
    queries = [json.loads(line) for line in (tmp_path / "retrieval.jsonl").read_text().splitlines()]
    for row in record["rows"]:
        assert sum(part["n"] for part in row["slices"]["type"].values()) == 3
        part = row["slices"]["type"]["followup"]
        (own,) = (query for query in queries if query["labels"]["type"] == "followup")
        assert part == {"n": 1, "metrics": own["rows"][row["name"]]["metrics"]}
    (follow_up,) = (query for query in queries if query["id"] == "dev-043")
    asked = json.loads(four_questions.read_text().splitlines()[1])["question"]
    assert follow_up["query"].endswith(asked)
    assert follow_up["query"] != asked


def test_several_sets_are_printed_together(tmp_path: Path) -> None:
    beir = write_beir(tmp_path / "set")
    ran = invoke("--beir", beir, "--beir", write_beir(tmp_path / "less", documents=DOCUMENTS[:3]), "--json")
    printed = json.loads(ran.stdout)
    assert [record["set"] for record in printed["sets"]] == ["set", "less"]


def test_tables_name_every_row_measure_and_note(tmp_path: Path) -> None:
    ran = invoke("--beir", write_beir(tmp_path / "six"), "--config", "few: candidates=10")
    assert ran.exit_code == 0, ran.stderr
    assert "six: 4 queries, 6 papers" in ran.stdout
    for word in ("lexical", "dense", "rrf", "fused", "few", *RANKING, "p50 ms", "p, Holm"):
        assert word in ran.stdout
    assert "documents without a text, for which their title stands in: 1" in ran.stdout


def test_errors_rise_before_anything_is_indexed(tmp_path: Path) -> None:
    beir = write_beir(tmp_path / "set")
    assert isinstance(invoke("--beir", beir, "--config", "x: y=1").exception, ConfigurationError)
    assert isinstance(invoke("--beir", beir, "--baseline", "x").exception, ConfigurationError)
    assert isinstance(invoke("--beir", beir, "--beir", tmp_path / "absent").exception, BeirError)
    assert not (tmp_path / "footnote-home" / "eval").exists()


def test_a_set_without_an_answerable_question_measures_nothing(
    library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    row = {"id": "u", "type": "unanswerable", "question": "Who won?", "answerable": False}
    (tmp_path / "u.jsonl").write_text(json.dumps(row))
    assert isinstance(invoke("--questions", tmp_path / "u.jsonl").exception, BenchError)


def test_a_models_help_is_a_row_with_its_cost(
    tmp_path: Path, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_beir(tmp_path / "six")
    refused = invoke("--beir", folder, "--config", "hyde: expand=abstract").exception
    assert isinstance(refused, ConfigurationError)
    assert "needs a chat model: set FOOTNOTE_MODEL" in str(refused)
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted-1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.base_url)
    model_server.script("expand_good")
    rows = by_name(bench("--beir", folder, "--config", "hyde: expand=abstract"))
    assert rows["hyde"]["metrics"]["model_calls"] == 1
    assert rows["hyde"]["metrics"]["model_tokens"] > 100
    assert "model_calls" not in rows["fused"]["metrics"]
    assert rows["hyde"]["metrics"]["ndcg@10"] != rows["fused"]["metrics"]["ndcg@10"]
    model_server.script("refused_key")
    failed = invoke("--beir", folder, "--config", "hyde: expand=abstract").exception
    assert isinstance(failed, BenchError)
    assert "can't be measured" in str(failed)
