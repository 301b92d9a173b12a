"""Reports of runs: one file, escaped, with evidence beside quotes; and the curves of its charts."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footnote.eval.commands.evaluate import app
from footnote.eval.measures.curves import calibration, cumulative, risk_coverage
from footnote.eval.questions import SHIPPED, QuestionSet, read_questions
from footnote.eval.runs import report_html
from footnote.eval.runs.report_data import Part, parts, read_runs
from footnote.eval.runs.run import run_questions
from footnote.eval.systems.baselines import BM25
from footnote.eval.systems.footnote_system import FootnoteSystem
from footnote.rag.assistant import Assistant

HOSTILE = "<script>alert(1)</script> | *bold*"


@pytest.fixture(scope="module")
def folders(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two runs of three questions; the first answer holds markup."""
    shipped = read_questions(SHIPPED)
    wanted = [next(q for q in shipped.questions if q.type == kind) for kind in ("factoid", "unanswerable")]
    wanted.append(next(q for q in shipped.questions if q.type == "method"))
    some = QuestionSet(file="some.jsonl", questions=tuple(wanted), dataset_hash="some")
    made: list[Path] = []
    for system in (FootnoteSystem(assistant), BM25(assistant.library)):
        folder = tmp_path_factory.mktemp("runs") / system.facts.name
        asyncio.run(run_questions(some, system, assistant.library, folder))
        made.append(folder)
    rows = [json.loads(line) for line in (made[0] / "samples.jsonl").read_text().splitlines()]
    rows[0]["text"] = rows[0]["question"] = HOSTILE
    (made[0] / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return made


def test_the_page_is_one_file_that_asks_for_nothing(folders: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    wrote = CliRunner().invoke(app, ["report", *map(str, folders), "--out", str(out)])
    assert wrote.exit_code == 0, wrote.stderr
    page = out.read_text()
    assert len(page) < report_html.MOST_BYTES
    assert "default-src 'none'" in page
    assert not re.findall(r"<(?:link|img|iframe|script src|base)\b|url\(|@import|\bsrc=", page)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<details>") == 3
    assert '<mark class="gold cited">' in page
    assert page.count("<svg") == 3
    assert "confidence_auroc" in page
    assert "an answer gives no confidence" in page


def test_details_that_would_make_the_page_too_large_are_left_out(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = read_runs(folders)
    whole = report_html.html_report(runs)
    monkeypatch.setattr(report_html, "MOST_BYTES", len(whole.encode()) - 1_000)
    smaller = report_html.html_report(runs)
    assert len(smaller.encode()) < len(whole.encode()) - 1_000
    assert "questions have no details here" in smaller
    assert smaller.count("<details>") < 3


def test_markdown_keeps_its_cells(folders: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    assert CliRunner().invoke(app, ["report", *map(str, folders), "--out", str(out)]).exit_code == 0
    text = out.read_text()
    assert "## By type" in text
    assert r"\<script\>alert(1)\</script\> \| \*bold\*" in text
    for line in text.splitlines():
        if line.startswith("| dev-"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 7
    assert CliRunner().invoke(app, ["report", str(folders[0]), "--out", "report.pdf"]).exit_code == 2


def test_an_abstract_is_cut_where_evidence_and_quotes_begin_and_end(folders: list[Path]) -> None:
    sample = next(iter(read_runs(folders)[0].samples.values()))
    quote = {"paper": "p", "places": [(2, 6)]}
    cited = {"paper": "p", "start": 4, "end": 8, "quote": "efgh"}
    data = sample.model_dump() | {"citations": [cited]}
    data["gold"]["quotes"] = [quote]
    assert parts("abcdefghij", "p", type(sample).model_validate(data)) == [
        Part("ab", False, False),
        Part("cd", True, False),
        Part("ef", True, True),
        Part("gh", False, True),
        Part("ij", False, False),
    ]


def test_curves_by_hand() -> None:
    confidences = [0.9, 0.5, 0.5, 0.05]
    assert risk_coverage(confidences, [True, False, True, False]) == [(0.25, 0), (0.75, 1 / 3), (1, 0.5)]
    assert calibration(confidences, [True, False, True, False]) == [(0.05, 0), (0.5, 0.5), (0.9, 1)]
    assert cumulative([2.0, 1.0]) == [(1.0, 0.5), (2.0, 1.0)]
    assert risk_coverage([], []) == calibration([], []) == cumulative([]) == []
