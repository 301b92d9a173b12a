"""How authors and venues are found: spelling, accents and the order of names don't count."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.filters import Filters
from footnote.store.lexical import TantivyIndex
from footnote.store.name_terms import author_terms, folded, wanted_terms
from footnote.store.papers import Paper


def means(name: str, author: str) -> bool:
    return bool(wanted_terms(name) & author_terms(author))


@pytest.mark.parametrize(
    "name",
    [
        "Köhler",
        "KOHLER",
        "koehler",
        "Anna Köhler",
        "A. Kohler",
        "Köhler, Anna",
        "Köhler, A. M.",
        "Kohler Anna",
    ],
)
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    assert means(name, "Köhler, Anna M.")
    assert means(name, "Anna M. Köhler")


@pytest.mark.parametrize(
    ("name", "author", "meant"),
    [
        ("Köhler", "Koehler, A.", True),
        ("Köhler", "Kohler, A.", True),
        ("Bert Köhler", "Köhler, Anna", False),
        ("B. Köhler", "Köhler, Anna", False),
        ("Anna Köhler", "Köhler, A.", True),  # the source has no more than the initial
        ("Anna Köhler", "Köhler AM", True),
        ("Anton Köhler", "Köhler, Anna", False),
        ("Yu", "Yue, Xiang", False),
        ("García", "García Márquez, Gabriel", True),
        ("Marquez", "García-Márquez, Gabriel", True),
        ("Beethoven", "Ludwig van Beethoven", True),
        ("van Beethoven", "van Beethoven, Ludwig", True),
        ("van", "van Beethoven, Ludwig", False),
        ("Jr.", "Smith, Jr., John", False),
        ("Smith", "Smith, Jr., John", True),
        ("O'Brien", "O’Brien, J.-P.", True),
        ("Zhao Wei", "Zhao, Wei", True),
        ("Wei Zhao", "Zhao, Wei", True),
        ("World Health Organization", "{World Health Organization}", True),
        ("Health", "{World Health Organization}", False),
        ("张伟", "张伟", True),
        ("Sørensen", "Sorensen, K.", True),
        ("Łukasz", "Lukasz, A.", True),
    ],
)
def test_a_name_means_these_authors_alone(name: str, author: str, meant: bool) -> None:
    assert means(name, author) is meant


@given(st.text(max_size=30))
def test_any_author_is_found_by_what_stands_there(author: str) -> None:
    assert not folded(author) or means(author, author)


def test_a_search_keeps_to_authors_and_venues(tmp_path: Path) -> None:
    def paper(ident: str, **known: object) -> Paper:
        return Paper(id=ident, title=ident, abstract=f"{ident} dance.", **known)  # type: ignore[arg-type]

    index = TantivyIndex(tmp_path)
    index.add(
        [
            paper("bees", authors=("Köhler, Anna",), venue="Nature Medicine"),
            paper("ants", authors=("Li, Bo", "Koehler, C."), venue="Natur & Köln"),
            paper("none"),
        ]
    )  # fmt: skip

    def passing(**filters: object) -> set[str]:
        return set(index.passing(Filters(**filters)))  # type: ignore[arg-type]

    assert passing(authors=("köhler",)) == {"bees", "ants"}
    assert passing(authors=("Anna Köhler", "Li")) == {"bees", "ants"}
    assert passing(authors=("Köhler",), exclude=("ants",)) == {"bees"}
    assert passing(venues=("nature",)) == {"bees"}
    assert passing(venues=("NATURE medicine",)) == {"bees"}
    assert passing(venues=("medicine nature",)) == set()
    assert passing(venues=("Koeln", "medicine")) == {"bees", "ants"}
    assert [ident for ident, _ in index.search("dance", 5, Filters(authors=("Li",)))] == ["ants"]
    index.add([paper("none", authors=("Li, Bo",))])
    assert passing(authors=("Li",)) == {"ants", "none"}
