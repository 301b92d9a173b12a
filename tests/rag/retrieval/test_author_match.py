"""Questions that name authors: which papers they are about, and what is left to ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from footnote.rag import Assistant, Settings
from footnote.rag.retrieval.author_match import author_names, author_scope
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Listing

PAPERS = (
    ("Sleep and memory in bees", "Bees that sleep remember routes. Waking bees forget them.", "2023",
     ("Hilgard, Nora", "Okafor, Emeka")),
    ("Sleep in wasps", "Wasps sleep little. They forget nothing.", "2021",
     ("Hilgard, Nora", "Li, Bo", "Ray, A.")),
    ("Boats of the north", "Boats were built of oak. Sails were made of wool.", "2020", ("Köhler, Anna",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("home") / "library")
    made.record(
        Listing(source="a", line=n, id=f"p{n}", title=title, abstract=abstract, date=date, authors=authors)
        for n, (title, abstract, date, authors) in enumerate(PAPERS)
    )
    with made.writing():
        made.index_waiting()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("question", "asked", "papers"),
    [
        ("what did Hilgard and Okafor (2023) report?",
         "What does “Sleep and memory in bees” report?", {"p0"}),
        ("What did Hilgard & Okafor find about routes?", "What did they find about routes?", {"p0"}),
        ("What did Hilgard et al. find about sleep?", "What did they find about sleep?", {"p0", "p1"}),
        ("What did Hilgard et al. (2021) say about wasps?", "What did they say about wasps?", {"p1"}),
        ("According to Koehler, what were boats built of?",
         "according to them, what were boats built of?", {"p2"}),
        ("Is there work by Anna Kohler on sails?", "Is there work by them on sails?", {"p2"}),
        ("How big was Hilgard et al.'s sample of wasps?", "How big was their sample of wasps?", {"p0", "p1"}),
    ],
)  # fmt: skip
def test_a_question_is_about_the_papers_of_those_it_names(
    library: Library, question: str, asked: str, papers: set[str]
) -> None:
    scope = author_scope(question, library, None)
    assert scope is not None
    assert (scope.question, set(scope.filters.only or ())) == (asked, papers)


@pytest.mark.parametrize(
    "question",
    [
        "What did Smith and Jones (2023) report?",  # not in the library
        "What did the bees report?",
        "How do bees sleep?",
        "Are boats steered by Sails?",
        "What changed between March and May 2023?",
        "How does Li compare with Adam?",
        "Did Hilgard and Köhler (2023) write together?",
    ],
)
def test_a_question_that_names_no_author_of_the_library_is_about_all_papers(
    library: Library, question: str
) -> None:
    assert author_scope(question, library, None) is None


def test_a_year_without_a_paper_is_reported_and_the_others_are_searched(library: Library) -> None:
    scope = author_scope("What did Hilgard (1999) find about sleep?", library, None)
    assert scope is not None
    assert set(scope.filters.only or ()) == {"p0", "p1"}
    assert scope.notice == "The library has no paper by Hilgard from 1999: their other papers were searched."


def test_authors_of_several_papers_of_whom_nothing_is_asked(library: Library) -> None:
    scope = author_scope("What did Hilgard et al. report?", library, None)
    assert scope is not None
    assert (scope.asks, scope.names) == (False, ("Hilgard",))


def test_the_readers_filters_hold(library: Library) -> None:
    scope = author_scope("What did Hilgard et al. find about sleep?", library, Filters(since="2022"))
    assert scope is not None
    assert (scope.filters.since, scope.filters.only) == ("2022", ("p0",))


def test_single_names() -> None:
    assert author_names("Hilgard, Okafor and van der Berg et al.") == ("Hilgard", "Okafor", "van der Berg")


def test_the_answer_comes_from_their_paper(library: Library) -> None:
    with Assistant(Settings(home=library.folder.parent)) as assistant:
        answer = assistant.ask("what did Hilgard and Okafor (2023) report?")
    assert {citation.paper.id for citation in answer.citations} == {"p0"}
    assert answer.status in ("answered", "closest")
    assert answer.filters is None
    assert [w.text for w in answer.warnings if w.kind == "authors"] == [
        "Searched only the 1 paper by Hilgard and Okafor from 2023."
    ]
