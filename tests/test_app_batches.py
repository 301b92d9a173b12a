"""`footnote ingest --dry-run`, `batches`, `undo` and `retractions`, as people run them."""

from __future__ import annotations

import json
from pathlib import Path

from footnote.store.batches import BatchError
from tests.test_app import in_home

PAPERS = (
    '{"title": "Bees dance in hives", "abstract": "Bees dance to point at flowers.", "doi": "10.1000/bees"}\n'
    "no record\n"
)
RETRACTED = "OriginalPaperDOI,RetractionNature,RetractionDate\n10.1000/bees,Retraction,3/2/2021 0:00\n"


def test_files_are_previewed_added_marked_and_undone(tmp_path: Path) -> None:
    home, file, retracted = tmp_path / "home", tmp_path / "papers.jsonl", tmp_path / "retracted.csv"
    file.write_text(PAPERS)
    retracted.write_text(RETRACTED)
    preview = in_home(home, "ingest", "--dry-run", str(file))
    assert preview.exit_code == 1, "a line is refused"
    assert "1 new papers, 1 refused" in preview.stderr
    assert "+ Bees dance in hives" in preview.stderr
    assert not home.exists()

    assert "To undo: footnote undo 1" in in_home(home, "ingest", str(file)).stderr
    marked = in_home(home, "retractions", str(retracted))
    assert "Retracted 2021-03-02" in marked.stderr, marked.stderr
    assert "holds 0 papers" in in_home(home, "undo", "1").stderr
    second, first = json.loads(in_home(home, "batches", "--json").stdout)
    assert (first["files"], first["added"], bool(first["undone"])) == (["papers.jsonl"], 1, True)
    assert (second["kind"], second["changed"], second["undone"]) == ("retractions", 1, None)
    again = in_home(home, "undo", "1")
    assert isinstance(again.exception, BatchError)
    assert "batch 1 was undone already" in str(again.exception)
