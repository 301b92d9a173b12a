"""Rows: how each ranks what the search found, and how one is asked for."""

from __future__ import annotations

import pytest

from footnote.eval.errors import ConfigurationError
from footnote.eval.retrieval.configurations import built_in_configurations, configurations, read_configuration
from footnote.rag.retrieval.fusion import FusedScore
from footnote.rag.settings import Settings, SettingsError

FOUND = (
    FusedScore(paper="both", score=0.9, dense=0.5, lexical=7.0),
    FusedScore(paper="near", score=0.5, dense=0.8, lexical=None),
    FusedScore(paper="said", score=0.4, dense=None, lexical=9.0),
    FusedScore(paper="far", score=0.1, dense=0.1, lexical=None),
)


def test_each_built_in_row_ranks_in_its_own_way(settings: Settings) -> None:
    rankings = {
        row.name: [(s.paper, s.score) for s in row.order(FOUND)] for row in built_in_configurations(settings)
    }
    assert rankings == {
        "lexical": [("said", 9.0), ("both", 7.0)],
        "dense": [("near", 0.8), ("both", 0.5), ("far", 0.1)],
        "rrf": [("both", 2 / 62), ("near", 1 / 61), ("said", 1 / 61), ("far", 1 / 63)],
        "fused": [("both", 0.9), ("near", 0.5), ("said", 0.4), ("far", 0.1)],
    }


def test_a_row_differs_from_the_product_in_what_it_names(settings: Settings) -> None:
    row = read_configuration("deep: candidates = 300 , papers=2", settings)
    assert (row.name, row.settings["candidates"], row.settings["papers"]) == ("deep", 300, 2)
    unnamed = read_configuration("candidates=300", settings)
    assert (unnamed.name, unnamed.settings["papers"]) == ("candidates=300", settings.papers)
    ablated = read_configuration("no grams: leave_out=grams", settings)
    assert (ablated.leave_out, ablated.settings) == ("grams", built_in_configurations(settings)[-1].settings)
    own = Settings(home=settings.home, papers=5)
    assert read_configuration("candidates=300", own).settings["papers"] == 5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("deep: candidate=3", "did you mean candidates"),
        ("deep: port=3", "no setting that shapes retrieval; known: "),
        ("deep", "write 'name: setting=value"),
        ("deep:", "write 'name: setting=value"),
        (": candidates=300", "write 'name: setting=value"),
        ("deep: candidates=", "write 'name: setting=value"),
        ("deep: candidates=30,candidates=40", "twice"),
        (
            "less: leave_out=gram",
            "gram is no signal; known: lexical, dense, coverage, sentences, grams, tokens",
        ),
    ],
)
def test_a_row_that_cannot_be_made_is_refused_with_the_mend(
    settings: Settings, text: str, reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        read_configuration(text, settings)


def test_values_are_checked_as_settings_are(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_CANDIDATES"):
        read_configuration("deep: candidates=many", settings)


def test_names_of_rows_are_their_own_and_the_baseline_is_one_of_them(settings: Settings) -> None:
    assert [row.name for row in configurations(["a: papers=3"], settings, baseline="a")][-1] == "a"
    with pytest.raises(ConfigurationError, match="two rows are named 'rrf'"):
        configurations(["rrf: papers=3"], settings, baseline="fused")
    with pytest.raises(ConfigurationError, match="'best' is no row; known: lexical, dense, rrf, fused"):
        configurations([], settings, baseline="best")


def test_a_row_asks_a_model_only_where_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    monkeypatch.delenv("FOOTNOTE_EXPAND")
    own = Settings()
    assert own.resolved_expand == "abstract"
    assert {row.settings["expand"] for row in built_in_configurations(own)} == {"off"}
    assert read_configuration("hyde: expand=abstract", own).settings["expand"] == "abstract"
