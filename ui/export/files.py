"""Answers and conversations to take away: files to download, and text for the clipboard. Pure.

The page has a bar of buttons for each answer and for the conversation. `static/takeaway.js` writes
which one was chosen, as a `Choice`, into a hidden textbox, and does what the message that comes back
says: save a file, copy text, or say why there is none.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationError

from footnote.rag.answer import Answer
from footnote.rag.export import (
    conversation_json,
    conversation_markdown,
    conversation_text,
    one_line,
    to_bibtex,
    to_csv,
    to_json,
    to_markdown,
    to_ris,
    to_text,
)
from footnote.store.errors import FootnoteError
from footnote.store.papers import Frozen
from footnote.ui import strings
from footnote.ui.escape import encode, sound

log = logging.getLogger(__name__)

Kind = Literal["md", "txt", "bib", "ris", "json", "csv"]
MIME: dict[Kind, str] = {
    "md": "text/markdown;charset=utf-8",
    "txt": "text/plain;charset=utf-8",
    "bib": "application/x-bibtex;charset=utf-8",
    "ris": "application/x-research-info-systems;charset=utf-8",
    "json": "application/json;charset=utf-8",
    "csv": "text/csv;charset=utf-8",
}
CITING: tuple[Kind, ...] = ("bib", "ris", "csv")
"""Kinds that are empty where nothing is cited."""
MAX_CHARS = 10_000_000
"""Of one download or copy."""
WHOLE = 0
"""Stands for the whole conversation where a turn's number could."""
_MAX_NAME_CHARS = 60
_MAX_CHOICE_CHARS = 200


class TakeawayError(FootnoteError):
    """There is nothing of this kind to take away, or too much. Its text is for the reader."""


@dataclass(frozen=True)
class Download:
    """A file for the reader's browser to save; its text is written as UTF-8."""

    filename: str
    mime: str
    text: str


@dataclass(frozen=True)
class Talk:
    """A conversation as it can be taken away. answers: by the number of their turn.

    title: empty for that of its first question.
    """

    answers: Mapping[int, Answer] = field(default_factory=dict)
    title: str = ""
    created: datetime | None = None


class Choice(Frozen):
    """What a reader chose. n: counts the choices, so that none equals the one before it."""

    take: Kind | Literal["copy"]
    turn: Annotated[int, Field(ge=WHOLE, le=1_000_000)]
    n: Annotated[int, Field(ge=0, le=1_000_000_000)]


def prepare(
    kind: Kind, answers: Sequence[Answer], *, title: str | None = None, created: datetime | None = None
) -> Download:
    """A file of this kind. With a title: of the conversation that the answers are; without: of one answer.

    Raises TakeawayError where nothing is cited and the kind is about what is cited, where there is
    no answer, and where the file would have more than `MAX_CHARS` characters; ValueError for
    several answers without a title.
    """
    if not answers:
        raise TakeawayError(strings.TAKE_EMPTY)
    if kind in CITING and not any(answer.citations for answer in answers):
        raise TakeawayError(strings.TAKE_UNCITED.format(kind=strings.TAKE_KINDS[kind]))
    text = _one(kind, answers) if title is None else _whole(kind, answers, title, created)
    if kind == "csv":
        text = "\ufeff" + text  # else spreadsheets take UTF-8 for something else
    name = file_name(answers[0].question if title is None else title, kind)
    return Download(name, MIME[kind], _bounded(text))


def clipboard(answers: Sequence[Answer], *, title: str | None = None) -> str:
    """The text to copy: with footnotes and the references that they stand for. Errors: `prepare`."""
    if not answers:
        raise TakeawayError(strings.TAKE_EMPTY)
    return _bounded(to_text(_only(answers)) if title is None else conversation_text(title, answers))


def file_name(words: str, kind: Kind) -> str:
    """A name that every system takes: "footnote-what-is-dpo.md", of ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", words[: 8 * _MAX_NAME_CHARS]).encode("ascii", "ignore").decode()
    name = ""
    for word in re.findall(r"[a-z0-9]+", plain.casefold()):
        if len(name) + len(word) >= _MAX_NAME_CHARS:
            name = name or word[:_MAX_NAME_CHARS]
            break
        name += f"-{word}" if name else word
    # The beginning keeps it from being a device of Windows, such as "con.md".
    return f"footnote-{name or 'answer'}.{kind}"


def deliver(text: str | None, talk: Talk) -> str:
    """What the browser is to do about the choice in `text`, as JSON. Raises nothing, whatever is sent."""
    choice = read_choice(text)
    if choice is None:
        return _message(do="say", said=strings.TAKE_BROKEN)
    answers = [talk.answers[n] for n in sorted(talk.answers) if choice.turn in (WHOLE, n)]
    title: str | None = None
    if choice.turn == WHOLE and answers:
        title = talk.title or answers[0].question
    try:
        if choice.take == "copy":
            copied = clipboard(answers, title=title)
            return _message(
                do="copy",
                text=copied,
                said=strings.COPIED,
                failed=strings.COPY_FAILED,
                again=strings.COPY_AGAIN,
            )
        made = prepare(choice.take, answers, title=title, created=talk.created)
    except TakeawayError as error:
        return _message(do="say", said=str(error))
    except Exception:  # Gradio would draw "Error" over the page
        log.exception("An answer could not be taken away")
        return _message(do="say", said=strings.TAKE_BROKEN)
    said = strings.SAVED.format(name=made.filename)
    return _message(do="save", filename=made.filename, mime=made.mime, text=made.text, said=said)


def read_choice(text: str | None) -> Choice | None:
    """The choice in `text`; None, with a line in the log, for what is none."""
    if text is None or len(text) > _MAX_CHOICE_CHARS:
        log.warning("a browser sent %s instead of a choice", "nothing" if text is None else "too much")
        return None
    try:
        return Choice.model_validate_json(text)
    except ValidationError as error:
        log.warning("a browser sent what is no choice: %s", error.errors()[0]["msg"])
        return None


def bar(turn: int, answer: Answer) -> str:
    """The buttons of one answer as safe HTML (see `ui.chat.render` on what kind)."""
    return _bar(turn, strings.TAKE_ANSWER, cited=bool(answer.citations))


def whole_bar(talk: Talk) -> str:
    """The buttons of the whole conversation; empty before there is an answer."""
    if not talk.answers:
        return ""
    return _bar(WHOLE, strings.TAKE_WHOLE, cited=any(answer.citations for answer in talk.answers.values()))


def _bar(turn: int, label: str, *, cited: bool) -> str:
    kinds = [kind for kind in get_args(Kind) if cited or kind not in CITING]
    buttons = _button(turn, "copy", strings.COPY, strings.COPY_TIP)
    for kind in kinds:
        name = strings.TAKE_KINDS[kind]
        buttons += _button(turn, kind, name, strings.TAKE_TIPS[kind])
    return f'<div class="fn-takes"><span>{encode(label)}</span> {buttons}</div>'


def _button(turn: int, take: str, name: str, tip: str) -> str:
    return (
        f'<button type="button" class="fn-take" value="{turn}:{take}" title="{encode(tip)}">'
        f"{encode(name)}</button> "
    )


def _one(kind: Kind, answers: Sequence[Answer]) -> str:
    forms: dict[Kind, Callable[[Answer], str]] = {
        "md": to_markdown,
        "txt": lambda answer: f"{one_line(answer.question)}\n\n{to_text(answer)}",
        "bib": to_bibtex,
        "ris": to_ris,
        "json": to_json,
        "csv": to_csv,
    }
    return forms[kind](_only(answers))


def _whole(kind: Kind, answers: Sequence[Answer], title: str, created: datetime | None) -> str:
    forms: dict[Kind, Callable[[], str]] = {
        "md": lambda: conversation_markdown(title, answers),
        "txt": lambda: conversation_text(title, answers),
        "bib": lambda: to_bibtex(*answers),
        "ris": lambda: to_ris(*answers),
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
        raise TakeawayError(strings.TAKE_TOO_LARGE.format(most=most))
    return sound(text)


def _message(**parts: str) -> str:
    # Each has an id: a textbox whose text doesn't change tells nobody.
    return json.dumps({"id": secrets.token_hex(8), **parts})
