"""Authors: parts of names, groups, and how they are cited."""

from __future__ import annotations

import pytest

from footnote.store.authors import displayed, parts, short_byline


@pytest.mark.parametrize(("author", "family", "given", "suffix", "shown"), [
    ("Köhler, Anna M.", "Köhler", "Anna M.", "", "Anna M. Köhler"),
    ("Anna M. Köhler", "Köhler", "Anna M.", "", "Anna M. Köhler"),
    ("Ludwig van Beethoven", "van Beethoven", "Ludwig", "", "Ludwig van Beethoven"),
    ("King, Jr., Martin Luther", "King", "Martin Luther", "Jr.", "Martin Luther King Jr."),
    ("Martin Luther King Jr.", "King", "Martin Luther", "Jr.", "Martin Luther King Jr."),
    ("{World Health Organization}", "World Health Organization", "", "", "World Health Organization"),
    ("Plato", "Plato", "", "", "Plato"),
])  # fmt: skip
def test_an_author_has_parts_where_the_source_or_the_name_tells_them(
    author: str, family: str, given: str, suffix: str, shown: str
) -> None:
    assert parts(author) == (family, given, suffix)
    assert displayed(author) == shown


@pytest.mark.parametrize(("authors", "count", "byline"), [
    ((), None, ""),
    (("Zhao, Li",), None, "Zhao"),
    (("Zhao, Li",), 5, "Zhao et al."),
    (("King, Jr., Martin", "Ann Day"), None, "King and Day"),
    (("Zhao, Li", "{OpenAI}"), None, "Zhao and OpenAI"),
    (("Zhao, Li", "Ann Day", "Bo Eck"), None, "Zhao et al."),
])  # fmt: skip
def test_a_work_is_cited_by_its_first_authors(
    authors: tuple[str, ...], count: int | None, byline: str
) -> None:
    assert short_byline(authors, count) == byline
