"""A follow-up becomes a question that stands alone, by rule: no model is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import StrictStr, ValidationError

from rag.errors import QuestionError
from store.papers import Frozen

MAX_HISTORY_CHARS = 4000


class Message(Frozen):
    """One message of a conversation so far."""

    role: Literal["user", "assistant"]
    content: StrictStr


def as_messages(history: Sequence[Message | Mapping[str, str]]) -> tuple[Message, ...]:
    """`history` as messages, from mappings with `role` and `content` too.

    Raises QuestionError for anything else.
    """
    try:
        return tuple(m if isinstance(m, Message) else Message.model_validate(dict(m)) for m in history)
    except (ValidationError, TypeError, ValueError) as error:
        raise QuestionError(
            "history must be a list of {'role': 'user' or 'assistant', 'content': text}"
        ) from error


def cleaned(text: str) -> str:
    """What a person or program asks, without outer white space, soft hyphens, control and invisible
    characters (tabs and line breaks stay) and halves of characters, which neither index nor reply
    could take.
    """
    whole = text.encode("utf-8", "replace").decode().replace("\u00ad", "")
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in whole).strip()


def checked(question: str, limit: int) -> str:
    """The question as `cleaned` leaves it. Raises QuestionError where it can't be asked."""
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


_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|former|latter|(?<!\bis )(?<!\bare )(?<!\bwas )"
    r"(?<!\bwere )there(?! (?:is|are|was|were)\b))\b"
    # "this", "those" … stand for something said before unless a verb or clause follows a noun:
    # "models that quote" doesn't point back, "does that help" does.
    r"|(?:^|\b(?:do|does|did|is|are|was|were|can|could|will|would|of|to|in|about|from|with|for|on|by|than|"
    r"like|and|which|why|how|has|have)\s+)(?:that|this|these|those|such)\b"
    r"|\b(?:this|these|such a|the same|the other|the others|that one|this one|those ones)\b",
    re.IGNORECASE,
)
_CARRIES_ON = re.compile(r"^\s*(and|but|or|what about|how about|why not|no[,. ]|yes[,. ])\b", re.IGNORECASE)
_MAY_CARRY_ON = re.compile(r"^\s*(so|ok|okay|then|also)\b", re.IGNORECASE)
"""People open with these also where they carry nothing on."""
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_NAME = re.compile(r"\b\w*[a-z0-9][A-Z]\w*\b|\b[A-Z]{2,}\w*\b|\b[A-Za-z]+\d\w*\b")
_SMALL_WORDS = frozenset(
    "a an the of into in on at to for from by with about as is are was were be been do does did has have "
    "had can could will would should may might must not no only or and but if than what which who "
    "whom whose when where why how much many any some all more most less very just i you we us our "
    "your my me tell explain please give show there".split()
)
# "Was the benefit checked?" takes "the benefit" for known; "What is the usual dose?" defines it.
_TAKES_FOR_KNOWN = re.compile(
    r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\s+the\b|"
    r"\bwhich (?:one|of the|of them)\b",
    re.IGNORECASE,
)
_ANTECEDENT_WORDS = 3
_LONG = 7
"""Content words from which a question is likely to say all that it means."""


def leans_back(question: str) -> bool:
    """Whether a question can't be understood without the one before it.

    It does when it carries on ("and", "what about"), points back ("it", "those") before it has
    said enough for that to mean something of its own, takes something for known ("was the
    benefit …"), or has no word of its own ("Why?"). One that has a name in it stands alone.
    """
    words = len(_content_words(question))
    if _CARRIES_ON.search(question) or (_MAY_CARRY_ON.search(question) and words < _LONG):
        return True
    if _NAME.search(question):
        return False
    pointer = _POINTS_BACK.search(question)
    if pointer and len(_content_words(question[: pointer.start()])) < _ANTECEDENT_WORDS:
        return True
    return (words < _LONG and bool(_TAKES_FOR_KNOWN.search(question))) or not words


def _content_words(text: str) -> list[str]:
    return [w for w in _WORD.findall(text.casefold()) if w not in _SMALL_WORDS]


def condense(question: str, history: Sequence[Message]) -> str:
    """The standalone form of `question`, cleaned: alone, or behind the question that it leans on.

    Questions that lean back in turn are followed to the last that doesn't, within
    `MAX_HISTORY_CHARS`.
    """
    parts = [cleaned(question)]
    earlier = [cleaned(m.content) for m in history if m.role == "user"]
    while earlier and leans_back(parts[0]):
        before = earlier.pop()
        if sum(map(len, parts)) + len(before) > MAX_HISTORY_CHARS:
            break
        if before:
            parts.insert(0, before)
    return " ".join(parts)
