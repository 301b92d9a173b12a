"""The lexical index takes a word's British and American forms for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.store.filters import Filters
from footnote.store.lexical import TantivyIndex
from footnote.store.papers import Paper

PAPERS = (
    Paper(id="british", title="Behaviour of crowds", abstract="We analyse crowds.", date="2020"),
    Paper(id="american", title="Behavior of crowds", abstract="We analyze crowds.", date="2022"),
    Paper(id="other", title="Crowds", abstract="Crowds are large.", date="2022"),
)


@pytest.fixture
def index(tmp_path: Path) -> TantivyIndex:
    made = TantivyIndex(tmp_path / "lexical")
    made.add(PAPERS)
    return made


@pytest.mark.parametrize("question", ["behaviour", "behavior", "analyse behaviour"])
def test_both_forms_find_both_papers_alike(index: TantivyIndex, question: str) -> None:
    found = dict(index.search(question, 10))
    assert found.keys() == {"british", "american"}
    assert found["british"] == pytest.approx(found["american"])


def test_papers_that_have_all_words(index: TantivyIndex) -> None:
    assert {ident for ident, _ in index.having_all("crowds")} == {"british", "american", "other"}
    assert {ident for ident, _ in index.having_all("behavior of crowds")} == {"british", "american"}
    assert [ident for ident, _ in index.having_all("behavior", Filters(since="2021"))] == ["american"]
    assert index.having_all("crowds of elephants") == index.having_all("the of") == []


def test_frequencies_are_of_analysed_terms(index: TantivyIndex) -> None:
    assert index.frequencies(["crowd", "behavior", "nothing"]) == {"crowd": 3, "behavior": 1, "nothing": 0}
