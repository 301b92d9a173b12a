"""The comparison of whole ingestions: what each side is given, and the files that are read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from footnote.eval.benchmarks import ingestion
from footnote.eval.benchmarks.ingestion import FORMATS, in_turns, write
from footnote.eval.commands.evaluate import bench_app
from footnote.eval.datasets.recombine import Original, Recombiner
from footnote.eval.errors import BenchError
from footnote.store.readers import read_file

SENTENCES = ("Honeybees returned to their hives.", "The weather stayed warm.", "Nobody measured the wind.")
PAPERS = [Original(f"Bees {n}", SENTENCES, np.eye(3, 4, dtype=np.float32)) for n in range(3)]


def test_the_same_papers_are_read_of_every_format(tmp_path: Path) -> None:
    recombiner = Recombiner(PAPERS)
    wanted = [recombiner.listing(number) for number in range(5, 9)]
    for form in FORMATS:
        file = tmp_path / form
        write(file, form, recombiner, range(5, 9))
        found = read_file(file).listings
        assert [(one.title, one.abstract, one.date) for one in found] == [
            (one.title, one.abstract, one.date) for one in wanted
        ]


def test_both_sides_take_each_file_into_an_empty_folder(tmp_path: Path) -> None:
    taken: list[tuple[str, str]] = []

    def side(name: str) -> ingestion.Side:
        def take(file: Path, folder: Path) -> None:
            folder.mkdir()
            taken.append((name, file.name))

        return take

    ours, theirs = in_turns(side("ours"), side("theirs"), [tmp_path / "a", tmp_path / "b"], 10)
    assert taken == [("ours", "a"), ("theirs", "a"), ("ours", "b"), ("theirs", "b")]
    assert len(ours.turns) == len(theirs.turns) == 2


def test_reading_and_recording_count_the_same_papers(tmp_path: Path) -> None:
    file = tmp_path / "papers.csv"
    rows = "".join(f"Bees and tide number {n},Bees of hive {n} dance in the tide.\n" for n in range(30))
    file.write_text("title,abstract\n" + rows)
    assert ingestion._read(file)[0] == ingestion._record(file)[0] == 30


def test_what_is_missing_to_compare_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no wheel")
    ran = CliRunner().invoke(bench_app, ["ingest", "--reference", str(tmp_path / "notes.txt")])
    assert isinstance(ran.exception, BenchError)
