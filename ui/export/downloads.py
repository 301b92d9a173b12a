"""Exports of answers and conversations: files to download, and text for the clipboard. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from footnote.rag.answer import Answer
from footnote.rag.export import (
    conversation_json,
    conversation_markdown,
    conversation_text,
    one_line,
    to_bibtex,
    to_csl,
    to_csv,
    to_json,
    to_markdown,
    to_ris,
    to_text,
)
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.escape import replace_surrogates

ExportFormat = Literal["md", "txt", "bib", "ris", "csl", "json", "csv"]
MIME: dict[ExportFormat, str] = {
    "md": "text/markdown;charset=utf-8",
    "txt": "text/plain;charset=utf-8",
    "bib": "application/x-bibtex;charset=utf-8",
    "ris": "application/x-research-info-systems;charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json;charset=utf-8",
    "json": "application/json;charset=utf-8",
    "csv": "text/csv;charset=utf-8",
}
CITING: tuple[ExportFormat, ...] = ("bib", "ris", "csl", "csv")
"""Kinds that contain only what is cited."""
MAX_CHARS = 10_000_000
"""Characters of one download or copy."""
_MAX_NAME_CHARS = 60


class ExportError(FootnoteError):
    """There is nothing of this kind to export, or too much. The text is for the reader."""


@dataclass(frozen=True)
class Download:
    """A file for the browser to save, encoded as UTF-8."""

    filename: str
    mime: str
    text: str


@dataclass(frozen=True)
class ExportSource:
    """The answered turns of a conversation. answers: by the number of their turn.

    title: empty if it is the first question.
    """

    answers: Mapping[int, Answer] = field(default_factory=dict)
    title: str = ""
    created: datetime | None = None


def prepare(
    kind: ExportFormat,
    answers: Sequence[Answer],
    *,
    title: str | None = None,
    created: datetime | None = None,
) -> Download:
    """A file of this kind: of a conversation if there is a title, or else of a single answer.

    Raises ExportError if there is no answer, if the kind contains only what is cited and nothing is, and
    if the file would have more than `MAX_CHARS` characters; ValueError for several answers without a
    title.
    """
    if not answers:
        raise ExportError(strings.EXPORT_EMPTY)
    if kind in CITING and not any(answer.citations for answer in answers):
        raise ExportError(strings.EXPORT_UNCITED.format(kind=strings.EXPORT_KINDS[kind]))
    text = _one(kind, answers) if title is None else _whole(kind, answers, title, created)
    if kind == "csv":
        text = "\ufeff" + text  # a byte order mark, by which spreadsheets recognise UTF-8
    name = file_name(answers[0].question if title is None else title, kind)
    return Download(name, MIME[kind], _bounded(text))


def clipboard(answers: Sequence[Answer], *, title: str | None = None) -> str:
    """The text to copy, with footnotes and references. Errors: `prepare`."""
    if not answers:
        raise ExportError(strings.EXPORT_EMPTY)
    return _bounded(to_text(_only(answers)) if title is None else conversation_text(title, answers))


def file_name(words: str, kind: ExportFormat) -> str:
    """A file name that is valid on every system, like "footnote-what-is-dpo.md"."""
    plain = unicodedata.normalize("NFKD", words[: 8 * _MAX_NAME_CHARS]).encode("ascii", "ignore").decode()
    name = ""
    for word in re.findall(r"[a-z0-9]+", plain.casefold()):
        if len(name) + len(word) >= _MAX_NAME_CHARS:
            name = name or word[:_MAX_NAME_CHARS]
            break
        name += f"-{word}" if name else word
    # With the prefix it can't be the name of a device of Windows, such as "con.md".
    ending = "csl.json" if kind == "csl" else kind
    return f"footnote-{name or 'answer'}.{ending}"


def _one(kind: ExportFormat, answers: Sequence[Answer]) -> str:
    forms: dict[ExportFormat, Callable[[Answer], str]] = {
        "md": to_markdown,
        "txt": lambda answer: f"{one_line(answer.question)}\n\n{to_text(answer)}",
        "bib": to_bibtex,
        "ris": to_ris,
        "csl": to_csl,
        "json": to_json,
        "csv": to_csv,
    }
    return forms[kind](_only(answers))


def _whole(kind: ExportFormat, answers: Sequence[Answer], title: str, created: datetime | None) -> str:
    forms: dict[ExportFormat, Callable[[], str]] = {
        "md": lambda: conversation_markdown(title, answers),
        "txt": lambda: conversation_text(title, answers),
        "bib": lambda: to_bibtex(*answers),
        "ris": lambda: to_ris(*answers),
        "csl": lambda: to_csl(*answers),
        "json": lambda: conversation_json(title, created, answers),
        "csv": lambda: to_csv(*answers),
    }
    return forms[kind]()


def _only(answers: Sequence[Answer]) -> Answer:
    if len(answers) != 1:
        raise ValueError(f"{len(answers)} answers are a conversation: give it a title")
    return answers[0]


def _bounded(text: str) -> str:
    if len(text) > MAX_CHARS:
        most = f"{MAX_CHARS // 1_000_000} MB"
        raise ExportError(strings.EXPORT_TOO_LARGE.format(most=most))
    return replace_surrogates(text)
