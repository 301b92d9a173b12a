"""Fusion of two rankings."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import fuse, stretch

scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 50, allow_nan=False))


def test_a_paper_that_both_parts_favour_comes_first() -> None:
    ranked = fuse({"a": 0.9, "b": 0.8, "c": 0.1}, {"b": 12.0, "a": 3.0, "d": 2.0})
    assert [f.paper for f in ranked][:2] == ["b", "a"]
    assert ranked[0].dense == 0.8
    assert ranked[0].lexical == 12.0
    assert {f.paper: f.lexical for f in ranked}["c"] is None
    assert {f.paper: f.dense for f in ranked}["d"] is None


def test_parts_are_weighed() -> None:
    dense, lexical = {"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}
    assert fuse(dense, lexical, weight=0.6)[0].paper == "a"
    assert fuse(dense, lexical, weight=0.4)[0].paper == "b"


@given(scores, scores)
def test_scores_lie_between_0_and_1_and_fall(dense: dict[str, float], lexical: dict[str, float]) -> None:
    ranked = fuse(dense, lexical)
    assert {f.paper for f in ranked} == dense.keys() | lexical.keys()
    assert all(0 <= f.score <= 1 for f in ranked)
    assert all(a.score >= b.score for a, b in pairwise(ranked))


@given(scores, scores)
def test_the_order_does_not_depend_on_the_order_of_candidates(
    dense: dict[str, float], lexical: dict[str, float]
) -> None:
    turned = fuse(dict(reversed(dense.items())), dict(reversed(lexical.items())))
    assert turned == fuse(dense, lexical)


def test_equal_scores_all_count_1() -> None:
    assert stretch({"a": 3.0, "b": 3.0}) == {"a": 1.0, "b": 1.0}
    assert stretch({}) == {}
