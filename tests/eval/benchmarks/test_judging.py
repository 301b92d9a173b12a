"""The prompt tokens of judging: a rewording costs one call more, which is smaller than the first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import bench_app


def test_a_rewording_costs_a_second_smaller_call(library_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    found = CliRunner().invoke(bench_app, ["judging", "--answers", "2", "--json"])
    assert found.exit_code == 0
    answers = json.loads(found.stdout)
    assert len(answers) == 2
    assert all(answer["plain"] < answer["reworded"] < 2 * answer["plain"] for answer in answers)
