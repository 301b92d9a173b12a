"""What a question to the catalogue is about: its years, and what remains beside its frame. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from footnote.rag.catalogue.intentions import classifier, words
from footnote.rag.language.stopwords import QUESTION_STOP_WORDS

_YEAR = r"(?:19|20)\d\d"
_RANGE = re.compile(
    rf"\b(?:(?:from|between|in|of|dated)\s+)?(?P<first>{_YEAR})\s*"
    rf"(?:-|–|to|and|until|till)\s*(?P<last>{_YEAR})\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:(?P<word>since|after|before|until|till|up to|newer than|later than|older than|earlier than|from|"
    rf"in|of|for|dated|the year)\s+)*(?P<year>{_YEAR})\b"
    r"(?P<on>\s+(?:or later|or newer|onwards?|on|and later|upwards)\b)?",
    re.IGNORECASE,
)
_SHIFT = {
    "after": ("since", 1),
    "newer than": ("since", 1),
    "later than": ("since", 1),
    "since": ("since", 0),
    "before": ("until", -1),
    "older than": ("until", -1),
    "earlier than": ("until", -1),
    "until": ("until", 0),
    "till": ("until", 0),
    "up to": ("until", 0),
}
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning|covering|deals? with|dealing with|related to|mention|study)\s+",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"\bwho\b|\bauthors? of\b", re.IGNORECASE)
_AUTHORSHIP = re.compile(r"\b(?:by|from|authored|wrote|written|published)\b|['’]s\b", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")
_TRIM = " \t\n.,;:?!'’\"“”«»()"
_QUOTED = re.compile(r"[“\"«](?P<inside>[^”\"»]{2,300})[”\"»]")


@dataclass(frozen=True, kw_only=True)
class Slots:
    """The parts of a question that aren't its frame.

    since, until: years, both included. topic: what stands after "about" or the like. name: the words from
    the first to the last that are in no frame, without years. person: whether the name would be an author's:
    "papers by …" and "Köhler's papers", but neither "who wrote …" nor "papers that deal with sleep".
    """

    since: int | None
    until: int | None
    topic: str | None
    name: str | None
    person: bool


def read_slots(question: str) -> Slots:
    """The slots of a question."""
    since, until, rest = _years(question)
    name = _name(rest)
    person = not _ASKS_WHO.search(question) and bool(
        _AUTHORSHIP.search(question) or (name and not name.islower())
    )
    return Slots(since=since, until=until, topic=_topic(rest), name=name, person=person)


def _years(question: str) -> tuple[int | None, int | None, str]:
    """The first and the last year, and the question without them."""
    if match := _RANGE.search(question):
        first, last = sorted((int(match["first"]), int(match["last"])))
        return first, last, _without(question, match)
    match = _ONE.search(question)
    if match is None:
        return None, None, question
    year, word = int(match["year"]), (match["word"] or "").lower()
    bound, shift = _SHIFT.get(word, ("since" if match["on"] else "", 0))
    since = year + shift if bound != "until" else None
    until = year + shift if bound != "since" else None
    return since, until, _without(question, match)


def _without(question: str, match: re.Match[str]) -> str:
    return f"{question[: match.start()].rstrip()} {question[match.end() :].lstrip()}"


def _topic(text: str) -> str | None:
    """What follows "about", up to its last word that isn't of a frame: "RLHF are there in this library"."""
    about = _ABOUT.search(text)
    if about is None:
        return None
    following = text[about.end() :]
    content = list(_content(following))
    return following[: content[-1].end() if content else None].strip(_TRIM) or None


def before_topic(name: str) -> str:
    """A name without what it is about: "Köhler" of "Köhler on sleep"."""
    about = _ABOUT.search(name)
    return name[: about.start()].strip(_TRIM) if about else name


def _name(text: str) -> str | None:
    if quoted := _QUOTED.search(text):
        return quoted["inside"].strip(_TRIM) or None
    content = list(_content(text))
    if not content:
        return None
    name = text[content[0].start() : content[-1].end()].strip(_TRIM)
    return re.sub(r"['’]s$", "", name) or None


def _content(text: str) -> Iterator[re.Match[str]]:
    """The words of no frame; a capital inside a word or a question makes a name of any word."""
    frame = classifier().columns
    for match in _TOKEN.finditer(text):
        inner = match[0].strip(_TRIM)
        capital = inner[:1].isupper() and match.start() and inner != "I"
        others = (word for word in words(inner) if word not in frame and word not in QUESTION_STOP_WORDS)
        if capital or any(c.isupper() for c in inner[1:]) or any(others):
            yield match
