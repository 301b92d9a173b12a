"""Ingestion that is killed at any moment: the next run ends in the same library."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from footnote.store.ingest import ingest, open_library
from footnote.store.library import Library
from footnote.store.readers import read_file
from tests.store.conftest import FEW
from tests.store.library_contents import contents
from tests.store.other_process import (
    KILLED,
    ingests_in_small_batches,
    is_killed_migrating,
    processes,
    run,
    start,
)


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_moments_it_ends_in_the_same_library(
    tmp_path: Path, few_papers: Path, few_library: Path, seed: int
) -> None:
    """kill -9, several times over, then one run to the end: as if nothing had happened."""
    chance = random.Random(seed)
    folder = tmp_path / "killed"
    killed = 0
    for _ in range(5):
        opened = processes.Event()
        process = start(ingests_in_small_batches, folder, few_papers, opened)
        assert opened.wait(60)  # not before work begins: the start alone would take every blow
        time.sleep(chance.uniform(0, 1.5))
        if process.is_alive():
            process.kill()
            killed += 1
        process.join(60)
    assert killed > 0
    library = Library(folder)
    ingest(library, [few_papers])
    assert library.catalog.count() == FEW
    assert contents(library) == contents(Library(few_library))
    for batch in library.batches():
        library.undo(batch.number)
    assert library.catalog.count() == 0


def test_a_migration_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    assert run(is_killed_migrating, folder) == KILLED
    assert Library(folder).catalog.count() == 0


@pytest.mark.parametrize("recorded", ["nothing", "a file"])
def test_a_first_opening_that_was_cut_off_is_finished_by_the_next(
    tmp_path: Path, few_papers: Path, monkeypatch: pytest.MonkeyPatch, recorded: str
) -> None:
    ships = tmp_path / "ships"
    ships.mkdir()
    lines = few_papers.read_text().splitlines(keepends=True)
    (ships / "a.jsonl").write_text("".join(lines[:4]))
    (ships / "b.jsonl").write_text("".join(lines[3:6]))
    monkeypatch.setattr("footnote.store.ingest.SAMPLE_CORPUS", ships)
    undisturbed = contents(open_library(tmp_path / "undisturbed"))

    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "sample.unfinished").touch()
    library = Library(folder)
    with library.writing():
        library.record(read_file(ships / "a.jsonl").listings if recorded == "a file" else [])
    library.close()
    library = open_library(folder)
    assert library.status().papers == 6
    assert contents(library) == undisturbed
    assert not (folder / "sample.unfinished").exists()


def test_a_lens_that_was_cut_off_is_learned_at_the_next_opening(own_few_library: Path) -> None:
    (own_few_library / "lens.npz").unlink()
    reader = Library(own_few_library)
    assert reader.lens is None
    open_library(own_few_library).close()
    assert reader.lens is not None
