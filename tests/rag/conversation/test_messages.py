"""Histories as programs give them, read and bounded."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from footnote.rag.answer import Answer
from footnote.rag.conversation.messages import MAX_MESSAGE_CHARS, MAX_MESSAGES, Message, as_messages
from footnote.rag.errors import QuestionError

REFUSED = Answer(question="What is DPO?", standalone="What is DPO?", status="unsupported", mode="extractive")


def test_messages_mappings_and_answers_become_messages() -> None:
    said = Message(role="user", content="Hello.")
    assert as_messages([said, {"role": "assistant", "content": "Yes?"}, REFUSED]) == (
        said,
        Message(role="assistant", content="Yes?"),
        Message(role="user", content="What is DPO?"),
        Message(role="assistant", content=REFUSED.text, answer=REFUSED),
    )


def test_an_answer_that_was_dumped_can_be_sent_back() -> None:
    sent = {"role": "assistant", "content": REFUSED.text, "answer": REFUSED.model_dump(mode="json")}
    [read] = as_messages([sent])
    assert read.answer == REFUSED


def test_only_an_assistant_answers() -> None:
    with pytest.raises(ValidationError, match="only a message of the assistant"):
        Message(role="user", content="What is DPO?", answer=REFUSED)


@pytest.mark.parametrize(
    "history",
    [
        [{"who": "user", "content": "x"}],
        [{"role": "system", "content": "x"}],
        [{"role": "user", "content": b"What is DPO?"}],
        [{"role": "user"}],
        [{"role": "user", "content": "x", "answer": REFUSED}],
        ["just text"],
        [None],
        "just text",
        None,
        7,
        {"role": "user", "content": "x"},
    ],
)
def test_a_history_of_another_shape_is_refused(history: object) -> None:
    with pytest.raises(QuestionError, match="history must be a list of"):
        as_messages(history)  # type: ignore[arg-type]


def test_of_a_long_history_the_newest_messages_are_read() -> None:
    read = as_messages([{"role": "user", "content": str(n)} for n in range(250)])
    assert [m.content for m in read] == [str(n) for n in range(250 - MAX_MESSAGES, 250)]
    assert len(as_messages([REFUSED] * 80)) == MAX_MESSAGES


def test_of_a_long_message_the_beginning_is_read() -> None:
    [read] = as_messages([{"role": "user", "content": "a" * MAX_MESSAGE_CHARS + "b" * 1_000_000}])
    assert read.content == "a" * MAX_MESSAGE_CHARS
