"""Filters inside the indexes: what is found is the full ranking with the rest left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.rag.assistant import Assistant
from footnote.store import nearest
from footnote.store.filters import Filters
from footnote.store.lexical import TantivyIndex
from footnote.store.library import Library
from footnote.store.papers import Paper
from tests.store.filter_oracle import filters_for, passes

QUESTIONS = [
    "How does URIAL align a base model?",
    "reward models for human preferences",
    "attention in vision",
    "position bias of judges",
]
HOSTILE = [
    "'", '"', "\\", "\0", "", " ", "%", "*", "a' OR '1'='1", 'page:"a" OR *', "[a TO z]", "/.*/", "a\nb",
    "‮b", "💥" * 100, "'; DROP TABLE papers; --", "x" * 200,
]  # fmt: skip


@pytest.fixture(scope="module")
def library(assistant: Assistant) -> Library:
    """The library that ships."""
    return assistant.library


@pytest.fixture(scope="module")
def papers(library: Library) -> list[Paper]:
    """All its papers."""
    return list(library.catalog.papers())


@given(data=st.data(), question=st.sampled_from(QUESTIONS), k=st.integers(1, 300))
@settings(max_examples=60)
def test_a_search_is_the_full_ranking_of_those_that_pass(
    library: Library, papers: list[Paper], data: st.DataObject, question: str, k: int
) -> None:
    filters = data.draw(filters_for(papers))
    kept = {paper.id for paper in papers if passes(paper, filters)}
    whole = library.lexical.search(question, len(papers))
    expected = [(paper, score) for paper, score in whole if paper in kept][:k]
    found = library.lexical.search(question, k, filters)
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-5)
    by_score = dict(whole)
    for paper, score in found:  # papers of one score may stand in any order
        assert paper in kept
        assert by_score[paper] == pytest.approx(score, rel=1e-5)
    assert len({paper for paper, _ in found}) == len(found)


@given(data=st.data())
@settings(max_examples=60)
def test_the_index_counts_and_names_those_that_pass(
    library: Library, papers: list[Paper], data: st.DataObject
) -> None:
    filters = data.draw(filters_for(papers))
    some = set(data.draw(st.lists(st.sampled_from([p.id for p in papers]), max_size=50)))
    kept = {paper.id for paper in papers if passes(paper, filters)}
    assert library.lexical.count(filters) == len(kept)
    assert library.lexical.among(some, filters) == some & kept
    if filters:
        assert sorted(library.lexical.passing(filters)) == sorted(kept)


def test_without_filters_all_count(library: Library, papers: list[Paper]) -> None:
    assert library.lexical.count() == library.lexical.count(Filters()) == len(papers)
    some = {paper.id for paper in papers[:7]}
    assert library.lexical.among({*some, "nobody"}, Filters()) == some
    assert library.lexical.among(set(), Filters()) == set()


def test_without_filters_all_pass(library: Library, papers: list[Paper]) -> None:
    assert len(library.lexical.passing(Filters())) == len(papers)


@pytest.mark.parametrize("few", [0, 10, 1_000_000])
@given(data=st.data(), question=st.sampled_from(QUESTIONS), k=st.integers(1, 250))
@settings(max_examples=40)
def test_the_nearest_are_the_full_ranking_of_those_that_pass(
    library: Library, papers: list[Paper], few: int, data: st.DataObject, question: str, k: int
) -> None:
    # Whether Chroma sorts out or is asked for more depends on how many pass: both ways must agree.
    filters = data.draw(filters_for(papers))
    kept = {paper.id for paper in papers if passes(paper, filters)}
    vector = library.embedder.embed_question(question)
    whole = library.nearest(vector, library.dense.count())
    assert len(whole) == library.dense.count()
    expected = [hit for hit in whole if hit[0] in kept][:k]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "_FEW", few)
        found = library.nearest(vector, k, filters)
    cosines = [cosine for _, _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
    assert np.allclose(cosines, [cosine for _, _, cosine in expected], atol=1e-5)
    near = {(paper, number): cosine for paper, number, cosine in whole}
    for paper, number, cosine in found:
        assert paper in kept
        assert near[paper, number] == pytest.approx(cosine, abs=1e-5)
    assert len({hit[:2] for hit in found}) == len(found)


@pytest.mark.parametrize("few", [0, 1_000_000])
@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_never_more_than_names(
    library: Library, papers: list[Paper], monkeypatch: pytest.MonkeyPatch, name: str, few: int
) -> None:
    monkeypatch.setattr(nearest, "_FEW", few)
    vector = library.embedder.embed_question(QUESTIONS[0])
    for nothing in (Filters(pages=(name,)), Filters(only=(name,))):
        assert library.lexical.count(nothing) == 0
        assert library.lexical.search(QUESTIONS[0], 10, nothing) == []
        assert library.nearest(vector, 10, nothing) == []
    everything = Filters(exclude=(name,))
    assert library.lexical.count(everything) == len(papers)
    assert library.lexical.search(QUESTIONS[0], 10, everything) == library.lexical.search(QUESTIONS[0], 10)


def test_names_of_any_characters_are_found_by_them(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    names = [name for name in HOSTILE if name]
    index.add(
        Paper(id=name, title=f"Bees {n}", abstract="Bees dance.", pages=(f"page {name}",))
        for n, name in enumerate(names)
    )
    for name in names:
        assert index.passing(Filters(only=(name,))) == [name]
        assert index.passing(Filters(pages=(f"page {name}",))) == [name]
        assert set(index.passing(Filters(exclude=(name,)))) == set(names) - {name}
        assert {paper for paper, _ in index.search("bees", 50, Filters(exclude=(name,)))} == set(names) - {
            name
        }


def test_a_new_date_or_page_is_what_counts(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    paper = Paper(id="p", title="Bees", abstract="Bees dance.", date="--05-01", pages=("a",))
    index.add([paper])
    assert index.count(Filters(since="2000")) == 0
    index.add([paper.model_copy(update={"date": "2024-05-01", "pages": ("a", "b")})])
    assert index.count(Filters(since="2000", pages=("b",))) == index.count() == 1


def test_terms_keep_the_questions_order_so_that_ties_are_broken_in_the_same_way(library: Library) -> None:
    terms = [f"zz{n}" for n in range(40)]
    assert list(library.lexical.idf([*terms, *terms])) == terms
