"""Runs compared: the statistics against scipy, by chance alone, and the gate on a change of settings."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import app
from footnote.eval.errors import RunError
from footnote.eval.measures.bootstrap import Numbers, ratio_differences
from footnote.eval.questions import SHIPPED, QuestionSet, read_questions
from footnote.eval.runs.compare import compare_runs
from footnote.eval.runs.run import run_questions
from footnote.eval.systems.footnote_system import FootnoteSystem
from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings

BASELINE = Path(__file__).parents[1] / "baseline"
QUESTIONS = 111


def citations(random: np.random.Generator, runs: int) -> tuple[Numbers, Numbers]:
    """Right citations and citations of each question, as if by the same system each time."""
    of = random.integers(0, 4, (QUESTIONS, runs)).astype(float)
    skill = random.beta(4, 1, (QUESTIONS, 1))
    return random.binomial(of.astype(int), skill).astype(float), of


def test_a_pooled_difference_agrees_with_scipy() -> None:
    random = np.random.default_rng(2)
    a, b = citations(random, 1), citations(random, 1)
    (found,) = ratio_differences(a, b)
    columns = [column[:, 0] for column in (*a, *b)]

    def statistic(*drawn: Numbers, axis: int) -> Numbers:
        got_a, of_a, got_b, of_b = (each.sum(axis) for each in drawn)
        return np.asarray(got_b / of_b - got_a / of_a)

    reference = stats.bootstrap(
        columns, statistic, paired=True, vectorized=True, n_resamples=10_000, method="percentile", rng=4
    ).confidence_interval
    assert [found.low, found.high] == pytest.approx([reference.low, reference.high], abs=0.003)
    assert found.mean == pytest.approx(float(statistic(*columns, axis=0)))


def test_the_same_system_twice_alarms_in_at_most_five_of_a_hundred() -> None:
    random = np.random.default_rng(7)
    got, of = citations(random, 2_000)
    halves = [(got[:, at : at + 1_000], of[:, at : at + 1_000]) for at in (0, 1_000)]
    found = ratio_differences(halves[0], halves[1], resamples=1_000)
    assert 0 < sum(one.high < 0 for one in found) <= 50


def test_a_run_does_not_fail_against_itself() -> None:
    (same,) = compare_runs([BASELINE, BASELINE])
    assert same.n == QUESTIONS
    assert not same.failed([one.measure for one in same.differences])
    assert {(one.difference, one.low, one.high, one.p_holm) for one in same.differences} == {(0, 0, 0, 1)}
    assert not same.worst
    assert same.not_compared.keys() == {"dropped_sentences", "tokens", "cost_usd"}
    with pytest.raises(RunError, match="tokens can't be compared"):
        same.failed(["tokens"])


def test_fewer_quotes_fail_against_the_baseline(library_home: Path, tmp_path: Path) -> None:
    shipped = read_questions(SHIPPED)
    methods = tuple(q for q in shipped.questions if q.type == "method")
    some = QuestionSet(file=shipped.file, questions=methods, dataset_hash=shipped.dataset_hash)
    folder = tmp_path / "one-quote"
    with Assistant(load_settings(home=library_home, max_quotes=1)) as assistant:
        asyncio.run(run_questions(some, FootnoteSystem(assistant), assistant.library, folder))
    compared = CliRunner().invoke(
        app, ["compare", str(BASELINE), str(folder), "--fail-on", "ndcg@10", "--fail-on", "evidence_recall"]
    )
    assert compared.exit_code == 1
    assert "evidence_recall is worse" in compared.stderr
    assert "ndcg@10 is worse" not in compared.stderr
    (comparison,) = compare_runs([BASELINE, folder])
    assert comparison.n == len(methods)
    by_name = {one.measure: one for one in comparison.differences}
    lost = by_name["evidence_recall"]
    assert lost.losses > lost.wins
    assert lost.p_holm >= lost.p
    assert all(pair.baseline and pair.run and pair.lost for pair in comparison.worst)
    # The other way round the same measure is better, and the gate passes.
    assert (
        CliRunner()
        .invoke(app, ["compare", str(folder), str(BASELINE), "--fail-on", "evidence_recall"])
        .exit_code
        == 0
    )


def test_runs_of_other_questions_are_not_compared(tmp_path: Path) -> None:
    other = shutil.copytree(BASELINE, tmp_path / "other")
    record = (other / "run.json").read_text()
    (other / "run.json").write_text(record.replace('"dataset_hash": "', '"dataset_hash": "x'))
    with pytest.raises(RunError, match="asked different question sets"):
        compare_runs([BASELINE, other])
    (other / "run.json").write_text(record)
    (other / "samples.jsonl").write_text("")
    with pytest.raises(RunError, match="no question in common"):
        compare_runs([BASELINE, other])
    unknown = CliRunner().invoke(app, ["compare", str(BASELINE), str(other), "--fail-on", "nugget_recal"])
    assert unknown.exit_code == 2
