"""Runs: what is kept, and how one goes on after it was cut off."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pydantic import SecretStr

from footnote import prompts
from footnote.eval.datasets.gold import Gold
from footnote.eval.errors import GoldError, RunError
from footnote.eval.measures.metrics import NAMES
from footnote.eval.questions import SHIPPED, Question, QuestionSet, read_questions
from footnote.eval.questions.stratified import stratified
from footnote.eval.runs.record import RunRecord, read_run
from footnote.eval.runs.run import failure_of, run_questions
from footnote.eval.runs.samples import Sample, read_samples
from footnote.eval.runs.scoring import score
from footnote.eval.systems.footnote_system import FootnoteSystem
from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.progress import Progress
from tests.model_server import ModelServer

SET = read_questions(SHIPPED)
FIRST = stratified(SET.questions)


def set_of(*questions: Question) -> QuestionSet:
    return QuestionSet(file="set.jsonl", questions=questions, dataset_hash="some")


def run(
    assistant: Assistant,
    folder: Path,
    limit: int | None = 5,
    questions: QuestionSet = SET,
    progress: Progress | None = None,
    jobs: int = 1,
) -> RunRecord:
    system = FootnoteSystem(assistant, jobs=jobs)
    return asyncio.run(
        run_questions(questions, system, assistant.library, folder, limit=limit, progress=progress, jobs=jobs)
    )


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "samples.jsonl").read_text().splitlines()]


def untimed(sample: Sample) -> Sample:
    return sample.model_copy(update={"latency_s": 0.0, "timings": {}})


def test_a_run_keeps_what_it_was_made_with_and_what_came_of_it(assistant: Assistant, tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []
    record = run(assistant, tmp_path / "new" / "run", progress=lambda *r: reports.append(r))
    folder = tmp_path / "new" / "run"
    assert read_run(folder) == record
    assert reports == [(n, 5) for n in range(6)]
    written = json.loads((folder / "run.json").read_text())
    assert tuple(written["metrics"]) == NAMES
    assert all(
        measure.keys() == {"value", "n", "reason", "low", "high"} for measure in written["metrics"].values()
    )
    assert written["metrics"]["quote_fidelity"]["value"] == 1
    assert written["metrics"]["tokens"] == {
        "value": None,
        "n": 0,
        "reason": "no chat model was asked",
        "low": None,
        "high": None,
    }
    recall = record.metrics["recall@5"]
    assert recall.low <= recall.value <= recall.high
    assert (record.asked, record.questions, record.failed) == (5, 111, 0)
    assert record.dataset_hash == SET.dataset_hash
    assert record.settings == assistant.settings.shaping()
    assert record.library.papers == 295
    assert record.packages["chromadb"]
    assert record.finished is not None
    assert record.finished > record.started
    samples = rows(folder)
    assert [sample["id"] for sample in samples] == [question.id for question in FIRST[:5]]
    first = next(sample for sample in samples if sample["citations"])
    assert len(first["ranking"]) >= 20
    assert first["shown"] == first["ranking"][:8]
    assert first["gold"]["papers"]
    citation = first["citations"][0]
    abstract = assistant.library.catalog.get([citation["paper"]])[citation["paper"]].paper.abstract
    assert abstract[citation["start"] : citation["end"]] == citation["quote"]


def test_follow_ups_are_asked_with_their_history(assistant: Assistant, tmp_path: Path) -> None:
    follow_up = next(question for question in SET.questions if question.id == "dev-043")
    run(assistant, tmp_path, questions=set_of(follow_up))
    assert follow_up.history[0].content in rows(tmp_path)[0]["standalone"]


def test_a_run_goes_on_without_asking_again(assistant: Assistant, tmp_path: Path) -> None:
    begun = run(assistant, tmp_path, limit=2)
    before = (tmp_path / "samples.jsonl").read_text()
    record = run(assistant, tmp_path, limit=4)
    assert (tmp_path / "samples.jsonl").read_text().startswith(before)
    assert (record.asked, record.started) == (4, begun.started)
    assert record.metrics["quote_fidelity"].n > begun.metrics["quote_fidelity"].n


def test_an_interrupted_run_keeps_what_was_answered(assistant: Assistant, tmp_path: Path) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(assistant, tmp_path, progress=interrupt)
    assert len(rows(tmp_path)) == 3
    assert read_run(tmp_path).finished is None
    assert run(assistant, tmp_path).asked == 5


@pytest.mark.parametrize("cut", [1, 40])
def test_a_row_that_was_cut_off_is_asked_again(assistant: Assistant, tmp_path: Path, cut: int) -> None:
    run(assistant, tmp_path, limit=3)
    whole = read_samples(tmp_path / "samples.jsonl")
    file = tmp_path / "samples.jsonl"
    file.write_bytes(file.read_bytes()[:-cut])
    assert run(assistant, tmp_path, limit=3).asked == 3
    again = read_samples(file)
    assert again[:2] == whole[:2]
    assert untimed(again[2]) == untimed(whole[2])


def test_a_killed_run_goes_on_and_loses_nothing(library_home: Path, tmp_path: Path) -> None:
    options = f"['run', '--out', {str(tmp_path)!r}, '--limit', '40']"
    command = f"from footnote.eval.commands.evaluate import app; app({options})"
    process = subprocess.Popen(
        [sys.executable, "-c", command],
        env={**os.environ, "FOOTNOTE_HOME": str(library_home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    file = tmp_path / "samples.jsonl"
    while process.poll() is None:
        if file.exists() and file.read_bytes().count(b"\n") >= 3:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.005)
    process.wait()
    answered = file.read_bytes()
    kept = answered[: answered.rfind(b"\n") + 1]
    assert kept
    assistant = Assistant(load_settings(home=library_home, mode="extractive"))
    record = run(assistant, tmp_path, limit=40)
    assistant.close()
    assert record.asked == 40
    assert file.read_bytes().startswith(kept)
    assert [row["id"] for row in rows(tmp_path)] == [question.id for question in FIRST[:40]]


def test_measures_are_taken_again_from_the_samples(assistant: Assistant, tmp_path: Path) -> None:
    run(assistant, tmp_path, limit=3)
    changed = rows(tmp_path)
    tampered = next(row for row in changed if row["citations"])
    tampered["citations"][0]["quote"] = "words that nobody wrote"
    tampered["metrics"] = {}
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in changed))
    fidelity = score(tmp_path).metrics["quote_fidelity"]
    assert fidelity.value == pytest.approx(1 - 1 / fidelity.n)
    assert read_run(tmp_path).metrics["quote_fidelity"] == fidelity
    golds = {row["id"]: Gold(answerable=False) for row in changed}
    assert score(tmp_path, golds).metrics["recall@5"].reason == "no answerable question was asked"
    with pytest.raises(RunError, match="the questions have no"):
        score(tmp_path, {})


def test_another_question_set_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    run(assistant, tmp_path, limit=1)
    with pytest.raises(RunError, match="dataset hash was"):
        run(assistant, tmp_path, questions=set_of(SET.questions[0]))


def test_other_settings_are_refused(assistant: Assistant, library_home: Path, tmp_path: Path) -> None:
    run(assistant, tmp_path, limit=1)
    before = rows(tmp_path)
    other = Assistant(load_settings(home=library_home, max_quotes=2))
    with pytest.raises(RunError, match=r"setting max_quotes was 3, is 2\. Choose another"):
        run(other, tmp_path)
    other.close()
    assert rows(tmp_path) == before


def test_another_mode_is_refused_by_name(assistant: Assistant, library_home: Path, tmp_path: Path) -> None:
    run(assistant, tmp_path, limit=1)
    other = Assistant(load_settings(home=library_home, mode="llm", model="some-model"))
    with pytest.raises(RunError, match="mode was extractive, is llm"):
        run(other, tmp_path)
    other.close()


def test_a_folder_in_use_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".run.lock"), pytest.raises(RunError, match="another run is writing"):
        run(assistant, tmp_path)


def test_a_folder_that_holds_something_else_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "samples.jsonl").write_text("{}\n")
    with pytest.raises(RunError, match=r"no run\.json"):
        run(assistant, tmp_path)
    (tmp_path / "run.json").write_text('{"schema_version": 99}')
    with pytest.raises(RunError, match=r"run\.json: schema_version"):
        run(assistant, tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="can't be used"):
        run(assistant, tmp_path / "file" / "run")


@pytest.mark.parametrize(
    ("tampered", "reason"),
    [
        ("not JSON\n", r"samples\.jsonl:2: .*JSON"),
        ('{"id": "x"}\n', r"samples\.jsonl:2: type: Field required"),
    ],
)
def test_a_row_that_can_not_be_read_is_named(
    assistant: Assistant, tmp_path: Path, tampered: str, reason: str
) -> None:
    run(assistant, tmp_path, limit=1)
    with (tmp_path / "samples.jsonl").open("a") as file:
        file.write(tampered)
    with pytest.raises(RunError, match=reason):
        run(assistant, tmp_path)


def test_a_row_that_stands_twice_or_of_no_question_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    run(assistant, tmp_path, limit=1)
    file = tmp_path / "samples.jsonl"
    row = file.read_text()
    file.write_text(row + row)
    with pytest.raises(RunError, match="is here twice"):
        run(assistant, tmp_path)
    file.write_text(row.replace(FIRST[0].id, "dev-999"))
    with pytest.raises(RunError, match="'dev-999'"):
        run(assistant, tmp_path)


def test_questions_that_do_not_fit_the_library_leave_no_folder(assistant: Assistant, tmp_path: Path) -> None:
    stray = SET.questions[0].model_copy(update={"papers": ("Never Written",), "evidence": ()})
    with pytest.raises(GoldError, match="'Never Written'"):
        run(assistant, tmp_path / "run", questions=set_of(stray))
    assert not (tmp_path / "run").exists()


def test_an_error_is_the_result_of_its_question_alone(assistant: Assistant, tmp_path: Path) -> None:
    good = SET.questions[0]
    endless = good.model_copy(update={"id": "endless", "question": "why " * 2000})
    record = run(assistant, tmp_path, None, set_of(endless, good))
    assert (record.asked, record.failed) == (2, 1)
    failed, answered = rows(tmp_path)
    assert failed["error"]["type"] == "QuestionError"
    assert "FOOTNOTE_MAX_QUESTION_CHARS" in failed["error"]["message"]
    assert failed["status"] is None
    assert failed["metrics"]["ndcg@10"] == {
        "value": 0.0,
        "n": 1,
        "reason": "the question ended in an error",
    }
    assert answered["error"] is None
    assert record.metrics["recall@20"].n == 2
    assert record.metrics["false_refusal_rate"].value == 0.5
    assert run(assistant, tmp_path, None, set_of(endless, good)).failed == 1


def test_secrets_reach_neither_the_record_nor_an_error(library_home: Path, tmp_path: Path) -> None:
    settings = load_settings(
        home=library_home, openai_api_key=SecretStr("sk-hidden"), openai_base_url="http://user:word@host/v1"
    )
    opened = Assistant(settings)
    secrets = FootnoteSystem(opened).secrets
    failure = failure_of(ValueError("sk-hidden isn't known at http://user:word@host/v1"), secrets)
    assert failure.message == "*** isn't known at ***"
    assert len(failure_of(ValueError("x" * 100_000)).message) == 2000
    run(opened, tmp_path, limit=1)
    opened.close()
    for file in tmp_path.iterdir():
        text = file.read_text()
        assert not any(secret in text for secret in ("sk-hidden", "word@", str(library_home)))


@contextmanager
def composing(library_home: Path, server: ModelServer, **settings: Any) -> Iterator[Assistant]:
    chosen = load_settings(
        home=library_home,
        model="scripted",
        openai_api_key="sk-test-secret",
        openai_base_url=server.base_url,
        verifier="rules",
        **settings,
    )
    with Assistant(chosen) as assistant:
        yield assistant


def test_each_question_of_each_run_is_a_call_though_replies_are_cached(
    own_library_home: Path, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.script("good")
    answerable = set_of(*[question for question in SET.questions if question.type == "factoid"][:3])
    with composing(own_library_home, model_server, cache_mb=10) as assistant:
        records = [run(assistant, tmp_path / name, questions=answerable) for name in ("a", "b")]
    assert [record.usage.calls for record in records if record.usage] == [3, 3]
    assert len(model_server.requests) == 6
    assert records[0].metrics["tokens"] == records[1].metrics["tokens"]


def test_jobs_are_calls_at_once(library_home: Path, model_server: ModelServer, tmp_path: Path) -> None:
    # Each reply waits until six have been asked for: fewer jobs would never end.
    model_server.play({"text": "{1.1} [1.1].", "before": "gate"})
    answerable = set_of(*[question for question in SET.questions if question.type == "factoid"][:8])

    def open_gate() -> None:
        while model_server.most_at_once < 6:
            time.sleep(0.01)
        model_server.gate.set()

    opener = threading.Thread(target=open_gate, daemon=True)
    opener.start()
    with composing(library_home, model_server) as assistant:
        record = run(assistant, tmp_path, limit=None, questions=answerable, jobs=6)
    assert (record.asked, record.failed, record.jobs) == (8, 0, 6)
    assert model_server.most_at_once == 6
    assert len(rows(tmp_path)) == 8


def test_what_changed_since_a_run_began_is_named(
    own_library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Assistant(load_settings(home=own_library_home)) as assistant:
        run(assistant, tmp_path, limit=1)
        monkeypatch.setattr("footnote.eval.systems.footnote_system.code_digest", lambda: "other")
        with pytest.raises(RunError, match=r"code was .*, is other"):
            run(assistant, tmp_path)
        monkeypatch.undo()
        known = {title for q in SET.questions for title in (*q.papers, *q.also_ok)}
        unknown = next(paper for paper in assistant.library.catalog.papers() if paper.title not in known)
        assistant.library.remove([unknown.id])
        with pytest.raises(RunError, match=r"library papers was 295, is 294; .*library digest was"):
            run(assistant, tmp_path)


def test_a_run_with_a_model_counts_its_tokens_and_says_where_it_failed(
    library_home: Path, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.script("good", "empty")
    with composing(library_home, model_server) as assistant:
        record = run(assistant, tmp_path, None, set_of(*SET.questions[:2]))
    composed, quoted = rows(tmp_path)
    assert (composed["mode"], quoted["mode"]) == ("llm", "extractive")
    assert {claim["verdict"] for claim in composed["claims"]} == {"checked"}
    assert {claim["verdict"] for claim in quoted["claims"]} == {"quoted"}
    assert all(claim["text"] and claim["citations"] for claim in composed["claims"])
    assert quoted["warnings"]
    assert (record.mode, record.model, record.fallbacks) == ("llm", "scripted", 1)
    assert record.prompts.keys() == set(prompts.names())
    assert record.usage is not None
    assert record.usage.calls == sum(row["usage"]["calls"] for row in (composed, quoted) if row["usage"])
    assert record.usage.prompt_tokens > 0
    assert (
        "sk-test-secret" not in (tmp_path / "run.json").read_text() + (tmp_path / "samples.jsonl").read_text()
    )
