"""British and American forms."""

from __future__ import annotations

import pytest

from footnote.store.spelling_variants import spelling_variants


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("personalised", "personalized"),
        ("analyse", "analyze"),
        ("behaviour", "behavior"),
        ("behavioural", "behavioral"),
        ("labelled", "labeled"),
        ("travelling", "traveling"),
        ("centre", "center"),
        ("fibres", "fibers"),
        ("catalogue", "catalog"),
        ("defence", "defense"),
        ("programmes", "programs"),
        ("judgement", "judgment"),
        ("ageing", "aging"),
        ("leukaemia", "leukemia"),
        ("foetal", "fetal"),
        ("neighbourhood", "neighborhood"),
    ],
)
def test_each_form_has_the_other(british: str, american: str) -> None:
    assert american in spelling_variants(british)
    assert british in spelling_variants(american)


@pytest.mark.parametrize(("word", "other"), [("filled", "filed"), ("four", "for")])
def test_other_words_are_no_forms(word: str, other: str) -> None:
    assert other not in spelling_variants(word)
    assert word not in spelling_variants(other)
