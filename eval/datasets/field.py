"""A training folder: abstracts of several fields in `papers.jsonl`, questions in `questions.jsonl`.

The id of a paper begins with its field: `FIELD:ID`. Each field is a library of its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.eval.errors import TrainingError
from footnote.store.papers import Listing

log = logging.getLogger(__name__)

PAPERS, QUESTIONS = "papers.jsonl", "questions.jsonl"


class FieldQuestion(BaseModel):
    """A question. ids: of the papers that answer it; where none does, of those that it is near to."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = pydantic.Field(min_length=1)
    question: str = pydantic.Field(min_length=1)
    answerable: bool
    ids: tuple[str, ...] = pydantic.Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field's papers and the questions about them."""

    name: str
    papers: tuple[Listing, ...]
    questions: tuple[FieldQuestion, ...]


def read_fields(folder: Path) -> list[Field]:
    """The fields of a training folder, by name. A question about papers of several fields is left out.

    Raises TrainingError, with file and line, for what can't be read, for a question about papers that the
    folder lacks, and for a field without questions of both kinds.
    """
    papers: dict[str, Listing] = {}
    for number, raw in _lines(folder / PAPERS):
        try:
            listing = Listing.model_validate({**json.loads(raw), "source": PAPERS, "line": number})
        except (ValueError, TypeError) as error:
            raise TrainingError(f"{folder / PAPERS}:{number}: {_reason(error)}") from error
        if not listing.id or ":" not in listing.id:
            raise TrainingError(f"{folder / PAPERS}:{number}: id: write FIELD:ID")
        papers[listing.id] = listing
    questions: dict[str, list[FieldQuestion]] = {}
    for number, raw in _lines(folder / QUESTIONS):
        try:
            question = FieldQuestion.model_validate_json(raw)
        except ValidationError as error:
            raise TrainingError(f"{folder / QUESTIONS}:{number}: {_reason(error)}") from error
        if unknown := set(question.ids) - papers.keys():
            raise TrainingError(f"{folder / QUESTIONS}:{number}: ids: {PAPERS} has no {sorted(unknown)[0]!r}")
        names = {_field_of(ident) for ident in question.ids}
        if len(names) == 1:
            questions.setdefault(names.pop(), []).append(question)
        else:
            log.info("%s: about several fields, so no library of one field answers it", question.id)
    fields = [
        Field(
            name=name,
            papers=tuple(paper for ident, paper in papers.items() if _field_of(ident) == name),
            questions=tuple(asked),
        )
        for name, asked in sorted(questions.items())
    ]
    for field in fields:
        if len({question.answerable for question in field.questions}) < 2:
            raise TrainingError(
                f"{folder / QUESTIONS}: {field.name}: give questions with an answer and without one"
            )
    return fields


def _field_of(ident: str) -> str:
    return ident.partition(":")[0]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that aren't blank, numbered from 1."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: can't be read: {error}") from error
    # Not splitlines(): a JSON string may hold U+2028 and other separators as they are.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
