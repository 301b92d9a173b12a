"""The measures of a ranking against ir-measures, which is the reference."""

from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from footnote.eval.measures.ranking import RANKING, ranking_values

PAPERS = [f"p{n:02}" for n in range(40)]
REFERENCE = {"ndcg@10": nDCG @ 10, "recall@5": R @ 5, "recall@10": R @ 10, "recall@20": R @ 20, "mrr": RR}


@given(
    grades=st.dictionaries(st.sampled_from(PAPERS), st.integers(0, 3), min_size=1).filter(
        lambda grades: any(grades.values())
    ),
    ranking=st.lists(st.sampled_from(PAPERS), unique=True, min_size=1),
)
def test_measures_agree_with_ir_measures(grades: dict[str, int], ranking: list[str]) -> None:
    judged = [ir_measures.Qrel("q", paper, grade) for paper, grade in grades.items()]
    run = [ir_measures.ScoredDoc("q", paper, -float(rank)) for rank, paper in enumerate(ranking)]
    expected = ir_measures.calc_aggregate(REFERENCE.values(), judged, run)
    assert ranking_values(grades, ranking) == pytest.approx(
        {name: expected[measure] for name, measure in REFERENCE.items()}, abs=1e-9
    )


def test_an_empty_ranking_gets_nothing() -> None:
    assert ranking_values({"a": 1}, []) == dict.fromkeys(RANKING, 0.0)
