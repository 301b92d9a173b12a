"""Other systems over a library of four papers, measured as Footnote is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from footnote import prompts
from footnote.eval.commands.evaluate import app
from footnote.eval.errors import OutsideSystemError
from footnote.eval.runs.record import read_run
from footnote.eval.systems.outside import read_trec, trec_lines
from footnote.store.ingest import ingest
from footnote.store.library import Library
from tests.model_server import ModelServer
from tests.store.embeddings_server import EmbeddingsServer

PAPERS = (
    ("Walrus tusks", "A walrus grows tusks of ivory. The tusks help it to climb onto ice."),
    ("Copper kettles", "Copper conducts heat well. A copper kettle boils water in four minutes."),
    ("Glacier valleys", "Glaciers carve valleys. The valleys have the shape of the letter U."),
    ("Bread and yeast", "Yeast raises dough before it is baked. Cold dough rises slowly."),
)
QUESTIONS = (
    ("q1", "What do tusks help a walrus to do?", 0, "The tusks help it to climb onto ice."),
    ("q2", "How fast does a copper kettle boil water?", 1, "A copper kettle boils water in four minutes."),
    ("q3", "Which shape do valleys of glaciers have?", 2, "The valleys have the shape of the letter U."),
    ("q4", "Who invented the zeppelin?", None, None),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("four")
    papers = [{"title": title, "abstract": abstract} for title, abstract in PAPERS]
    (home / "papers.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    rows: list[dict[str, Any]] = []
    for ident, question, paper, quote in QUESTIONS:
        row: dict[str, Any] = {"id": ident, "type": "factoid", "question": question}
        row["answerable"] = paper is not None
        if paper is not None:
            row["papers"] = [PAPERS[paper][0]]
            row["evidence"] = [{"paper": PAPERS[paper][0], "quote": quote}]
        rows.append(row)
    (home / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    library = Library(home / "library")
    ingest(library, [home / "papers.jsonl"])
    library.close()
    return home


@pytest.fixture(autouse=True)
def in_use(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))


def run(home: Path, out: Path, *options: str) -> dict[str, Any]:
    questions = str(home / "questions.jsonl")
    ran = CliRunner().invoke(app, ["run", "--questions", questions, "--out", str(out), "--json", *options])
    if ran.exception:
        raise ran.exception
    measures: dict[str, Any] = json.loads(ran.stdout)
    return measures


def rows(out: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, (out / "samples.jsonl").read_text().splitlines())}


@pytest.mark.parametrize("system", ["bm25", "dense"])
def test_plain_searches_quote_the_best_sentences(home: Path, tmp_path: Path, system: str) -> None:
    measures = run(home, tmp_path, "--system", system)
    for name in ("ndcg@10", "citation_recall", "evidence_recall", "quote_fidelity"):
        assert measures[name]["value"] == 1
    assert measures["confidence_auroc"]["reason"] == "an answer gives no confidence"
    assert measures["tokens"]["reason"] == "no chat model was asked"
    assert rows(tmp_path)["q2"]["citations"][0]["quote"] == QUESTIONS[1][3]


def test_the_langchain_pipeline_cites_papers_without_quotes(
    home: Path, tmp_path: Path, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OutsideSystemError, match="set FOOTNOTE_MODEL"):
        run(home, tmp_path, "--system", "langchain")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.base_url)
    prices = '{"scripted": {"prompt": 1, "completion": 2}}'
    model_server.say("It is said there [1], and not elsewhere [9].")
    measures = run(
        home, tmp_path, "--system", "langchain", "--set", "model=scripted", "--set", f"prices={prices}"
    )
    assert len(model_server.requests) == 4
    assert "Walrus tusks" in model_server.requests[0].prompt
    assert measures["citation_recall"]["value"] == 1
    assert measures["quote_fidelity"]["value"] == measures["evidence_recall"]["value"] == 0
    assert measures["refusal_recall"]["value"] == 0
    assert measures["tokens"]["value"] > 20
    assert 0 < measures["cost_usd"]["value"] < 0.001
    assert read_run(tmp_path).usage.calls == 4


def test_a_function_is_measured_as_far_as_it_answers(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_rag.py").write_text(
        "from types import SimpleNamespace as Some\n"
        "def words(question):\n    return 'Nobody knows.'\n"
        "async def cites(question):\n"
        "    cited = Some(paper='walrus TUSKS', quote='A walrus grows tusks of ivory.')\n"
        "    return Some(text='Ivory.', citations=[cited, Some(paper='Lost', quote='Made up.')])\n"
        "def nothing(question):\n    return 7\n"
    )
    monkeypatch.chdir(tmp_path)
    measures = run(home, tmp_path / "words", "--system", "my_rag:words")
    assert measures["recall@5"] == {
        "value": None,
        "n": 0,
        "reason": "the system gives no ranking",
        "low": None,
        "high": None,
    }
    assert measures["citation_recall"]["value"] == 0
    measures = run(home, tmp_path / "cites", "--system", "my_rag:cites")
    assert measures["citation_recall"]["value"] == pytest.approx(1 / 3)
    assert measures["quote_fidelity"]["value"] == 0.5
    run(home, tmp_path / "nothing", "--system", "my_rag:nothing")
    failed = read_run(tmp_path / "nothing")
    assert failed.failed == 4
    assert "returned what is no answer" in rows(tmp_path / "nothing")["q1"]["error"]["message"]
    with pytest.raises(OutsideSystemError, match="give module:function"):
        run(home, tmp_path / "absent", "--system", "my_rag:absent")
    with pytest.raises(OutsideSystemError, match="'unheard' is unknown: footnote, bm25"):
        run(home, tmp_path / "unheard", "--system", "unheard")


def test_rankings_go_out_and_come_in_as_trec_files(home: Path, tmp_path: Path) -> None:
    before = run(home, tmp_path / "bm25", "--system", "bm25")
    file = tmp_path / "bm25.trec"
    wrote = CliRunner().invoke(app, ["trec", str(tmp_path / "bm25"), "--out", str(file)])
    assert wrote.exit_code == 0, wrote.stderr
    after = run(home, tmp_path / "trec", "--system", f"trec:{file}")
    ranking = ("ndcg@10", "recall@5", "mrr")
    assert [after[name]["value"] for name in ranking] == [before[name]["value"] for name in ranking]
    assert after["citation_recall"]["reason"] == "the system only ranks papers"
    table = CliRunner().invoke(app, ["compare", *(str(tmp_path / name) for name in ("bm25", "trec", "trec"))])
    assert "All runs" in table.stdout
    assert "citation_recall: not compared" in table.stdout


def test_equal_scores_of_a_trec_file_fall_by_rank_and_bad_lines_are_named(tmp_path: Path) -> None:
    file = tmp_path / "some.trec"
    file.write_text("q Q0 b 2 0.5 x\nq Q0 a 1 0.5 x\n\nq Q0 c 9 0.75 x\n")
    assert read_trec(file)[0] == {"q": ("c", "a", "b")}
    file.write_text(trec_lines({"q": ["b", "a"]}, "my system"))
    assert read_trec(file)[0] == {"q": ("b", "a")}
    file.write_text("q Q0 b 2 0.5 x\nq a 1\n")
    with pytest.raises(OutsideSystemError, match=r"some\.trec:2: write"):
        read_trec(file)


def test_a_setting_and_prompts_of_ones_own_are_used_and_recorded(
    home: Path, tmp_path: Path, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", model_server.base_url)
    model_server.say("{1.2} [1.2].")
    model = ("--set", "model=scripted", "--set", "verifier=rules", "--set", "expand=off")
    run(home, tmp_path / "shipped", *model)
    own = tmp_path / "prompts"
    own.mkdir()
    shipped = prompts.load("answer_system")
    (own / "answer_system.txt").write_text(f"{shipped.text}\nAlways mention the weather.\n")
    run(home, tmp_path / "own", *model, "--prompts", str(own))
    assert "Always mention the weather." in model_server.requests[-1].prompt
    before, after = (read_run(tmp_path / name) for name in ("shipped", "own"))
    assert before.prompts["answer_system"] == shipped.sha256 != after.prompts["answer_system"]
    assert after.settings["model"] == "scripted"
    assert prompts.load("answer_system") == shipped
    (own / "answer_system.txt").write_text("No $placeholder of ours.")
    with pytest.raises(prompts.PromptError, match="must have the placeholders open, refusal"):
        run(home, tmp_path / "own", *model, "--prompts", str(own))


def test_another_embedder_indexes_a_copy(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddingsServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        measures = run(home, tmp_path / "dense", "--system", "dense", "--embedder", "openai:counting")
    assert read_run(tmp_path / "dense").library.embedder.startswith("openai")
    assert measures["recall@5"]["value"] == 1
    assert "minilm" in run_embedder(home, tmp_path)


def run_embedder(home: Path, tmp_path: Path) -> str:
    run(home, tmp_path / "own", "--system", "bm25")
    return read_run(tmp_path / "own").library.embedder.lower()
