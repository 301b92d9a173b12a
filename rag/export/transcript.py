"""Answers and conversations as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime

from footnote.rag.answer import Answer
from footnote.store.papers import Frozen


class Transcript(Frozen):
    """A conversation as its JSON has it. turns: its answers, in order."""

    title: str
    created: AwareDatetime | None
    turns: tuple[Answer, ...]


def to_json(answer: Answer) -> str:
    """The answer as JSON for people to look at; `Answer.model_validate_json` reads it back."""
    return _json(answer)


def conversation_json(title: str, created: datetime | None, answers: Sequence[Answer]) -> str:
    """A conversation as JSON; `Transcript.model_validate_json` reads it back.

    Raises pydantic's ValidationError where `created` has no time zone.
    """
    return _json(Transcript(title=title, created=created, turns=tuple(answers)))


def _json(value: Frozen) -> str:
    # Not `model_dump_json()`: that raises on halves of characters, which a paper may have.
    return json.dumps(value.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
