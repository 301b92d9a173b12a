"""Numbers with their units, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.language.numbers import agrees, quantities
from footnote.store.display import plain_text


def found_in(text: str) -> list[tuple[float, str]]:
    return [(quantity.value, quantity.unit) for quantity in quantities(plain_text(text))]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("a gain of 15.49\\% here", 15.49, "%"),
        ("15.49 percent", 15.49, "%"),
        ("5 percentage points", 5, "pp"),
        ("4.2 points", 4.2, "points"),
        ("300K instances", 300_000, "noun"),
        ("300,000 instances", 300_000, "noun"),
        ("twenty-five thousand papers", 25_000, "noun"),
        ("a hundred papers", 100, "noun"),
        ("10$\\times$ faster", 10, "times"),
        ("10x faster", 10, "times"),
        ("tenfold", 10, "times"),
        ("doubles the accuracy", 2, "times"),
        ("two orders of magnitude", 100, "times"),
        ("a third of the data", 1 / 3, "share"),
        ("one in five users", 0.2, "share"),
        ("it halved the cost", 0.5, "share"),
        ("$10^6$ tokens", 1e6, "noun"),
        ("48 ms", 0.048, "s"),
        ("two hours", 7_200, "s"),
        ("11 GB", 11e9, "byte"),
        ("a 7B model", 7e9, ""),
        ("28times the speed", 28, "times"),
        ("1 x 10^999", float("inf"), ""),
    ],
)
def test_values_and_units(text: str, value: float, unit: str) -> None:
    assert found_in(text) == [(pytest.approx(value), unit)]


def test_a_range_is_one_quantity_with_the_unit_of_its_end() -> None:
    for text, low, high, unit in (
        ("3-5 points", 3, 5, "points"),
        ("3 to 5 points", 3, 5, "points"),
        ("8%–12%", 8, 12, "%"),
        ("between 8 and 12 percent", 8, 12, "%"),
        ("from 48 to 11 ms", 0.048, 0.011, "s"),
        ("2 to 3 million users", 2e6, 3e6, "noun"),
    ):
        (found,) = quantities(text)
        assert (found.value, found.end, found.unit) == (pytest.approx(low), pytest.approx(high), unit)
    assert [q.end for q in quantities("8 and 12 models")] == [None, None]


def test_digits_in_names_are_no_numbers() -> None:
    assert found_in("GPT-4 and Llama3 score 12.5 on T5 and MT-Bench, o1 and 4o too") == [(12.5, "")]
    assert found_in("double-blind, first, 2nd, one of them") == []


@pytest.mark.parametrize(
    ("claim", "said", "same"),
    [
        ("15.49%", "15.49 %", True),
        ("15.49%", "15.49", True),
        ("15%", "15.49%", False),
        ("about 15%", "15.49%", True),
        ("nearly 16%", "15.49%", True),
        ("about 20%", "15.49%", False),
        ("over 90%", "94.1%", True),
        ("over 95%", "94.1%", False),
        ("under 10%", "9%", True),
        ("5%", "5x", False),
        ("5%", "5 points", False),
        ("5%", "5 models", False),
        ("5 points", "5 percentage points", True),
        ("twice", "2x", True),
        ("twice", "a 100% increase", True),
        ("a third", "33%", True),
        ("half", "50%", True),
        ("half", "twice", True),
        ("a quarter", "33%", False),
        ("60 minutes", "one hour", False),
        ("60 minutes", "1 hour", True),
        ("48 s", "48 ms", False),
        ("12 °C", "-12 °C", False),
        ("+4.2", "-4.2", False),
        ("4.2", "-4.2", True),
        ("1,200 hours", "1200 flight hours", True),
    ],
)
def test_what_agrees(claim: str, said: str, same: bool) -> None:
    [one] = quantities(claim)
    assert any(agrees(one, other) for other in quantities(said)) is same


def test_another_languages_digits_are_read_both_ways_only_there() -> None:
    (german,) = quantities("1.234 Arbeiten", foreign=True)
    (english,) = quantities("1234 papers")
    assert agrees(german, english)
    (plain,) = quantities("1.234 papers")
    assert not agrees(plain, english)


@given(st.integers(0, 10**9))
def test_grouping_does_not_change_a_number(number: int) -> None:
    assert found_in(f"{number} papers")[0][0] == found_in(f"{number:,} papers")[0][0] == number


@given(st.text("0123456789.,-+%x^{}eEKM ×°one half third in", max_size=80))
def test_any_text_can_be_read_and_agrees_with_itself(text: str) -> None:
    for quantity in quantities(text):
        assert agrees(quantity, quantity)


def test_an_article_before_a_counting_adjective_adds_nothing() -> None:
    assert quantities("It is a one-step method.") == []
    assert [q.value for q in quantities("It is a three-step method.")] == [3.0]
    assert [q.value for q in quantities("It took a hundred steps.")] == [100.0]
