"""The fit of the gate's nearness: the weights that ship do what the fit says."""

from __future__ import annotations

import numpy as np

from eval.fit_gate import features, pair_rows, question_rows, report
from rag.gate.closeness import is_near
from store.embedder import MiniLM


def test_the_weights_that_ship_tell_near_from_far() -> None:
    rows = [*list(pair_rows())[::6], *list(question_rows())[::6]]
    table = features(rows, MiniLM().embed)
    near = np.array([row.near for row in rows])
    assert near.any()
    assert not near.all()
    passed = np.array([is_near(share, cosine) for share, cosine in table])
    by_words = np.array([is_near(share, None) for share, _ in table])
    for each in (passed, by_words):
        assert each[near].mean() > 0.9
        assert each[~near].mean() < 0.25


def test_the_fit_is_the_same_each_time_and_names_its_weights() -> None:
    rows = list(question_rows())[:60]
    assert rows == list(question_rows())[:60]
    table = np.random.default_rng(0).random((60, 2))
    near = (table.sum(axis=1) > 1).astype(float)
    told = report(("share", "cosine"), table, near, [row.group for row in rows])
    assert told == report(("share", "cosine"), table, near, [row.group for row in rows])
    assert told.startswith("share ")
    assert "area" in told
