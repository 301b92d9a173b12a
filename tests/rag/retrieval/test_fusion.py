"""Fusion of two rankings."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.retrieval.fusion import EQUAL, LEARNED, fuse, stretch

scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 50, allow_nan=False))


def test_a_paper_that_both_parts_favour_comes_first() -> None:
    ranked = fuse(
        {"dense": {"a": 0.9, "b": 0.8, "c": 0.1}, "lexical": {"b": 12.0, "a": 3.0, "d": 2.0}}, EQUAL
    )
    assert [f.paper for f in ranked][:2] == ["b", "a"]
    assert ranked[0].dense == 0.8
    assert ranked[0].lexical == 12.0
    assert {f.paper: f.lexical for f in ranked}["c"] is None
    assert {f.paper: f.dense for f in ranked}["d"] is None


def test_signals_are_weighed_and_those_without_a_weight_do_not_count() -> None:
    parts = {"dense": {"a": 1.0, "b": 0.0}, "lexical": {"a": 0.0, "b": 1.0}}
    assert fuse(parts, {"dense": 0.6, "lexical": 0.4})[0].paper == "a"
    assert fuse(parts, {"dense": 0.4, "lexical": 0.6})[0].paper == "b"
    assert [f.score for f in fuse(parts, {"lexical": 0.6})] == [1.0, 0.0]


def test_signals_count_by_their_place_between_worst_and_best() -> None:
    parts = {"tokens": {"a": 0.5, "b": 0.375, "c": 0.25}, "grams": {"a": 90.0, "b": 80.0}}
    assert {fused.paper: fused.signals for fused in fuse(parts, LEARNED)} == {
        "a": {"tokens": 1.0, "grams": 1.0},
        "b": {"tokens": 0.5, "grams": 0.0},
        "c": {"tokens": 0.0, "grams": 0.0},
    }


@given(scores, scores, scores)
def test_scores_lie_between_0_and_1_and_fall(
    tokens: dict[str, float], lexical: dict[str, float], sentences: dict[str, float]
) -> None:
    ranked = fuse({"tokens": tokens, "lexical": lexical, "sentences": sentences}, LEARNED)
    assert {f.paper for f in ranked} == tokens.keys() | lexical.keys() | sentences.keys()
    assert all(0 <= f.score <= 1 for f in ranked)
    assert all(a.score >= b.score for a, b in pairwise(ranked))


@given(scores, scores)
def test_the_order_does_not_depend_on_the_order_of_candidates(
    tokens: dict[str, float], lexical: dict[str, float]
) -> None:
    turned = fuse(
        {"lexical": dict(reversed(lexical.items())), "tokens": dict(reversed(tokens.items()))}, LEARNED
    )
    assert turned == fuse({"tokens": tokens, "lexical": lexical}, LEARNED)


def test_equal_scores_all_count_1() -> None:
    assert stretch({"a": 3.0, "b": 3.0}) == {"a": 1.0, "b": 1.0}
    assert stretch({}) == {}


def test_only_the_best_of_many_count() -> None:
    assert stretch({"a": 9.0, "b": 5.0, "c": 1.0, "d": 0.0}, among=3) == {
        "a": 1.0,
        "b": 0.5,
        "c": 0.0,
        "d": 0.0,
    }
    assert stretch({"a": 3.0, "b": 3.0, "c": 1.0}, among=2) == {"a": 1.0, "b": 1.0, "c": 0.0}
