"""A name that is corrected ("no, I meant TPO") or replaced by another ("and PPO?"). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from footnote.rag.conversation.context_dependence import topic_words
from footnote.rag.language.names import NAME, is_name_in_question

_READ = 1000
_SHORT = 400
"""Characters; a longer message is no correction."""
_QUOTED = r"[“\"«][^”\"»]{2,300}[”\"»]"
_NAMED = rf"(?:{_QUOTED}|[^\s,;:?!“”\"«»]{{2,60}})"
_FEW_WORDS = rf"(?:{_QUOTED}|[^\s,;:?!“”\"«»]{{1,60}}(?: [^\s,;:?!“”\"«»]{{1,60}}){{0,4}}?)"
_TOKEN = re.compile(_NAMED)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_NO = r"(?:(?:no|nope|sorry|oops|wait|actually|ah|oh|hm+|well|my mistake|my bad)\b[,.!:;… ]{0,4}(?:- )?)"
_MEANT = (
    r"(?:I (?:actually |really )?(?:meant?|asked about|(?:am|was) (?:asking about|talking about|thinking of))"
    r"(?: to (?:say|ask about|write|type))?|I'm (?:asking|talking) about|make that)"
)
_OLD, _NEW = rf"(?P<old>{_NAMED})", rf"(?P<new>{_FEW_WORDS})"
_AT = r"(?:(?P<at>with|to|for|of|about|on|in|from|than) )?"
_CORRECTIONS = tuple(
    (_pattern(rf"^{pattern}[?.! ]*$"), explicit)
    for pattern, explicit in (
        (rf"{_NO}{{0,3}}(?:{_MEANT} )?not {_OLD}(?:,? but|,) (?:{_MEANT} )?{_NEW}", True),
        (rf"{_NO}{{0,3}}{_MEANT} {_NEW},? (?:not|instead of) {_OLD}", True),
        (rf"{_NO}{{0,3}}{_MEANT} {_AT}{_NEW}", True),
        (rf"{_NO}{{0,3}}{_AT}{_NEW},? I meant?", True),
        (rf"{_NO}{{0,3}}(?P<new>{_NAMED}),? (?:not|instead of) {_OLD}", False),
        (rf"{_NO}{{1,3}}{_AT}(?P<new>{_NAMED})", False),
    )
)
"""Patterns; and whether each is a correction even where the new words are no name."""
_LEADS_ON = _pattern(
    r"(?:for|in|on|at|with|by|from|to|what|how|why|when|which|who|whether|if|it|that|this|is|does)\b"
)
_INSTEAD = _pattern(
    rf"^(?:(?:and|or|but|now|so|then)[, ]+)*(?:(?:what|how) about |same for |the same for )?(?P<new>{_NAMED})"
    r"(?: then| instead)?[?.! ]*$"
)


@dataclass(frozen=True)
class Correction:
    """new: what the reader means. old: what it replaces. at: the preposition before it. None: not given."""

    new: str
    old: str | None = None
    at: str | None = None


def correction(text: str) -> Correction | None:
    """The correction in a message ("no, I meant TPO", "not DPO, PRO"); None where there is none."""
    text = " ".join(text[: _SHORT + 1].replace("’", "'").split())
    if len(text) > _SHORT:
        return None
    for pattern, explicit in _CORRECTIONS:
        if found := pattern.match(text):
            new, old, at = (found.groupdict().get(group) for group in ("new", "old", "at"))
            new, old = (new or "").rstrip(" ?.!"), old.rstrip("?.!") if old else None
            if (
                topic_words(new)
                and not _LEADS_ON.match(new)
                and ((explicit and not at) or is_name_in_question(new))
            ):
                return Correction(new, old, at)
    return None


def name_after(word: str, question: str) -> str | None:
    """The name after a preposition, as in "compared with DPO"; None where there is no such name."""
    found = re.search(rf"\b{re.escape(word)} (?P<name>{_NAMED})", question[:_READ], re.IGNORECASE)
    name = found["name"].rstrip(".'") if found else ""
    return name if is_name_in_question(name) else None


def replacement_name(text: str) -> str | None:
    """The name in a follow-up that is nothing but a name: "and PPO?"."""
    found = _INSTEAD.match(text := " ".join(text[: _SHORT + 1].split()))
    new = found["new"].rstrip("?.!") if found else ""
    # The capital of a first word names nothing: "Latency?".
    named = NAME.search(new) if text.startswith(new) else is_name_in_question(new)
    return new if named and topic_words(new) else None


def replace_name(question: str, old: str, new: str) -> str | None:
    """The question with `new` for each `old`; None where `old` isn't in it."""
    pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)", re.IGNORECASE)
    changed, count = pattern.subn(lambda _: new, question[:_READ])
    return changed + question[_READ:] if count else None


def most_similar(new: str, names: Sequence[str]) -> str | None:
    """The name spelt most like `new`, the first of equals; None without names."""
    return max(names, key=lambda n: SequenceMatcher(None, n.casefold(), new.casefold()).ratio(), default=None)


def names_in(question: str) -> tuple[str, ...]:
    """The names in a question, in order."""
    found = [m[0].rstrip(".'") for m in _TOKEN.finditer(question[:_READ])]
    first = [name for name in found[:1] if NAME.search(name)]
    return tuple(dict.fromkeys([*first, *filter(is_name_in_question, found[1:])]))
