"""`footnote eval` and `footnote bench` as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import app, bench_app
from footnote.eval.errors import BenchError, QuestionSetError
from footnote.eval.measures.metrics import NAMES
from footnote.eval.questions import SHIPPED


def test_run_prints_json_alone_and_fills_its_folder(
    library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    ran = CliRunner().invoke(app, ["run", "--out", str(tmp_path / "r"), "--limit", "2", "--json"])
    assert ran.exit_code == 0, ran.stderr
    metrics = json.loads(ran.stdout)
    assert tuple(metrics) == NAMES
    assert metrics == json.loads((tmp_path / "r" / "run.json").read_text())["metrics"]
    assert len((tmp_path / "r" / "samples.jsonl").read_text().splitlines()) == 2
    again = CliRunner().invoke(app, ["score", str(tmp_path / "r"), "--questions", str(SHIPPED), "--json"])
    assert json.loads(again.stdout) == metrics


def test_run_prints_a_table_and_goes_on_when_the_mode_is_named(
    library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    ran = CliRunner().invoke(app, ["run", "--out", str(tmp_path), "--limit", "1"])
    assert ran.exit_code == 0, ran.stderr
    assert "1 of 111 questions" in ran.stdout
    assert all(name in ran.stdout for name in NAMES)
    again = CliRunner().invoke(app, ["run", "--out", str(tmp_path), "--limit", "2", "--mode", "extractive"])
    assert again.exit_code == 0, again.stderr
    assert "2 of 111 questions" in again.stdout


def test_errors_rise_to_the_composition_root(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.jsonl")
    ran = CliRunner().invoke(app, ["run", "--out", str(tmp_path / "r"), "--questions", absent])
    assert isinstance(ran.exception, QuestionSetError)
    (tmp_path / "notes.txt").write_text("no wheel")
    ran = CliRunner().invoke(bench_app, ["embedder", "--reference", str(tmp_path / "notes.txt")])
    assert isinstance(ran.exception, BenchError)
