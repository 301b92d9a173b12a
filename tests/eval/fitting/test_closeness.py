"""The fit of the gate's nearness: the weights that ship do what the fit says."""

from __future__ import annotations

import numpy as np

from footnote.eval.fitting.closeness import ADDED, added_rows, features, pair_rows, question_rows, report
from footnote.rag.verification.closeness import LEAST, LEAST_BY_WORDS, LEAST_WORDS, WEIGHTS, WEIGHTS_BY_WORDS
from footnote.store.embedder import MiniLM


def test_the_weights_that_ship_tell_near_from_far() -> None:
    rows = [*list(pair_rows())[::6], *list(question_rows())[::6]]
    added = [*added_rows([row for row in rows if row.near])]
    table = features([*rows, *added], MiniLM().states)
    near = np.array([row.near for row in (*rows, *added)])
    other = ~near & (np.arange(len(near)) < len(rows))
    more = ~near & ~other
    assert all(each.any() for each in (near, other, more))
    of_it = table["words"] >= LEAST_WORDS
    no_more = WEIGHTS["bias"] + sum(WEIGHTS[name] * table[name] for name in ADDED) >= LEAST
    by_words = WEIGHTS_BY_WORDS["bias"] + WEIGHTS_BY_WORDS["share"] * table["share"] >= LEAST_BY_WORDS
    for each, far, most in ((of_it, other, 0.3), (no_more, more, 0.7), (by_words, other, 0.4)):
        assert each[near].mean() > 0.9
        assert each[far].mean() < most


def test_what_is_added_is_of_another_paper() -> None:
    near = [row for row in question_rows() if row.near][:40]
    for row in added_rows(near):
        assert not row.near
        origin = next(
            one for one in near if one.group == row.group and row.claim.startswith(one.claim.rstrip("."))
        )
        assert len(row.claim) > len(origin.claim)
        assert row.evidence == origin.evidence


def test_the_fit_is_the_same_each_time_and_names_its_weights() -> None:
    rows = list(question_rows())[:60]
    assert rows == list(question_rows())[:60]
    table = np.random.default_rng(0).random((60, 2))
    near = (table.sum(axis=1) > 1).astype(float)
    told = report(("share", "cosine"), table, near, [row.group for row in rows])
    assert told == report(("share", "cosine"), table, near, [row.group for row in rows])
    assert told.startswith("share ")
    assert "area" in told
