"""Texts as they are kept: bounded, and in characters that every database takes. Pure."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from footnote.store.chats.errors import ContentError

MAX_TITLE_CHARS = 120
MAX_QUESTION_CHARS = 100_000
MAX_JSON_CHARS = 5_000_000
MAX_FAULT_CHARS = 4_000
MAX_SEARCHED_CHARS = 40_000
"""Of a question, and of its answer, that are searched."""
MAX_SEARCH_CHARS = 200
MAX_SEARCH_WORDS = 8


def sound(text: str) -> str:
    """Without NUL and halves of characters, which a database refuses."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def one_line(text: str) -> str:
    """Sound, with each run of white space as one space."""
    return " ".join(sound(text).split())


def bounded(text: str, most: int, what: str) -> str:
    """The sound text. Raises ContentError where it has more than `most` characters or no word."""
    if len(text) > most:
        raise ContentError(f"{what} has {len(text)} characters, {most} are allowed: shorten it")
    text = sound(text)
    if not text.strip():
        raise ContentError(f"{what} is empty: write something")
    return text


def title_of(question: str) -> str:
    """A conversation's title: its first question, cut between words."""
    line = one_line(sound(question).strip()[: 4 * MAX_TITLE_CHARS])
    if len(line) <= MAX_TITLE_CHARS:
        return line
    kept = line[:MAX_TITLE_CHARS]
    head, space, _ = kept.rpartition(" ")
    return (head if space and len(head) > MAX_TITLE_CHARS // 2 else kept[:-1]).rstrip(" ,.;:") + "…"


def json_object(text: str | None, what: str) -> dict[str, Any]:
    """The object that JSON text holds; empty for None.

    Raises ContentError for any other text, and for one of more than `MAX_JSON_CHARS` characters.
    """
    if text is None:
        return {}
    if len(text) > MAX_JSON_CHARS:
        raise ContentError(f"{what} has {len(text)} characters, {MAX_JSON_CHARS} are allowed")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{what} is no JSON: give what model_dump_json() returns") from error
    if not isinstance(found, dict) or sound(text) != text:
        raise ContentError(f"{what} is no JSON object: give what model_dump_json() returns")
    return found


def folded(text: str) -> str:
    """The text as it is searched: whatever its case and the width of its characters."""
    return unicodedata.normalize("NFKC", text).casefold()


def searched(question: str, answer: dict[str, Any]) -> str:
    """What a search of a turn goes through: the question, and the answer's `text`."""
    text = answer.get("text")
    said = text if isinstance(text, str) else ""
    return sound(folded(f"{question[:MAX_SEARCHED_CHARS]}\n{said[:MAX_SEARCHED_CHARS]}"))


def search_words(search: str) -> list[str]:
    """The words of a search, of which each must be found."""
    return folded(sound(search[:MAX_SEARCH_CHARS])).split()[:MAX_SEARCH_WORDS]
