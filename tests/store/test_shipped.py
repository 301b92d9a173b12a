"""What ships computed is what would be computed, and what doesn't ship is computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from footnote.store import contents, known_tokens
from footnote.store.embedders.minilm import MiniLM
from footnote.store.ingest import ingest
from footnote.store.known_tokens import KnownTokens
from footnote.store.known_vectors import KnownFirst, KnownVectors, save
from footnote.store.lens import MOST_SENTENCES, learn
from footnote.store.library import Library
from footnote.store.map.kept_map import paper_vectors
from footnote.store.map.making import make
from footnote.store.paper_records import pack, unpack
from footnote.store.precomputed import SHIPPED, Precomputed
from footnote.store.protocols import SignedTokens, TokenStates, Vectors
from footnote.store.shipped.build import build, indexed_texts
from footnote.store.signed_tokens import signed_tokens
from tests.store.library_contents import contents as all_of

SAMPLE = 20
LEAST_COSINE = 0.99
"""Between vectors of one text on different CPUs, whose int8 arithmetic differs."""

MOST_BITS = 0.05
"""Share of signs that may differ likewise."""


@pytest.fixture(scope="module")
def shipped_library(library_home: Path) -> Library:
    return Library(library_home / "library")


def test_every_text_of_the_papers_that_ship_has_a_vector(shipped_library: Library) -> None:
    known = Precomputed(SHIPPED).vectors(shipped_library.embedder_stamp)
    sentences, passages = indexed_texts(shipped_library)
    assert len(sentences) > 2_000
    assert len(passages) > 295
    assert [text for text in (*sentences, *passages) if known.get(text) is None] == []
    assert len(known) == len(sentences) + len(passages), "of texts that no paper has any more: build again"


def test_vectors_that_ship_are_those_that_the_embedder_gives(shipped_library: Library) -> None:
    known = Precomputed(SHIPPED).vectors(shipped_library.embedder_stamp)
    for texts in indexed_texts(shipped_library):
        some = list(texts)[:: max(1, len(texts) // SAMPLE)]
        ships = np.stack([row for text in some if (row := known.get(text)) is not None])
        cosines = (MiniLM().embed(some) * ships).sum(axis=1)
        assert cosines.min() > LEAST_COSINE


def test_tokens_that_ship_are_those_that_the_model_gives(shipped_library: Library) -> None:
    known = Precomputed(SHIPPED).tokens(shipped_library.token_stamp)
    _, passages = indexed_texts(shipped_library)
    assert [text for text in passages if known.get(text) is None] == []
    assert len(known) == len(passages), "of texts that no paper has any more: build again"
    some = passages[:: len(passages) // SAMPLE]
    for text, states in zip(some, MiniLM().states_of_all(some), strict=True):
        ships, computed = known.get(text), signed_tokens(text, states)
        assert ships is not None
        assert np.array_equal(ships.pieces, computed.pieces)
        assert ships.signs.shape == computed.signs.shape
        differing = np.bitwise_count(ships.signs ^ computed.signs).sum()
        assert differing < MOST_BITS * 8 * ships.signs.size


def test_the_lens_that_ships_is_learned_from_the_papers_that_ship(shipped_library: Library) -> None:
    catalog, dimensions = shipped_library.catalog, shipped_library.embedder.dimensions
    ships = Precomputed(SHIPPED).lens(shipped_library.embedder_stamp, contents.digest(catalog))
    learned = learn(catalog.sample_vectors(MOST_SENTENCES, dimensions), papers=catalog.count())
    assert ships is not None
    assert learned is not None
    assert (ships.papers, ships.helps) == (learned.papers, learned.helps)
    # Sums in another order may stop a course at another step: near, not equal, on another CPU.
    assert ships.before == pytest.approx(learned.before, abs=0.005)
    assert ships.after == pytest.approx(learned.after, abs=0.02)
    apart = np.linalg.norm(ships.matrix - learned.matrix)
    assert apart < 0.5 * np.linalg.norm(learned.matrix - np.eye(dimensions))


def test_the_map_that_ships_is_that_of_the_papers_that_ship(shipped_library: Library) -> None:
    catalog, dimensions = shipped_library.catalog, shipped_library.embedder.dimensions
    ships = Precomputed(SHIPPED).map(shipped_library.embedder_stamp, contents.digest(catalog))
    papers, rows = paper_vectors(catalog, contents.indexed_ids(catalog), dimensions)
    texts = contents.texts(catalog, papers)
    made = make(papers, rows, lambda ids: [texts[ident] for ident in ids])
    assert ships is not None
    assert (ships.papers, ships.made_of, ships.indexed) == (made.papers, made.made_of, catalog.count())
    assert len(ships.names) == len(made.names)
    assert np.allclose(ships.mean, made.mean, atol=1e-4)
    assert (ships.labels == made.labels).mean() > 0.9
    # t-SNE magnifies rounding: not where papers lie is compared, but how far they are from their neighbours.
    by_meaning = made.landmarks @ made.landmarks.T
    np.fill_diagonal(by_meaning, -1)
    nearest = by_meaning.argmax(axis=1)
    gaps = [np.linalg.norm(m.points - m.points[nearest], axis=1).mean() for m in (ships, made)]
    assert gaps[0] == pytest.approx(gaps[1], rel=0.2)


def test_a_library_is_the_same_with_what_was_computed_before_and_without(
    tmp_path: Path, few_papers: Path, few_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tmp_path / "built"
    built.mkdir()
    build(few_papers, built)
    embedded: list[str] = []
    embed = MiniLM.embed

    def counted(model: MiniLM, texts: list[str]) -> Vectors:
        embedded.extend(texts)
        return embed(model, texts)

    def counted_states(model: MiniLM, texts: list[str]) -> list[TokenStates]:
        embedded.extend(texts)
        return states_of_all(model, texts)

    states_of_all = MiniLM.states_of_all
    monkeypatch.setattr(MiniLM, "embed", counted)
    monkeypatch.setattr(MiniLM, "states_of_all", counted_states)
    again = Library(tmp_path / "again", precomputed=Precomputed(built))
    ingest(again, [few_papers])
    assert embedded == []
    assert all_of(again) == all_of(Library(few_library))
    for file in ("lens.npz", "map.npz"):
        assert (again.folder / file).read_bytes() == next(built.glob(f"{file[:-4]}-*.npz")).read_bytes()


def test_texts_that_are_not_known_are_embedded_and_keep_their_place(tmp_path: Path) -> None:
    model, texts = MiniLM(), ["Bees dance.", "Ants dig.", "Birds sing."]
    rows = model.embed(texts)
    file = tmp_path / "vectors.npz"
    packed = np.frombuffer(pack(rows[2:]), np.int8)
    save(file, "a@1", packed={texts[2]: packed}, exact={texts[0]: -rows[0]})  # none that would be computed
    known = KnownVectors.load(file, "a@1")
    found = KnownFirst(lambda: known, model).embed(texts)
    assert np.array_equal(found[0], -rows[0])
    assert np.array_equal(found[1], rows[1])
    assert np.array_equal(found[2], unpack(packed.tobytes(), 1, model.dimensions)[0])
    assert pack(found[2:]) == packed.tobytes(), "to pack it again changes nothing"


def test_vectors_of_another_embedder_or_of_a_broken_file_are_none(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    assert len(KnownVectors.load(file, "a@1")) == 0
    row = np.ones(4, np.float32) / 2
    save(file, "a@1", packed={"one": np.frombuffer(pack(row[None]), np.int8)}, exact={"two": row})
    assert len(KnownVectors.load(file, "a@1")) == 2
    assert len(KnownVectors.load(file, "b@1")) == 0
    file.write_bytes(file.read_bytes()[:100])
    assert len(KnownVectors.load(file, "a@1")) == 0


def test_tokens_of_another_model_or_of_a_broken_file_are_none(tmp_path: Path) -> None:
    file = tmp_path / "tokens.npz"
    held = {
        "one": SignedTokens(np.array([3, 9], np.uint32), np.array([[1], [2], [3]], np.uint8)),
        "none": SignedTokens(np.array([], np.uint32), np.empty((0, 1), np.uint8)),
        "two": SignedTokens(np.array([9], np.uint32), np.array([[4]], np.uint8)),
    }
    assert len(KnownTokens.load(file, "a@1")) == 0
    known_tokens.save(file, "a@1", held)
    loaded = KnownTokens.load(file, "a@1")
    for text, tokens in held.items():
        found = loaded.get(text)
        assert found is not None
        assert np.array_equal(found.pieces, tokens.pieces)
        assert np.array_equal(found.signs, tokens.signs)
    assert len(KnownTokens.load(file, "b@1")) == 0
    file.write_bytes(file.read_bytes()[:100])
    assert len(KnownTokens.load(file, "a@1")) == 0
