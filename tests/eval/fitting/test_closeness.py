"""The fit of the gate's nearness: the weights that ship do what the fit says."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from footnote.eval.fitting.closeness import (
    ADDED,
    added_examples,
    features,
    fit_closeness,
    fit_score,
    pair_examples,
    question_examples,
)
from footnote.eval.fitting.written import closeness_blocks
from footnote.rag.verification.closeness import BY_MEANING, BY_WORDS
from footnote.store.embedders.minilm import MiniLM


def test_the_weights_that_ship_tell_near_from_far_and_a_fit_finds_their_like() -> None:
    rows = [*list(pair_examples())[::6], *list(question_examples())[::6]]
    added = [*added_examples([row for row in rows if row.near])]
    states = lru_cache(MiniLM().states)
    table = features([*rows, *added], states)
    near = np.array([row.near for row in (*rows, *added)])
    other = ~near & (np.arange(len(near)) < len(rows))
    more = ~near & ~other
    assert all(each.any() for each in (near, other, more))
    of_it = table["words"] >= BY_MEANING.thresholds["words"]
    odds = BY_MEANING.bias + sum(BY_MEANING.weights[name] * table[name] for name in ADDED)
    no_more = odds >= BY_MEANING.thresholds["log_odds"]
    by_words = BY_WORDS.bias + BY_WORDS.weights["share"] * table["share"] >= BY_WORDS.thresholds["log_odds"]
    for each, far, most in ((of_it, other, 0.3), (no_more, more, 0.7), (by_words, other, 0.4)):
        assert each[near].mean() > 0.9
        assert each[far].mean() < most
    blocks = closeness_blocks(fit_closeness(rows, states), "a command", MiniLM())
    for name, shipped in (("closeness", BY_MEANING), ("closeness_by_words", BY_WORDS)):
        found = blocks[name]
        assert found.embedder == shipped.embedder
        assert {n: value > 0 for n, value in found.weights.items()} == {
            n: value > 0 for n, value in shipped.weights.items()
        }
        assert found.thresholds.keys() == shipped.thresholds.keys()


def test_what_is_added_is_of_another_paper() -> None:
    near = [row for row in question_examples() if row.near][:40]
    for row in added_examples(near):
        assert not row.near
        origin = next(
            one for one in near if one.group == row.group and row.claim.startswith(one.claim.rstrip("."))
        )
        assert len(row.claim) > len(origin.claim)
        assert row.evidence == origin.evidence


def test_the_fit_is_the_same_each_time_and_names_its_weights() -> None:
    rows = list(question_examples())[:60]
    assert rows == list(question_examples())[:60]
    table = np.random.default_rng(0).random((60, 2))
    near = (table.sum(axis=1) > 1).astype(float)
    groups = [row.group for row in rows]
    fit = fit_score(("share", "cosine"), table, near, groups)
    assert fit == fit_score(("share", "cosine"), table, near, groups)
    assert list(fit.weights) == ["share", "cosine"]
    assert fit.area > 0.9
