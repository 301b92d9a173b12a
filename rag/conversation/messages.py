"""Input from callers: the question and the conversation before it, validated and bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import StrictStr, ValidationError, model_validator

from footnote.rag.answer import Answer
from footnote.rag.errors import QuestionError
from footnote.store.papers import Frozen

MAX_MESSAGES = 100
MAX_MESSAGE_CHARS = 20_000
"""Limits on a conversation: its newest messages are read, and the beginning of each."""


class Message(Frozen):
    """One message of a conversation so far. answer: the whole answer, where the message is one."""

    role: Literal["user", "assistant"]
    content: StrictStr
    answer: Answer | None = None

    @model_validator(mode="after")
    def _own_answer(self) -> Self:
        if self.answer is not None and self.role != "assistant":
            raise ValueError("only a message of the assistant can be an answer")
        return self


HistoryItem = Message | Answer | Mapping[str, object]
"""One item of `history`: a message, or an answer, which counts as two: its question and its text."""


def as_messages(history: Sequence[HistoryItem]) -> tuple[Message, ...]:
    """`history`, oldest first, as messages: the newest `MAX_MESSAGES`, of `MAX_MESSAGE_CHARS` each.

    Raises QuestionError where it holds anything but messages, answers, and mappings with `role`
    and `content`.
    """
    try:
        messages = [message for item in tuple(history)[-MAX_MESSAGES:] for message in _read(item)]
    except (ValidationError, TypeError, ValueError) as error:
        raise QuestionError(
            "history must be a list of {'role': 'user' or 'assistant', 'content': text} or of Answers"
        ) from error
    return tuple(map(_shortened, messages[-MAX_MESSAGES:]))


def _read(item: HistoryItem) -> tuple[Message, ...]:
    if isinstance(item, Message):
        return (item,)
    if isinstance(item, Answer):
        asked = Message(role="user", content=item.question)
        return asked, Message(role="assistant", content=item.text, answer=item)
    return (Message.model_validate(dict(item)),)


def _shortened(message: Message) -> Message:
    if len(message.content) <= MAX_MESSAGE_CHARS:
        return message
    return message.model_copy(update={"content": message.content[:MAX_MESSAGE_CHARS]})


def cleaned(text: str) -> str:
    """Text without outer white space, soft hyphens, control and invisible characters (tabs and line
    breaks stay) and lone surrogates, which neither an index nor a reply could hold.
    """
    whole = text.encode("utf-8", "replace").decode().replace("\u00ad", "")
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in whole).strip()


def checked(question: str, limit: int) -> str:
    """The cleaned question. Raises QuestionError where it is empty, too long, without words or no text."""
    if not isinstance(question, str):
        raise QuestionError(f"the question is {type(question).__name__}, not text: ask with a str")
    question = cleaned(question)
    if not question:
        raise QuestionError("the question is empty: ask something")
    if len(question) > limit:
        raise QuestionError(
            f"the question has {len(question)} characters, {limit} are allowed: shorten it, or raise "
            "FOOTNOTE_MAX_QUESTION_CHARS"
        )
    if not any(c.isalnum() for c in question):
        raise QuestionError("the question has no words: ask something")
    return question
