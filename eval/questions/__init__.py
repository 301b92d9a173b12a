"""Question sets: JSON lines, one question a line, read and checked as a whole.

The set that ships is `dev.jsonl` in this folder. Beside it: `short.jsonl`, questions as readers type them,
which the confidence is fitted to as well, and `short-unseen.jsonl`, more of their kind, which nothing
is fitted to.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator

from footnote.eval.errors import QuestionSetError
from footnote.rag.conversation.messages import Message

SHIPPED = Path(__file__).parent / "dev.jsonl"
SHORT = Path(__file__).parent / "short.jsonl"
EVERYDAY = Path(__file__).parent / "everyday.txt"
"""Questions of everyday life, one a line, which no library of papers answers."""


class _Lenient(BaseModel):
    """A value that ignores unknown fields: sets may carry notes."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class EvidenceQuote(_Lenient):
    """Words of an abstract that an answer should cite."""

    paper: str = Field(min_length=1, description="the title of the paper that the quote is from")
    quote: str = Field(min_length=1, description="words of its abstract, exactly as they stand there")


class Question(_Lenient):
    """A question, and what is known of its answer. Papers are named by their titles.

    also_ok: papers that may be found and cited without gain or loss. near: papers that look as
    if they answered. Descriptions of the fields say how each is to be written.
    """

    id: str = Field(min_length=1, max_length=200, description="a text that no other question has")
    type: str = Field(min_length=1, description="a word such as factoid or synthesis")
    style: str | None = Field(None, description="a word such as conceptual or keyword, or nothing")
    question: str = Field(min_length=1, description="the question as a reader asks it")
    history: tuple[Message, ...] = Field(
        (), description='a list of earlier messages: {"role": "user" or "assistant", "content": text}'
    )
    answerable: StrictBool = Field(description="true or false: whether the library answers it")
    papers: tuple[str, ...] = Field((), description="a list of titles of the papers that answer it")
    also_ok: tuple[str, ...] = Field((), description="a list of titles")
    near: tuple[str, ...] = Field((), description="a list of titles")
    evidence: tuple[EvidenceQuote, ...] = Field((), description='a list of {"paper": title, "quote": words}')
    nuggets: tuple[str, ...] = Field((), description="a list of facts that an answer should state")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.answerable and not self.papers:
            raise ValueError("answerable is true, but papers names none: list the papers that answer it")
        if not self.answerable and (self.papers or self.evidence):
            raise ValueError(
                "answerable is false, but papers or evidence says otherwise: empty both "
                "(papers that come close go to near)"
            )
        return self


@dataclass(frozen=True, kw_only=True)
class QuestionSet:
    """Questions in the order of their file.

    dataset_hash: SHA-256 of the file's bytes, so that `sha256sum` shows whether two runs asked
    the same.
    """

    file: str
    questions: tuple[Question, ...]
    dataset_hash: str


def read_questions(path: Path) -> QuestionSet:
    """Reads a question set. Blank lines and unknown fields are ignored.

    Raises QuestionSetError for the first line that can't be used (not JSON, a field missing or of
    the wrong kind, an id that an earlier line has), for a file without questions, or one that
    can't be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise QuestionSetError(path.name, None, None, f"can't be read: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QuestionSetError(path.name, line, None, "isn't UTF-8: save the file as UTF-8") from error
    questions: list[Question] = []
    lines: dict[str, int] = {}
    # Not splitlines(): a JSON string may hold U+2028 and other separators as they are.
    for number, line_text in enumerate(text.split("\n"), start=1):
        if not line_text.strip():
            continue
        question = _read_line(path.name, number, line_text)
        if question.id in lines:
            raise QuestionSetError(
                path.name,
                number,
                "id",
                f"{question.id!r} is already used in line {lines[question.id]}: give each question its own",
            )
        lines[question.id] = number
        questions.append(question)
    if not questions:
        raise QuestionSetError(path.name, None, None, "holds no question: write one JSON object a line")
    return QuestionSet(
        file=path.name, questions=tuple(questions), dataset_hash=hashlib.sha256(data).hexdigest()
    )


def _read_line(source: str, number: int, text: str) -> Question:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"isn't JSON ({error}): write one JSON object a line"
        raise QuestionSetError(source, number, None, reason) from error
    if not isinstance(data, dict):
        raise QuestionSetError(source, number, None, "isn't a JSON object: write one {…} a line")
    try:
        return Question.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        location = first["loc"]
        field = ".".join(map(str, location)) or None
        reason = first["msg"].removeprefix("Value error, ")
        if form := _form(location):
            reason += f"; write {form}"
        raise QuestionSetError(source, number, field, reason) from error


def _form(location: tuple[Any, ...]) -> str | None:
    """How the field at `location` is to be written."""
    if not location:
        return None
    names = [part for part in location if isinstance(part, str)]
    model = EvidenceQuote if len(names) > 1 and names[0] == "evidence" else Question
    name = names[-1] if model is EvidenceQuote else names[0]
    field = model.model_fields.get(name)
    return field.description if field else None
