"""The lens: what it learns, when it is of use, and how it is kept."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from footnote.store.ingest import ingest, open_library
from footnote.store.kept_lens import KeptLens
from footnote.store.lens import LEAST_PAPERS, MOST_DIMENSIONS, Lens, Matrix, learn
from footnote.store.library import Library

DIMENSIONS = 24


def abstracts(count: int, *, telling: slice, seed: int = 1) -> list[Matrix]:
    """Abstracts of six sentences. Only the dimensions `telling` say whose a sentence is; the others
    are noise, as loud."""
    rng = np.random.default_rng(seed)
    made: list[Matrix] = []
    for _ in range(count):
        rows = rng.standard_normal((6, DIMENSIONS))
        own = rng.standard_normal(DIMENSIONS)[telling]
        rows[:, telling] = own + 0.5 * rng.standard_normal((6, len(own)))
        made.append((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))
    return made


def test_a_lens_learns_which_dimensions_tell_papers_apart() -> None:
    lens = learn(abstracts(300, telling=slice(0, 6)))
    assert lens is not None
    assert lens.helps
    weight = np.diag(lens.matrix)
    assert weight[:6].min() > weight[6:].max()
    # Papers that it has never seen are told apart better, too.
    others = abstracts(100, telling=slice(0, 6), seed=2)
    firsts = np.stack([rows[0] for rows in others])
    rests = np.stack([rows[1:].mean(axis=0) for rows in others])
    plain = (firsts @ rests.T).argmax(axis=1) == np.arange(100)
    turned = (np.stack([lens.turn(q) for q in firsts]) @ rests.T).argmax(axis=1) == np.arange(100)
    assert turned.mean() > plain.mean()


def test_a_lens_that_finds_nothing_is_not_used() -> None:
    lens = learn(abstracts(200, telling=slice(0, 0)))
    assert lens is not None
    assert not lens.helps


def test_the_same_abstracts_give_the_same_lens() -> None:
    one, other = (learn(abstracts(60, telling=slice(0, 6))) for _ in range(2))
    assert one is not None
    assert other is not None
    assert np.array_equal(one.matrix, other.matrix)


def test_few_papers_or_papers_of_one_sentence_give_none() -> None:
    assert learn(abstracts(LEAST_PAPERS - 1, telling=slice(0, 6))) is None
    assert learn([rows[:1] for rows in abstracts(200, telling=slice(0, 6))]) is None


def test_what_is_turned_has_length_1() -> None:
    lens = Lens(np.diag(np.arange(4.0)).astype(np.float32), papers=50, before=0.5, after=0.6)
    assert lens.turn(np.array([0.5, 0.5, 0.5, 0.5], np.float32)) == pytest.approx(np.arange(4) / 14**0.5)
    nowhere = np.array([1.0, 0.0, 0.0, 0.0], np.float32)
    assert np.array_equal(lens.turn(nowhere), nowhere)


def test_a_lens_is_kept_for_its_embedder_and_a_broken_file_is_none(tmp_path: Path) -> None:
    file = tmp_path / "lens.npz"
    lens = Lens(np.eye(3, dtype=np.float32), papers=50, before=0.5, after=0.625)
    assert Lens.load(file, "a@1") is None
    lens.save(file, "a@1")
    kept = Lens.load(file, "a@1")
    assert kept is not None
    assert (kept.papers, kept.before, kept.after) == (50, 0.5, 0.625)
    assert np.array_equal(kept.matrix, lens.matrix)
    assert Lens.load(file, "b@1") is None
    file.write_bytes(file.read_bytes()[:100])
    assert Lens.load(file, "a@1") is None


def test_the_shipped_library_has_a_lens_and_a_changed_one_learns_again(
    own_library_home: Path, tmp_path: Path
) -> None:
    folder = own_library_home / "library"
    library = open_library(folder)
    assert library.lens is not None
    assert library.lens.papers == library.catalog.count()
    file = tmp_path / "more.jsonl"
    lines = [
        f'{{"title": "Bees {n}", "abstract": "Bees dance {n} times. Flowers see it."}}\n' for n in range(40)
    ]
    file.write_text("".join(lines[:5]))
    reader = Library(folder)
    ingest(library, [file])
    assert library.lens.papers == library.catalog.count() - 5, "a few papers more change nothing"
    assert reader.lens is not None
    assert reader.lens.papers == library.lens.papers
    file.write_text("".join(lines))
    ingest(library, [file])
    assert library.lens.papers == library.catalog.count()
    assert reader.lens.papers == library.catalog.count(), "a reader that was open sees the new one"


def test_vectors_of_very_many_dimensions_get_no_lens_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = KeptLens(tmp_path / "lens.npz")
    assert kept.is_stale("model@1", papers=1_000, dimensions=MOST_DIMENSIONS)
    with caplog.at_level("INFO"):
        assert not kept.is_stale("model@1", papers=1_000, dimensions=MOST_DIMENSIONS + 1)
    assert "no lens: vectors have 1025 dimensions" in caplog.text


class _Runs:
    """Runs code where it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.file),)


def test_a_file_in_place_of_a_lens_runs_no_code(tmp_path: Path) -> None:
    ran, file = tmp_path / "ran", tmp_path / "lens.npz"
    np.savez(file, stamp=np.array([_Runs(ran)], dtype=object), matrix=np.array([1]), numbers=np.array([1]))
    assert Lens.load(file, "a@1") is None
    assert not ran.exists()
