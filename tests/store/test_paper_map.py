"""The map: where papers lie, what stays when the library changes, and what its regions are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store import contents
from footnote.store.ingest import ingest, open_library
from footnote.store.map import making
from footnote.store.map.clusters import MOST_CLUSTERS, cluster
from footnote.store.map.embedding import Matrix, align, embed, place, principal
from footnote.store.map.kept_map import paper_vectors
from footnote.store.map.making import make
from footnote.store.map.names import names, terms
from footnote.store.map.paper_map import PaperMap, centred

DIMENSIONS = 16
TOPICS = ("bees dance near flowers", "stars collapse into holes", "glass melts under lasers")


def topical(count: int, *, seed: int = 1, spread: float = 0.25) -> tuple[Matrix, list[int]]:
    """Unit rows about one of three topics each, and which."""
    rng = np.random.default_rng(seed)
    middles = np.eye(DIMENSIONS)[:3]
    topic = rng.integers(3, size=count)
    rows = middles[topic] + spread * rng.standard_normal((count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), topic.tolist()


def ids(count: int, prefix: str = "p") -> list[str]:
    return [f"{prefix}{n}" for n in range(count)]


def texts_of(topics: Sequence[int], prefix: str = "p") -> making.Texts:
    known = {f"{prefix}{n}": (TOPICS[t].title(), f"We see that {TOPICS[t]}.") for n, t in enumerate(topics)}
    return lambda papers: [known[paper] for paper in papers]


def neighbours(far: Matrix, k: int) -> list[set[int]]:
    np.fill_diagonal(far, np.inf)
    return [set(row[:k].tolist()) for row in far.argsort(axis=1)]


def kept_neighbours(vectors: Matrix, points: Matrix, k: int = 10) -> float:
    """The share of each row's k nearest that are among its k nearest points."""
    here = neighbours(-(vectors @ vectors.T), k)
    there = neighbours(np.linalg.norm(points[:, None] - points[None], axis=2), k)
    return float(np.mean([len(a & b) / k for a, b in zip(here, there, strict=True)]))


def test_the_shipped_papers_keep_more_neighbours_than_on_their_principal_components(
    own_library_home: Path,
) -> None:
    library = open_library(own_library_home / "library")
    drawn = library.map
    assert drawn is not None
    papers, vectors = paper_vectors(library.catalog, drawn.papers, library.embedder.dimensions)
    assert papers == list(drawn.papers)
    units = centred(vectors, drawn.mean)
    assert kept_neighbours(units, drawn.points) > 2 * kept_neighbours(units, principal(units)) > 0.2


def test_every_paper_of_the_shipped_library_is_on_the_map_once_and_each_cluster_has_a_name(
    own_library_home: Path,
) -> None:
    library = open_library(own_library_home / "library")
    drawn = library.map
    assert drawn is not None
    assert sorted(drawn.papers) == sorted(paper.id for paper in library.catalog.papers())
    assert len(drawn.points) == len(drawn.labels) == len(drawn.papers) == drawn.made_of == drawn.indexed
    assert drawn.points.min() == 0
    assert drawn.points.max() == 1
    assert set(drawn.labels.tolist()) == set(range(len(drawn.names)))
    assert 6 <= len(drawn.names) <= MOST_CLUSTERS
    assert all(1 <= len(name) <= 3 for name in drawn.names)
    used = [term for name in drawn.names for term in name]
    assert len(used) == len(set(used)), "no term names two clusters"


@settings(max_examples=25)
@given(st.integers(0, 60), st.integers(0, 3))
def test_a_library_of_any_size_has_a_map_within_the_square(count: int, seed: int) -> None:
    vectors, topics = topical(count, seed=seed)
    drawn = make(ids(count), vectors, texts_of(topics))
    assert drawn.papers == tuple(ids(count))
    assert drawn.points.shape == (count, 2)
    assert np.isfinite(drawn.points).all()
    assert ((drawn.points >= 0) & (drawn.points <= 1)).all()
    assert drawn.labels.shape == (count,)
    assert set(drawn.labels.tolist()) <= set(range(len(drawn.names)))


def test_equal_papers_lie_apart() -> None:
    vectors = np.tile(topical(1)[0], (30, 1))
    drawn = make(ids(30), vectors, texts_of([0] * 30))
    assert len({tuple(point) for point in drawn.points.tolist()}) == 30


def test_topics_are_clusters_and_named_by_their_words() -> None:
    vectors, topics = topical(90)
    drawn = make(ids(90), vectors, texts_of(topics))
    for label, name in enumerate(drawn.names):
        theirs = {topics[row] for row in np.flatnonzero(drawn.labels == label)}
        assert len(theirs) == 1
        assert all(set(term.split()) <= set(TOPICS[theirs.pop()].split()) for term in name[:1])


def test_the_same_library_gives_the_same_map() -> None:
    vectors, topics = topical(80)
    one, other = (make(ids(80), vectors, texts_of(topics)) for _ in range(2))
    assert np.array_equal(one.points, other.points)
    assert np.array_equal(one.labels, other.labels)
    assert one.names == other.names


def test_a_few_papers_more_or_less_move_no_point_and_come_among_their_like() -> None:
    vectors, topics = topical(110)
    drawn = make(ids(100), vectors[:100], texts_of(topics))
    assert drawn.serves(110)
    assert drawn.serves(90)
    assert not drawn.serves(111)
    stay = ids(100)[5:]
    later = drawn.changed(stay, ids(110)[100:], vectors[100:])
    assert later.papers == (*stay, *ids(110)[100:])
    assert np.array_equal(later.points[:95], drawn.points[5:])
    middles = [drawn.points[[t == topic for t in topics[:100]]].mean(axis=0) for topic in range(3)]
    for point, topic in zip(later.points[95:], topics[100:], strict=True):
        assert np.argmin([np.linalg.norm(point - middle) for middle in middles]) == topic


def test_a_map_that_is_made_anew_resembles_the_former() -> None:
    vectors, topics = topical(130)
    former = make(ids(100), vectors[:100], texts_of(topics))
    drawn = make(ids(130), vectors, texts_of(topics), former)
    unlike = make(ids(130), vectors[:, ::-1].copy(), texts_of(topics))
    moved = np.linalg.norm(drawn.points[:100] - former.points, axis=1).mean()
    assert moved < 0.15 < np.linalg.norm(unlike.points[:100] - former.points, axis=1).mean()
    same = (drawn.labels[:100] == former.labels).mean()
    assert same > 0.5, "clusters keep their numbers, and so their colours"


def test_a_library_too_large_to_lay_out_whole_has_all_its_papers_placed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "LANDMARKS", 60)
    vectors, topics = topical(300)
    asked: list[int] = []

    def texts(papers: Sequence[str]) -> Sequence[tuple[str, str]]:
        asked.append(len(papers))
        return texts_of(topics)(papers)

    drawn = make(ids(300), vectors, texts)
    assert asked == [60]
    assert len(drawn.points) == 300
    middles = [drawn.points[[t == topic for t in topics]].mean(axis=0) for topic in range(3)]
    near = [np.argmin([np.linalg.norm(p - middle) for middle in middles]) for p in drawn.points]
    assert np.mean(np.array(near) == topics) > 0.95


@given(st.floats(0, 6.3), st.booleans(), st.integers(0, 5))
def test_a_picture_turned_or_mirrored_is_turned_back(angle: float, mirrored: bool, seed: int) -> None:
    before = np.random.default_rng(seed).random((20, 2)).astype(np.float32)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turn[0] *= -1
    turned = (before @ turn + [3, -2]).astype(np.float32)
    assert align(turned, before, turned) == pytest.approx(before, abs=1e-4)


def test_a_new_point_lies_among_the_landmarks() -> None:
    vectors, _ = topical(50)
    points = np.random.default_rng(0).random((40, 2)).astype(np.float32)
    placed = place(vectors[40:], vectors[:40], points)
    assert (placed >= points.min(axis=0)).all()
    assert (placed <= points.max(axis=0)).all()
    assert place(vectors[:1], vectors[:2], points[:2])[0] == pytest.approx(points[0], abs=0.2)


def test_points_stay_finite_for_vectors_of_any_kind() -> None:
    for rows in (np.zeros((20, 4)), np.eye(20), np.ones((20, 4)) / 2):
        assert np.isfinite(embed(rows.astype(np.float32))).all()


def test_clusters_are_numbered_from_the_largest() -> None:
    vectors, _ = topical(200)
    found = cluster(vectors)
    sizes = np.bincount(found.labels, minlength=len(found.centres))
    assert (np.diff(sizes) <= 0).all()


def test_terms_are_words_and_pairs_that_mean_something() -> None:
    found = [term.surface for term in terms("We propose Self-Rewarding models, and the DPO loss of 2024.")]
    assert found == ["Self-Rewarding", "models", "Self-Rewarding models", "DPO", "loss", "DPO loss"]
    assert terms("self-rewarding")[0].key == terms("self rewarded")[-1].key


def test_names_are_written_as_the_papers_write_them() -> None:
    bees = [("Bee Dances", "Bee dances and DPO."), ("Bee dances again", "More DPO for bee dances")] * 4
    stars = [("Stars", "Neutron stars collapse."), ("Neutron stars", "Of neutron stars")] * 4
    found = names([*bees, *stars], [0] * 8 + [1] * 8, 2)
    assert found[0][0] == "bee dances"
    assert "DPO" in found[0]
    assert found[1][0] == "neutron stars"
    assert names([("Of the", "and we")], [0], 1) == [()]


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=200)), max_size=12))
def test_no_text_breaks_naming(texts: list[tuple[str, str]]) -> None:
    labels = [n % 3 for n in range(len(texts))]
    for name in names(texts, labels, 3):
        assert all(term.strip() for term in name)


def test_a_map_is_kept_for_its_embedder_and_a_broken_file_is_none(tmp_path: Path) -> None:
    file = tmp_path / "map.npz"
    vectors, topics = topical(40)
    drawn = make(ids(40), vectors, texts_of(topics))
    assert PaperMap.load(file, "a@1") is None
    drawn.save(file, "a@1")
    kept = PaperMap.load(file, "a@1")
    assert kept is not None
    assert kept.papers == drawn.papers
    assert kept.names == drawn.names
    assert np.array_equal(kept.points, drawn.points)
    assert np.array_equal(kept.labels, drawn.labels)
    assert PaperMap.load(file, "b@1") is None
    file.write_bytes(file.read_bytes()[:200])
    assert PaperMap.load(file, "a@1") is None


def test_the_map_follows_the_library(own_library_home: Path, tmp_path: Path) -> None:
    library = open_library(own_library_home / "library")
    before = library.map
    assert before is not None
    assert not library.lacks_map()
    file = tmp_path / "more.jsonl"
    lines = [
        f'{{"id": "bee{n}", "title": "Bees {n}", "abstract": "Bees dance {n} times. Flowers see it."}}\n'
        for n in range(40)
    ]
    file.write_text("".join(lines[:3]))
    ingest(library, [file])
    after = library.map
    assert after is not None
    assert after.papers == (*before.papers, "bee0", "bee1", "bee2")
    assert np.array_equal(after.points[: len(before.points)], before.points)
    file.write_text("".join(lines))
    ingest(library, [file])
    anew = library.map
    assert anew is not None
    assert anew.made_of == before.made_of + 40 == library.catalog.count()
    library.remove(["bee7"])
    left = library.map
    assert left is not None
    assert left.papers == tuple(paper for paper in anew.papers if paper != "bee7")
    library.restore(["bee7"])
    back = library.map
    assert back is not None
    assert set(back.papers) == set(anew.papers)
    (own_library_home / "library" / "map.npz").unlink()
    library.close()
    again = open_library(own_library_home / "library")
    assert again.map is not None, "a library without a map gets one where it is opened"
    assert len(again.map.papers) == len(anew.papers)


def test_contents_are_sorted_searched_and_paged(own_library_home: Path, tmp_path: Path) -> None:
    library = open_library(own_library_home / "library")
    catalog = library.catalog
    file = tmp_path / "more.jsonl"
    file.write_text(
        '{"id": "a", "title": "aaa 100% of bees", "abstract": "One. Two.", "date": "--10-09"}\n'
        '{"id": "z", "title": "Zzz", "abstract": "Three. Four.", "date": "2031", "arxiv": "3101.00001"}\n'
    )
    ingest(library, [file])
    known = sorted((p for p in catalog.papers()), key=lambda p: p.title.lower())
    by_title = contents.rows(catalog, sort="title", descending=False, limit=1_000)
    assert [row.title.lower() for row in by_title] == [paper.title.lower() for paper in known]
    assert {row.id: row.pages for row in by_title} == {paper.id: paper.pages for paper in known}
    second = contents.rows(catalog, sort="title", descending=False, limit=10, offset=10)
    assert second == by_title[10:20]
    for descending in (True, False):
        by_date = contents.rows(catalog, sort="date", descending=descending, limit=1_000)
        undated = [row.date is None or row.date.startswith("--") for row in by_date]
        assert undated == sorted(undated), "papers without a year come last"
    assert contents.rows(catalog, sort="date", descending=True, limit=1)[0].id == "z"
    cited = {by_title[30].id: 2, by_title[20].id: 5, "unknown": 9}
    most = contents.rows(catalog, sort="cited", descending=True, limit=3, cited=cited)
    assert [(row.id, row.cited) for row in most[:2]] == [(by_title[20].id, 5), (by_title[30].id, 2)]
    assert most[2].cited == 0
    pages = [len(r.pages) for r in contents.rows(catalog, sort="pages", descending=True, limit=1_000)]
    assert pages == sorted(pages, reverse=True)
    assert contents.containing(catalog, "100% OF") == ["a"]
    assert contents.containing(catalog, "3101.00001") == ["z"]
    assert contents.containing(catalog, "%%%") == []
    only = contents.rows(catalog, sort="title", descending=True, limit=10, only=["a", "z", "unknown"])
    assert [row.id for row in only] == ["z", "a"]
    library.remove(["a"])
    assert contents.containing(catalog, "100% OF") == []
    assert contents.texts(catalog, ["a", "z"]) == {"z": ("Zzz", "Three. Four.")}
    assert contents.heads(catalog, ["a", "z"]) == {"z": ("Zzz", "2031")}
    assert "a" not in contents.indexed_ids(catalog)
