"""Which records are of one paper: identifiers and titles that agree, and what must not join papers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.identity import (
    Identity,
    doi_key,
    is_specific,
    same_paper,
    texts_agree,
    titles_agree,
)

ABSTRACT = (
    "We measured how sleep before an exam changes what students remember of a lecture on geology. Those who "
    "slept eight hours recalled a third more of the facts than those who stayed awake."
)
OTHER = (
    "Steel bridges rust where salt is spread in winter. We took samples at forty sites over nine years "
    "and fitted a model of corrosion that predicts when plates must be replaced."
)
PAPER = Identity(
    title="Sleep before an exam and memory for lectures",
    abstract=ABSTRACT,
    authors=("Köhler, Anna", "Li, Wei"),
    year=2019,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"doi": "10.1/x"},
            {"doi": "10.1/x", "title": PAPER.title + ": a trial"},
        ),
        (
            {"doi": "10.1/x"},
            {"doi": "10.1/x", "title": PAPER.title.upper() + ".", "abstract": OTHER},
        ),
        ({"arxiv": "2301.00001"}, {"arxiv": "2301.00001", "title": "Memory and sleep", "year": 2023}),
        ({"pmid": "7"}, {"pmid": "7", "abstract": "Sleep matters."}),
        ({}, {"year": 2020, "authors": ()}),
        ({"year": None}, {"abstract": "Sleep matters.", "authors": ("A. Kohler",)}),
        ({"authors": (), "year": None}, {"authors": (), "year": None}),
        ({}, {"title": "Sleep before an exam and memory for a lecture", "abstract": ABSTRACT[:200]}),
    ],
    ids=["doi and longer title", "doi and title", "arxiv", "pmid", "year", "author", "text", "near title"],
)
def test_records_of_one_paper(one: dict[str, object], other: dict[str, object]) -> None:
    a, b = replace(PAPER, **one), replace(PAPER, **other)  # type: ignore[arg-type]
    assert same_paper(a, b)
    assert same_paper(b, a)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"doi": "10.1/x"}, {"doi": "10.1/x", "title": "Corrosion of bridges", "abstract": OTHER}),
        ({"arxiv": "2301.00001"}, {"arxiv": "2301.00001", "title": "Corrosion", "abstract": OTHER}),
        ({"doi": "10.1/x"}, {"doi": "10.1/y"}),
        ({}, {"authors": ("Okafor, Ada",)}),
        ({}, {"abstract": OTHER}),
        ({}, {"year": 2012, "abstract": OTHER}),
        ({"authors": (), "year": None, "abstract": OTHER}, {}),
        ({"doi": "10.1/x"}, {"doi": "10.1/x", "title": "Erratum: " + PAPER.title, "abstract": OTHER}),
        ({"title": PAPER.title + ", part 1"}, {"title": PAPER.title + ", part 2"}),
        ({"title": "Editorial"}, {"title": "Editorial", "abstract": OTHER}),
        ({"title": "Editorial"}, {"title": "Editorial", "abstract": "😀"}),
    ],
    ids=[
        "doi of a supplement",
        "arxiv of another",
        "other doi",
        "other author",
        "other text",
        "other year",
        "title alone",
        "erratum",
        "parts",
        "generic title",
        "generic title and no words",
    ],
)
def test_records_of_two_papers(one: dict[str, object], other: dict[str, object]) -> None:
    a, b = replace(PAPER, **one), replace(PAPER, **other)  # type: ignore[arg-type]
    assert not same_paper(a, b)
    assert not same_paper(b, a)


def test_a_few_words_are_no_reading_of_an_abstract() -> None:
    for short in ("😀", "sleep", "We measured how sleep changes what students remember"):
        assert not texts_agree(PAPER, replace(PAPER, abstract=short))
    link = ABSTRACT + " Code: example.org/one"
    assert texts_agree(replace(PAPER, abstract=link), replace(PAPER, abstract=link.replace("one", "two")))
    assert texts_agree(PAPER, replace(PAPER, abstract=ABSTRACT[: len(ABSTRACT) // 2].upper()))


def of_words(count: int, start: int = 0) -> str:
    """As many different words, of which texts from other starts have a part."""
    return " ".join(f"w{n}" for n in range(start, start + count))


@pytest.mark.parametrize(
    ("words", "others", "shared", "agree"),
    [
        (100, 20, 16, True),  # four fifths of the shorter one
        (100, 20, 15, False),
        (100, 15, 12, True),
        (100, 14, 14, False),  # a few words of a long text
        (20, 14, 14, False),
        (10, 10, 9, True),  # nine tenths of the longer of two short ones
        (10, 10, 8, False),
        (11, 10, 9, False),
    ],
)
def test_texts_agree_by_the_share_of_their_words(words: int, others: int, shared: int, agree: bool) -> None:
    one = replace(PAPER, abstract=of_words(words))
    other = replace(PAPER, abstract=of_words(others, start=words - shared))
    assert texts_agree(one, other) is texts_agree(other, one) is agree


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"abstract": of_words(30, 21)}, True),  # three tenths in common, title, author and year
        ({"abstract": of_words(30, 22)}, False),
        ({"abstract": of_words(14, 30)}, True),  # too short to tell
        ({"abstract": of_words(15, 30)}, False),
        ({"abstract": of_words(30, 21), "authors": (), "year": None}, False),
        ({"abstract": of_words(30, 21), "authors": (), "year": 2018}, True),
        ({"abstract": of_words(30, 21), "authors": (), "year": 2021}, False),
        ({"year": 2021}, True),  # the same text
        ({"authors": ("Okafor, Ada",)}, False),
        ({"authors": ("Anna K.",)}, True),
        ({"pmid": "8"}, True),  # the other has none
        ({"title": "Sleep before an exam and memory for exams"}, True),  # four of five words
        ({"title": "Sleep before one exam and memory lapses"}, False),
        ({"title": "Sleep before an exam and memory for exams", "year": 2021}, False),
        ({"title": "Sleep before an exam and memory for exams", "authors": ()}, False),
        ({"title": "Sleep before an exam and memory for exams", "abstract": of_words(30, 21)}, False),
    ],
)
def test_records_of_one_title_are_one_paper_where_enough_agrees(
    change: dict[str, object], same: bool
) -> None:
    one = replace(PAPER, abstract=of_words(30))
    other = replace(one, **change)  # type: ignore[arg-type]
    assert same_paper(one, other) is same_paper(other, one) is same


@pytest.mark.parametrize(
    ("kind", "same"), [("doi", False), ("arxiv", False), ("pmid", False), ("openalex", True)]
)
def test_two_identifiers_of_a_kind_are_two_papers_unless_they_are_a_databases_own(
    kind: str, same: bool
) -> None:
    one, other = (replace(PAPER, **{kind: f"10.1000/{n}"}) for n in (1, 2))  # type: ignore[arg-type]
    assert same_paper(one, other) is same
    agreeing = replace(PAPER, **{kind: "10.1000/1"}, title="Zebra stripes", year=1999)  # type: ignore[arg-type]
    assert same_paper(one, agreeing)
    assert not same_paper(one, replace(agreeing, abstract=OTHER))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Zebra stripes confuse horseflies", "Zebra stripes confuse the horseflies", True),
        ("Zebra stripes confuse", "Zebra stripes confuse the", False),  # too short to be like another
        ("Zebra stripes confuse biting horseflies", "Zebra stripes confuse biting tsetse", True),
        ("Zebra stripes confuse biting flies", "Zebra stripes attract biting lions", False),
        ("Zebra stripes confuse horseflies II", "Zebra stripes confuse horseflies III", False),
        ("Zebra stripes confuse horseflies 1", "Zebra stripes confuse horseflies", False),
        ("Zebra stripes confuse horseflies", "Comment: Zebra stripes confuse horseflies", False),
        ("Cell-based assays of zinc", "Cellbased assays of zinc in yeast", True),
        ("Assays of zinc", "Assays of zinc in yeast", False),  # 13 letters
        ("Assaying zinc in yeasts", "Assaying zinc in yeasts with ions and light", True),  # 20 letters
        ("Assaying zinc in yeast", "Assaying zinc in yeast with ions and light", False),  # 19 letters
    ],
)
def test_titles_agree_by_their_words_or_their_beginning(one: str, other: str, agree: bool) -> None:
    a, b = replace(PAPER, title=one), replace(PAPER, title=other)
    assert titles_agree(a, b) is titles_agree(b, a) is agree


@pytest.mark.parametrize(
    ("title", "specific"),
    [
        ("Assaying zinc in yeasts", True),  # 4 words, 20 letters
        ("Assaying zinc in yeast", False),
        ("Assaying zinciferous yeasts", False),  # 3 words
        ("Editorial", False),
    ],
)
def test_a_title_is_specific_by_its_length(title: str, specific: bool) -> None:
    assert is_specific(replace(PAPER, title=title)) is specific


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("10.1000/AbC", "10.1000/abc"),
        ("https://doi.org/10.1000/abc.", "10.1000/abc"),
        ("doi:10.1000/abc", "10.1000/abc"),
        ("NA", None),
        ("", None),
        (None, None),
        ("10.x", None),
    ],
)
def test_a_doi_as_it_is_compared(given: str | None, key: str | None) -> None:
    assert doi_key(given) == key


texts = st.text(max_size=40)
records = st.builds(
    Identity,
    title=texts,
    abstract=texts,
    authors=st.lists(texts, max_size=2).map(tuple),
    year=st.none() | st.integers(2000, 2003),
    doi=st.sampled_from([None, "10.1/x", "10.1/y"]),
    arxiv=st.sampled_from([None, "2301.00001"]),
)


@given(records, records)
def test_it_does_not_matter_which_record_came_first(one: Identity, other: Identity) -> None:
    assert same_paper(one, other) == same_paper(other, one)
    assert titles_agree(one, other) == titles_agree(other, one)


@pytest.mark.parametrize("shared", [0.35, 0.5, 0.7])
def test_abstracts_that_share_some_of_their_words_are_not_one_text(shared: float) -> None:
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(120)]
    one, common = words[:60], int(60 * shared)
    other = words[60 - common : 120 - common]
    assert texts_agree(replace(PAPER, abstract=" ".join(one)), replace(PAPER, abstract=" ".join(one[:55])))
    assert not texts_agree(replace(PAPER, abstract=" ".join(one)), replace(PAPER, abstract=" ".join(other)))
