"""The model file is built from weights alone: its sizes, its int8 form, the same file each time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest

from footnote.store.embedders.minilm import MODEL_FILE, MODEL_FOLDER, TOKENIZER_FILE, MiniLM
from footnote.store.model.build import HEAD_SIZE, encoder, layers, write

HIDDEN, INNER, LAYERS, POSITIONS = 2 * HEAD_SIZE, 96, 2, 256
TOKENIZER = (MODEL_FOLDER / TOKENIZER_FILE).read_bytes()
WORDS = json.loads(TOKENIZER)["model"]["vocab"]


def tiny_weights(seed: int = 0) -> dict[str, npt.NDArray[np.float32]]:
    """An encoder of MiniLM's build, two layers of 64 dimensions, its numbers drawn at random."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> npt.NDArray[np.float32]:
        return (0.1 * rng.standard_normal(shape)).astype(np.float32)

    made: dict[str, npt.NDArray[np.float32]] = {
        "embeddings.word_embeddings.weight": drawn(len(WORDS), HIDDEN),
        "embeddings.position_embeddings.weight": drawn(POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": drawn(2, HIDDEN),
    }
    norms = ["embeddings.LayerNorm"]
    for n in range(LAYERS):
        at = f"encoder.layer.{n}"
        shapes = {
            **{f"attention.self.{part}": (HIDDEN, HIDDEN) for part in ("query", "key", "value")},
            "attention.output.dense": (HIDDEN, HIDDEN),
            "intermediate.dense": (INNER, HIDDEN),
            "output.dense": (HIDDEN, INNER),
        }
        for name, shape in shapes.items():
            made[f"{at}.{name}.weight"], made[f"{at}.{name}.bias"] = drawn(*shape), drawn(shape[0])
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
    for name in norms:
        made[f"{name}.weight"], made[f"{name}.bias"] = np.ones(HIDDEN, np.float32), drawn(HIDDEN)
    return made


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny model, as build.py writes it."""
    folder = tmp_path_factory.mktemp("tiny")
    write(tiny_weights(), TOKENIZER, folder)
    return folder


def test_the_graph_takes_its_sizes_from_the_weights(tiny: Path) -> None:
    assert layers(tiny_weights()) == LAYERS
    made = MiniLM(tiny).embed(["Ants build nests.", "Bees dance."])
    assert made.shape == (2, HIDDEN)
    assert np.linalg.norm(made, axis=1) == pytest.approx(1, abs=1e-5)


def test_int8_is_near_the_float_graph(tiny: Path, tmp_path: Path) -> None:
    onnx.save(encoder(tiny_weights()), tmp_path / MODEL_FILE)
    shutil.copyfile(tiny / TOKENIZER_FILE, tmp_path / TOKENIZER_FILE)
    texts = ["Ants build nests.", "The wasps of species 1 dance. The wasps of species 1 sleep at night."]
    cosines = (MiniLM(tiny).embed(texts) * MiniLM(tmp_path).embed(texts)).sum(axis=1)
    assert cosines.min() > 0.98


def test_the_same_weights_give_the_same_file(tiny: Path, tmp_path: Path) -> None:
    made = (tiny / MODEL_FILE).read_bytes()
    write(tiny_weights(), TOKENIZER, tmp_path)
    assert (tmp_path / MODEL_FILE).read_bytes() == made
    write(tiny_weights(seed=1), TOKENIZER, tmp_path)
    assert (tmp_path / MODEL_FILE).read_bytes() != made
