"""Answers from the catalogue: on the shipped library, and on one with authors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.rag import Answer, Assistant, Settings
from footnote.rag.catalogue.answering import catalogue_answer
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Listing

PAPERS = (
    (
        "Gradient Surfing for Boats",
        "We present SURFER, which steers boats.",
        "2023-05",
        ("Ada Lovelace", "Alan Turing"),
    ),
    ("Boats and Their Colours", "The behaviour of boats by colour.", "2021", ("Grace Hopper",)),
    ("A Study of Harbours", "Harbours are studied.", None, ("Ada Lovelace",)),
)


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("boats"))
    listings = [
        Listing(
            source="boats.jsonl",
            line=n,
            title=title,
            abstract=abstract,
            date=date,
            authors=authors,
            venue="Nature Sailing" if n == 2 else None,
            retraction="Retracted" if n == 2 else None,
        )
        for n, (title, abstract, date, authors) in enumerate(PAPERS, 1)
    ]
    library.record(listings)
    with library.writing():
        library.index_waiting()
    yield library
    library.close()


def reply(library: Library, question: str, filters: Filters | None = None) -> str | None:
    answer = catalogue_answer(question, (), library, Settings(), filters)
    assert answer is None or answer.kind == "catalogue"
    return answer.reply if answer else None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many papers are in this library?", "The library has 3 papers.\nBy year: 1 from 2023, 1 from"),
        ("how many papers since 2022?", "The library has 1 paper from 2022 or later.\n1 of the library's 3 "),
        ("how many papers about boats?", "2 papers have the words “boats” in title or abstract."),
        ("list all papers about color", "1 paper has the words “color” in title or abstract, the best "),
        ("list all papers about submarines", "No paper has the words “submarines” in title or abstract."),
        ("who wrote Gradient Surfing for Boats?", "“Gradient Surfing for Boats” is by Ada Lovelace, Alan "),
        ("who are the authors of SURFER?", "“Gradient Surfing for Boats” is by Ada Lovelace, Alan "),
        ("papers by Lovelace", "2 papers by Lovelace:\n- Gradient Surfing for Boats, May "),
        ("papers by Ada LOVELACE and Turing", "1 paper by Ada LOVELACE and Turing:\n- Gradient Surfing"),
        ("papers by Lovelace about harbours", "1 paper by Lovelace with the words “harbours” in title "),
        ("What did Lovelace et al. report?", "2 papers by Lovelace:"),
        ("which papers did Grace Hopper publish?", "1 paper by Grace Hopper:"),
        ("Who authored Boats and Their Colours?", "“Boats and Their Colours” is by Grace Hopper."),
        ("Are there any papers by the Alan Turing?", "1 paper by Alan Turing:"),
        ("papers by Percy Liang", "No paper of the library names Percy Liang as an author."),
        ("which authors are in the library?", "The library records 3 authors. Those with "),
        ("when was Boats and Their Colours published?", "“Boats and Their Colours” is dated 2021."),
        ("when was A Study of Harbours published?", "The library gives no date for “A Study of Harbours”."),
        ("which years do the papers cover?", "The papers are dated 2021 to 2023."),
        ("where do the papers come from?", "The 3 papers were read from 1 file.\n- boats.jsonl: 3 papers"),
        ("which journals are the papers from?", "The library records 1 venue. Those with most papers:\n- N"),
        ("papers published in Nature", "1 paper from Nature:\n- [RETRACTED] Boats and Their Colours"),
        ("In which journal did Boats and Their Colours appear?", "“Boats and Their Colours” was published "),
    ],
)  # fmt: skip
def test_replies(boats: Library, question: str, expected: str) -> None:
    found = reply(boats, question)
    assert found is not None
    assert found.startswith(expected)


def test_filters_hold(boats: Library) -> None:
    since = Filters(since="2022")
    assert (reply(boats, "how many papers are in this library?", since) or "").startswith(
        "The library has 1 paper."
    )
    assert "Harbours" not in (reply(boats, "papers by Lovelace", since) or "")


@pytest.mark.parametrize(
    "question", ["when was Titanic published?", "who wrote The Brothers Karamazov?", "What do boats need?"]
)
def test_what_the_catalogue_does_not_know_is_asked_of_the_papers(boats: Library, question: str) -> None:
    assert catalogue_answer(question, (), boats, Settings(), None) is None


@pytest.fixture
def assistant(library_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    with Assistant() as opened:
        yield opened


def test_the_shipped_library_answers_from_its_catalogue(assistant: Assistant) -> None:
    count = assistant.ask("how many papers are in this library?")
    assert (count.kind, count.status, count.confidence, count.citations) == (
        "catalogue",
        "answered",
        None,
        (),
    )
    assert str(count).startswith("The library has 295 papers.")
    summary = str(assistant.ask("summarise this library"))
    assert "Their topics, by number of papers:\n- " in summary
    assert "The library records no authors of “The Unlocking Spell" in str(assistant.ask("who wrote URIAL?"))
    assert Answer.model_validate_json(count.model_dump_json()) == count
    assert json.loads(count.model_dump_json())["kind"] == "catalogue"


def test_courtesies_get_a_courtesy_also_in_a_conversation(assistant: Assistant) -> None:
    hello = assistant.ask("hello!")
    assert (hello.kind, hello.status) == ("chitchat", "answered")
    first = assistant.ask("What is URIAL?")
    thanks = assistant.ask("thanks!", history=[first])
    assert (thanks.kind, str(thanks)) == ("chitchat", "You're welcome.")
    # Of the paper just cited, not of this program.
    assert assistant.ask("how does it work?", history=[first]).kind == "papers"
    wrote = assistant.ask("who wrote it?", history=[first])
    assert wrote.kind == "catalogue"
    assert "no authors of “The Unlocking Spell" in str(wrote)


def test_a_model_is_not_asked_for_what_the_catalogue_knows(library_home: Path) -> None:
    settings = Settings(
        home=library_home,
        mode="llm",
        model="any",
        openai_base_url="http://127.0.0.1:9/v1",
        openai_api_key="k",
    )
    with Assistant(settings) as assistant:
        answer = assistant.ask("how many papers are in this library?")
    assert (answer.kind, answer.usage, answer.warnings) == ("catalogue", None, ())


def test_an_empty_library_is_described(tmp_path: Path) -> None:
    library = Library(tmp_path / "empty")
    assert reply(library, "how many papers are in this library?") == "The library has 0 papers."
    assert reply(library, "summarise this library") == "The library has 0 papers."
    library.close()
