"""Confidence: the signs that lower it."""

from __future__ import annotations

import dataclasses

import pytest

from rag.assistant import Assistant
from rag.confidence import Signs, confidence, read_signs

FAIR = Signs(passage=0.35, sentence=0.5, spelling=0.8, lead=0.1, unknown_names=0.0, number_far=0.0)


@pytest.mark.parametrize(
    "worse",
    [
        {"passage": 0.1},
        {"sentence": 0.2},
        {"spelling": 0.0},
        {"lead": 0.0},
        {"unknown_names": 2.0},
        {"number_far": 1.0},
    ],
)
def test_each_sign_can_only_lower_it(worse: dict[str, float]) -> None:
    assert confidence(dataclasses.replace(FAIR, **worse)) < confidence(FAIR)


def test_nothing_found_is_no_confidence() -> None:
    assert confidence(None) == 0.0


def signs(assistant: Assistant, question: str) -> Signs:
    read = read_signs(question, assistant.search(question), assistant.library.lexical)
    assert read is not None
    return read


def test_a_number_that_no_sentence_gives_is_noticed(assistant: Assistant) -> None:
    assert signs(assistant, "How many famous people are included in WikiPersona?").number_far == 1
    assert signs(assistant, "How many instructions did Magpie extract?").number_far < 0.3
    assert signs(assistant, "Which famous people are included in WikiPersona?").number_far == 0


def test_names_that_the_paper_does_not_know_are_noticed(assistant: Assistant) -> None:
    question = "What Recall@20 does MambaRec reach on the Amazon Baby dataset?"
    assert signs(assistant, question).unknown_names == 2
    assert signs(assistant, "What does URIAL need?").unknown_names == 0


def test_a_foreign_question_is_far_from_every_paper(assistant: Assistant) -> None:
    foreign = signs(assistant, "What is the usual adult dose of ibuprofen?")
    own = signs(assistant, "How does alignment of language models work?")
    assert foreign.passage < own.passage
    assert foreign.sentence < own.sentence
