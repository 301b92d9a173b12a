"""Spelling and language of a question, as it is searched in the shipped library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.eval.questions import SHIPPED, read_questions
from footnote.rag import Assistant
from footnote.rag.retrieval.question_reading import read_question
from footnote.rag.retrieval.spelling import check_spelling
from footnote.store.library import Library


@pytest.fixture(scope="module")
def library(library_home: Path) -> Iterator[Library]:
    opened = Library(library_home / "library")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        (
            "how does consitutional ai reduce harmfullness withot human labls",
            "how does constitutional ai reduce harmfulness without human labels",
        ),
        ("Prefernce optimization", "Preference optimization"),
        ("rewrad hakcing", "reward hacking"),
        ("sychophancy", "sycophancy"),
        ("personalised alignment", "personalized alignment"),
    ],
)
def test_words_are_read_as_the_library_writes_them(library: Library, written: str, searched: str) -> None:
    assert check_spelling(written, library).question == searched


@pytest.mark.parametrize(
    "question",
    [
        "What is SimPO?",  # names that the library lacks
        "does Uriall work",
        "orpo and grpo2",
        "https://example.org/allignment",
        "histones and interferon in recurrent grokking",  # English that it lacks
        "Wie funktioniert das?",
        "",
    ],
)
def test_names_and_other_words_stay(library: Library, question: str) -> None:
    assert check_spelling(question, library).question == question


def test_the_questions_that_ship_hold_no_slip(library: Library) -> None:
    checked = [check_spelling(q.question, library) for q in read_questions(SHIPPED).questions]
    assert not [word for one in checked for word in one.corrected]


def test_a_corrected_question_is_shown(library: Library) -> None:
    read = read_question("what is rewrad hacking", library, model=False)
    assert read.question == "what is reward hacking"
    assert [(w.kind, w.text) for w in read.warnings] == [("spelling", "Searched as: what is reward hacking")]
    assert not read_question("personalised alignment", library, model=False).warnings


def test_of_a_foreign_question_names_are_read(library: Library) -> None:
    read = read_question("Wie funktioniert URIAL?", library, model=False)
    assert (read.question, read.foreign) == ("URIAL", True)
    assert re.search("German.*“URIAL”", read.warnings[0].text)
    nothing = read_question("Comment réduire le biais de position ?", library, model=False)
    assert (nothing.question, nothing.foreign) == ("Comment réduire le biais de position ?", True)
    assert [warning.kind for warning in nothing.warnings] == ["language"]


def test_a_model_reads_other_languages(library: Library) -> None:
    read = read_question("Wie funktioniert URIAL?", library, model=True)
    assert (read.question, read.foreign, read.warnings) == ("Wie funktioniert URIAL?", False, ())


def test_a_foreign_question_about_a_known_name_is_answered_in_part(
    library_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))
    with Assistant() as assistant:
        known = assistant.ask("Wie funktioniert URIAL?")
        unknown = assistant.ask("Comment réduire le biais de position ?")
    assert known.status == "partial"
    assert "Unlocking Spell" in known.citations[0].paper.title
    assert (unknown.status, len(unknown.nearest)) == ("unsupported", 3)
    assert "language" in {w.kind for w in known.warnings} & {w.kind for w in unknown.warnings}


@pytest.mark.parametrize("question", ["¿Qué es PAD?", "Was ist PAD?"])
def test_a_foreign_question_of_few_words_is_one_too(library: Library, question: str) -> None:
    read = read_question(question, library, model=False)
    assert (read.foreign, read.question) == (True, "PAD")
