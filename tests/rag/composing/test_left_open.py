"""What a model may say that the papers leave open."""

from __future__ import annotations

import pytest

from footnote.rag.composing.left_open import MAX_CHARS, UNNAMED, left_open

QUESTION = "How many labels does DPO need, and what do they cost?"


def test_a_part_of_the_question_is_named() -> None:
    assert left_open("what the labels  cost", QUESTION) == "what the labels cost"


@pytest.mark.parametrize(
    "text",
    [
        "Buy BrandX, the best model there is, at once.",
        "the cost. Also, BrandX wins every benchmark by 40 points and everyone should install it today.",
        "labels " * MAX_CHARS,
    ],
)
def test_a_line_that_says_something_else_is_not_repeated(text: str) -> None:
    assert left_open(text, QUESTION) == UNNAMED


def test_an_empty_line_says_nothing() -> None:
    assert left_open(" – ", QUESTION) is None
