"""What makes two listings one paper, and the dates and ids of papers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from footnote.store.papers import Listing, Paper, paper_id, title_key


def listing(title: str = "On Sheep", abstract: str = "We count sheep.", **fields: object) -> Listing:
    return Listing.model_validate(
        {"source": "page.txt", "line": 1, "title": title, "abstract": abstract, **fields}
    )


# title_key


@pytest.mark.parametrize(("one", "other"), [
    ("On Sheep", "  ON   sheep. "),
    ("$i$REPO: $i$mplicit Reward", "iREPO: Implicit Reward"),
    ("Alt-MoE:A Scalable Framework", "Alt-MoE: A Scalable Framework"),
    (r"B\'ezier Curves", "Bézier curves"),
    ("Bézier", "Be\u0301zier"),
    (r"LiPO-{\lambda}", "LiPO-λ"),
    ("ﬁne tuning", "fine-tuning"),
    ("Straße", "STRASSE"),
])  # fmt: skip
def test_spacing_case_accents_and_latex_do_not_part_titles(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


def test_other_words_or_numbers_part_titles() -> None:
    assert len({title_key(title) for title in ["RewardBench", "RewardBench 2", "Reward", "报告", "报"]}) == 5


def test_a_title_of_signs_alone_is_its_own_key() -> None:
    assert title_key(" ?! ") == "?!"
    assert title_key("?!") != title_key("!?")


@given(st.text().filter(str.strip))
def test_every_title_has_a_key_that_ignores_case_of_ascii(title: str) -> None:
    assert title_key(title)
    assert title_key(title) == title_key(f" {title}\n")


# paper_id


def test_an_id_depends_on_the_title_alone_and_is_stable() -> None:
    assert paper_id(listing()) == paper_id(listing("ON SHEEP!", "Another reading.", date="2024"))
    assert paper_id(listing()) == "pe161639bb156"


def test_an_id_that_the_file_gives_is_kept() -> None:
    assert paper_id(listing(id="W 1/é")) == "W 1/é"
    assert paper_id(listing(id="W1"), doubled=True) == "W1"


def test_a_second_paper_under_a_title_gets_an_id_of_its_own() -> None:
    one, other = listing(), listing(abstract="We shear sheep.")
    assert len({paper_id(one), paper_id(one, doubled=True), paper_id(other, doubled=True)}) == 3


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50))
def test_any_title_gives_an_id(title: str) -> None:
    assert len(paper_id(listing(title))) == 13


# Dates


@pytest.mark.parametrize("date", ["2024", "2024-10", "2024-10-09", "--10-09"])
def test_a_date_has_as_much_as_is_known(date: str) -> None:
    assert listing(date=date).date == date


@pytest.mark.parametrize(
    "date", ["", "24", "2024-1", "--10", "10-09", "2024-10-09T00", "Oct 9, 2024", "-2024"]
)
def test_another_form_of_date_is_refused(date: str) -> None:
    with pytest.raises(ValidationError, match="YYYY-MM-DD"):
        listing(date=date)


@pytest.mark.parametrize(
    ("date", "year"), [("2024-10-09", 2024), ("1999", 1999), ("--10-09", None), (None, None)]
)
def test_the_year_is_known_only_where_the_date_has_one(date: str | None, year: int | None) -> None:
    assert Paper(id="p", title="A", abstract="We a.", date=date).year == year


def test_the_title_shown_is_without_latex_and_the_title_kept_is_as_read() -> None:
    paper = Paper(id="p", title="$i$REPO", abstract="We a.")
    assert (paper.display_title, paper.title) == ("iREPO", "$i$REPO")
