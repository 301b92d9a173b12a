"""Follow-ups made to stand alone by rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.condense import Message, as_messages, cleaned, condense, leans_back
from rag.errors import QuestionError

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "eval/questions/dev.jsonl").read_text("utf-8").splitlines()
]
EARLIER = Message(role="user", content="What does GRAPE do for vision-language-action models?")


@pytest.mark.parametrize(
    "question",
    [
        "and did that make it more expensive to run?",
        "what about crashes?",
        "Does that carry over beyond the training domain?",
        "Was the benefit checked with real people or only in simulation?",
        "Why?",
        "Is there more?",
        "so what about the cost?",
        "What else is there to know about it?",
    ],
)
def test_a_question_that_leans_back_gets_the_one_before_it(question: str) -> None:
    assert condense(question, [EARLIER]) == f"{EARLIER.content} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "How many people are in WikiPersona?",
        "What does RICE stand for?",
        "What are Adaptive Chameleons?",
        "What is alignment?",
        "What is the usual adult dose of ibuprofen for a headache?",
        "How can an aligner be trained without preference labels?",
        "Which nickname is given to chat models that too willingly side with whatever outside evidence is "
        "placed in front of a reader?",
        "so when in post training do a models values actually get fixed, sft or the preference stage?",
        "Are there methods that distil explicit judging criteria from raw feedback, and how do they differ?",
        "Does the prejudice audit that requires no labelled examples agree with conventional measures?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert condense(question, [EARLIER]) == question


def test_without_history_nothing_changes() -> None:
    for row in QUESTIONS:
        assert condense(row["question"], ()) == row["question"]


def test_a_chain_of_follow_ups_reaches_its_first_question() -> None:
    history = as_messages(
        [
            {"role": "user", "content": "What is DPO?"},
            {"role": "assistant", "content": "A loss."},
            {"role": "user", "content": "Why is it used?"},
            {"role": "assistant", "content": "It is simple."},
        ]
    )
    assert condense("And its limits?", history) == "What is DPO? Why is it used? And its limits?"


def test_every_follow_up_of_the_development_set_is_seen_as_one() -> None:
    follow_ups = [row for row in QUESTIONS if row.get("history")]
    assert len(follow_ups) == 8
    assert all(leans_back(row["question"]) for row in follow_ups)


def test_a_history_of_another_shape_is_refused() -> None:
    with pytest.raises(QuestionError, match="role"):
        as_messages([{"who": "user", "content": "x"}])
    with pytest.raises(QuestionError, match="role"):
        as_messages(["just text"])  # type: ignore[list-item]


def test_history_is_bounded() -> None:
    long = [Message(role="user", content="it " * 3000)]
    assert condense("and it?", long) == "and it?"


def test_history_is_cleaned_as_the_question_is() -> None:
    earlier = Message(role="user", content=" What is\x07 DPO\x1c\u200b?\n\ud800 ")
    assert cleaned(earlier.content) == "What is  DPO  ?\n?"
    assert condense("Why?", [earlier]) == "What is  DPO  ?\n? Why?"


def test_words_of_the_history_are_text() -> None:
    with pytest.raises(QuestionError, match="content"):
        as_messages([{"role": "user", "content": b"What is DPO?"}])  # type: ignore[dict-item]
