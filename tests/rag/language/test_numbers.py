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


DOLLARS = ["$5 million", "5 million dollars", "US$ 5 million", "USD 5 million", "5 million US dollars", "$5M"]
EUROS = ["€5 million", "5 million euros", "EUR 5 million", "5 million €"]
POUNDS = ["£5 million", "5 million pounds sterling", "5 million pounds", "GBP 5 million"]
YEN = ["¥5 million", "5 million yen", "JPY 5 million"]
DAY = [
    "12 mg/day",
    "12 mg daily",
    "12 mg a day",
    "12 mg per day",
    "12 mg once daily",
    "12 mg d−1",
    "a daily dose of 12 mg",
    "12 mg of iron every day",
]
WEEK = [
    "12 mg/week",
    "12 mg weekly",
    "12 mg a week",
    "12 mg per week",
    "12 mg once a week",
    "weekly doses of 12 mg",
]
YEAR = ["12 mg/yr", "12 mg yearly", "12 mg each year", "12 mg y-1", "12 mg per annum", "an annual 12 mg"]
BY_WEIGHT = ["12 mg/kg", "12 mg per kilogram", "12 mg kg−1", "12 mg/kg body weight"]
BY_VOLUME = ["12 mg/L", "12 mg per litre", "12 mg L−1"]
UNITS = [[DOLLARS, EUROS, POUNDS, YEN], [DAY, WEEK, YEAR]]


def same(one: str, other: str) -> bool:
    [claim] = quantities(plain_text(one))
    return any(agrees(claim, quantity) for quantity in quantities(plain_text(other)))


@given(st.sampled_from(UNITS), st.data())
def test_a_currency_and_a_period_agree_with_themselves_in_any_form_and_with_no_other(
    kinds: list[list[str]], data: st.DataObject
) -> None:
    mine, theirs = data.draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=2))
    one, other = data.draw(st.sampled_from(mine)), data.draw(st.sampled_from(theirs))
    assert same(one, other) is same(other, one) is (mine is theirs)


@given(st.sampled_from([*DOLLARS, *YEN]), st.sampled_from(["5 million", "about 5 million in all"]))
def test_an_amount_agrees_with_one_that_names_no_currency(amount: str, bare: str) -> None:
    assert same(amount, bare)
    assert same(bare, amount)


@given(
    st.sampled_from([*DAY, *WEEK, *YEAR, *BY_WEIGHT]),
    st.sampled_from(["12 mg", "12 mg/kg/day", "12 mg of it"]),
)
def test_a_rate_agrees_with_one_that_names_less_or_more(full: str, bare: str) -> None:
    if full in [*WEEK, *YEAR]:
        bare = bare.split("/")[0]
    assert same(full, bare)
    assert same(bare, full)


@pytest.mark.parametrize(("one", "other"), [
    ("12 cases a year", "1 case per month"), ("60 mL/min", "1 mL/s"), ("7 doses a week", "1 dose daily"),
    ("5 mg/dL", "50 mg/L"), ("$4 a day", "AU$28 weekly"),
])  # fmt: skip
def test_a_rate_may_be_given_in_another_unit(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize("text", [
    "12 mg for a day", "12 mg a day later", "12 mg within a year", "12 of a day's doses",
    "daily for 12 weeks", "daily use and 12 mg", "daily use rose to 12 mg", "weekly, in 12 patients",
])  # fmt: skip
def test_a_period_that_is_not_the_numbers_own_is_left_out(text: str) -> None:
    [found] = quantities(text)
    assert found.rate == ()
