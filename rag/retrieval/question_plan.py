"""What a question asks about: one thing, several things side by side, many papers, or two things in turn.

Pure: the names that the library has come from `name_match`. A comparison is recognised by what joins two
things (and, or, than, …) together with a word that compares them, or by two names that are joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from footnote.rag.language.names import question_names
from footnote.rag.language.stopwords import QUESTION_STOP_WORDS
from footnote.rag.retrieval.name_match import WORD, NamedPapers
from footnote.rag.retrieval.question_kind import asks_for_several, survey_topic

PlanKind = Literal["single", "comparison", "survey", "in_turn"]

MOST_SIDES = 4
_LONGEST_SIDE = 6
"""Words; a longer run is a clause."""
_JOINING = frozenset("and or vs versus than with to from over".split())
_BEFORE = frozenset("between compare comparing comparison contrast distinguish distinguishes versus".split())
"""Words that open a comparison: "compare X with Y", "between X and Y"."""
_AFTER = frozenset("differ compare both alike".split())
"""Words that close one: "how do X and Y differ", "do X and Y both …"."""
_AMID = frozenset(
    "differ differs different better worse faster larger smaller compare compares compared".split()
)
"""Words before the joining one: "X differs from Y", "is X better than Y"."""
_COMPARING = _BEFORE | _AFTER | _AMID | frozenset("difference differences similarity similarities vs".split())
_INTERROGATIVE = (
    r"(?:what|how|why|when|where|who|which|whose|does|do|did|is|are|was|were|can|could|has|have|will)"
)
_SECOND_QUESTION = re.compile(
    rf"(?:[,;]\s*(?:and\s+)?|\s+and\s+|\?\s+(?:and\s+)?)(?={_INTERROGATIVE}\b)", re.IGNORECASE
)
_ASKS = re.compile(
    rf"^\W*(?:{_INTERROGATIVE}|compare|explain|describe|tell me (?:about|what)|and)\b", re.IGNORECASE
)
_FRAME = re.compile(
    r"^\W*(?:(?:what|who|which|how|why|when|where)\b(?:\s+\w+){0,2}?\s+)??"
    r"(?:is|are|was|were|does|do|did|can|could|has|have|will|describe|explain|tell me about)\s+",
    re.IGNORECASE,
)
"""The opening words of a question, up to what it asks about."""
_CHOICE = re.compile(r"\bwhich\b[^?]*[,:][^,:]*\bor\b[^,:]*$|\bor\b[^?]*[,:]\s*which\b", re.IGNORECASE)
_LIST_GAP = re.compile(r"\s*(?:,|,?\s*(?:and|or|vs\.?|versus))\s+(?:the\s+)?", re.IGNORECASE)
_WITHIN = frozenset("of the a an".split())
"""Function words that may stand within a side."""
_PRONOUN = re.compile(r"\b(?:(?P<own>its|their)|(?P<thing>it|they|them))\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\bit\s+(?:\w+\s+){1,3}(?:that|to)\b|"
    r"\b(?:is|was|does|makes?|takes?) it\s+(?:\w+\s+){0,2}(?:that|to)\b",
    re.IGNORECASE,
)
"""An "it" that stands for nothing: "is it possible to …"."""


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """A part of a question, as a question of its own. subject: the side of a comparison, as written."""

    question: str
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionPlan:
    """The parts of a question, at least one; a single question and a survey have one, the whole."""

    kind: PlanKind
    parts: tuple[PlannedPart, ...]


def plan_question(
    question: str, named: Sequence[NamedPapers] = (), *, about_one: bool | None = None
) -> QuestionPlan:
    """The parts of a standalone question. named: its names that few papers have.

    about_one: whether one of them surely stands for a paper, so that this isn't a survey; None: any may.
    """
    if about_one is None:
        about_one = any(each.subject for each in named)
    if asks_for_several(question) and not about_one:
        return QuestionPlan(kind="survey", parts=(PlannedPart(question=survey_topic(question)),))
    if parts := _in_turn(question, named):
        return QuestionPlan(kind="in_turn", parts=parts)
    sides = _sides(question, named)
    if len(sides) > 1:
        parts = tuple(
            PlannedPart(question=_about(question, side, sides), subject=side.text) for side in sides
        )
        return QuestionPlan(kind="comparison", parts=parts)
    return QuestionPlan(kind="single", parts=(PlannedPart(question=question),))


# Two questions in turn


def _in_turn(question: str, named: Sequence[NamedPapers]) -> tuple[PlannedPart, ...]:
    """The questions of "what is X and how big is it?", each with X; empty where it isn't of this form.

    Only where a pronoun of the second question leans on the first: else both may be about two papers'
    one finding, and the whole question finds it better.
    """
    cut = _SECOND_QUESTION.search(question)
    if cut is None or not _ASKS.match(question):
        return ()
    first, second = question[: cut.start()].strip(), question[cut.end() :].strip()
    pronoun = _PRONOUN.search(second)
    if pronoun is None or _EXPLETIVE.search(second):
        return ()
    names = {each.name for each in named if each.start < cut.start()}
    frame = _FRAME.match(first)
    rest = first[frame.end() :].strip(" ?.,") if frame else ""
    opening = next((name for name in names if rest.startswith(name)), None)
    subject = opening or rest or (names.pop() if len(names) == 1 else "")
    if not subject:
        return ()
    possessive = subject + ("’" if subject.endswith("s") else "’s")
    resolved = _PRONOUN.sub(lambda m: possessive if m["own"] else subject, second, count=1)
    return (
        PlannedPart(question=f"{first.rstrip('?.')}?"),
        PlannedPart(question=resolved[0].upper() + resolved[1:]),
    )


# Things side by side


@dataclass(frozen=True)
class _Side:
    text: str
    start: int
    end: int


def _sides(question: str, named: Sequence[NamedPapers]) -> list[_Side]:
    """The things that a question sets side by side, in its order; fewer than two where it doesn't."""
    words = list(WORD.finditer(question))
    names = _named_sides(named)
    if len(names) > 1 and (
        any(_lower(m) in _COMPARING for m in words) or _is_list(question, names) or _chooses(question)
    ):
        return names[:MOST_SIDES]
    for n, match in enumerate(words):
        if _lower(match) not in _JOINING:
            continue
        amid = n > 0 and _lower(words[n - 1]) in _AMID
        left = _phrase(question, words, n - 1 - amid, -1, named)
        right = _phrase(question, words, n + 1, 1, named)
        if left and right and left.text.casefold() != right.text.casefold():
            # In a choice both stand at an end of the question: "which is faster, X or Y?"
            opens = words[left.first - 1] if left.first else None
            closes = words[right.last + 1 : right.last + 5]
            if (
                _lower(match) in ("vs", "versus")
                or amid
                or (opens and _lower(opens) in _BEFORE)
                or (_lower(match) == "and" and _closes(closes))
                or (_lower(match) == "or" and _chooses(question))
            ):
                return [left.side, right.side]
    return []


def _lower(word: re.Match[str]) -> str:
    return word[0].casefold()


def _closes(following: Sequence[re.Match[str]]) -> bool:
    """Whether the words after two things compare them: "X and Y differ", "X and Y have this in common"."""
    after = [_lower(each) for each in following]
    return bool(_AFTER.intersection(after[:2])) or "common" in after


def _chooses(question: str) -> bool:
    """Whether it is a choice: "which is faster, X or Y?", "X or Y: which …"."""
    return bool(_CHOICE.search(question))


def _named_sides(named: Sequence[NamedPapers]) -> list[_Side]:
    """A side for each name that stands for a paper of its own."""
    sides: dict[str, _Side] = {}
    for each in named:
        if each.subject and each.subject not in sides:
            sides[each.subject] = _Side(each.name, each.start, each.start + len(each.name))
    return list(sides.values())


def _is_list(question: str, sides: Sequence[_Side]) -> bool:
    """Whether only joining words and commas stand between neighbours."""
    gaps = [question[one.end : other.start] for one, other in pairwise(sides)]
    return all(_LIST_GAP.fullmatch(gap) for gap in gaps)


@dataclass(frozen=True)
class _Phrase:
    """A side, and the places of its first and last word with those that belong to it ("the")."""

    side: _Side
    first: int
    last: int

    @property
    def text(self) -> str:
        return self.side.text


def _phrase(
    question: str, words: Sequence[re.Match[str]], at: int, step: int, named: Sequence[NamedPapers]
) -> _Phrase | None:
    """The words from a place on, in one direction, up to a function word, a comparing word or a mark.

    A name among them is all of the side: what stands around it belongs to the question.
    """
    run: list[int] = []
    while 0 <= at < len(words):
        lower = _lower(words[at])
        if run and any(c in ",;:?!()." for c in _between(question, words[run[-1]], words[at])):
            break
        if lower in _JOINING or lower in _COMPARING:
            break
        if lower in QUESTION_STOP_WORDS and lower not in _WITHIN:
            break
        run.append(at)
        at += step
    run.sort()
    content = [n for n in run if _lower(words[n]) not in _WITHIN]
    if not 0 < len(content) <= _LONGEST_SIDE:
        return None
    known = {each.start for each in named}
    marked = question_names(question)
    names = [n for n in content if words[n].start() in known or _is_marked(words[n][0], marked)]
    first, last = (names[0], names[-1]) if names else (content[0], content[-1])
    start, end = words[first].start(), words[last].end()
    return _Phrase(_Side(question[start:end], start, end), first=run[0], last=run[-1])


def _between(question: str, one: re.Match[str], other: re.Match[str]) -> str:
    return question[min(one.end(), other.end()) : max(one.start(), other.start())]


def _is_marked(word: str, marked: set[str]) -> bool:
    parts = [part for part in re.findall(r"\w+", word.casefold()) if len(part) > 1]
    return bool(parts) and all(part in marked for part in parts)


def _about(question: str, side: _Side, sides: Sequence[_Side]) -> str:
    """The question about one side alone; "What is X?" where nothing else is asked of it."""
    text = question
    for other in sorted(sides, key=lambda each: -each.start):
        if other is not side:
            text = text[: other.start] + text[other.end :]
    named = {m[0].casefold() for m in WORD.finditer(side.text)}
    rest = [
        m[0]
        for m in WORD.finditer(text)
        if _lower(m) not in QUESTION_STOP_WORDS | _COMPARING | _JOINING | named
    ]
    return " ".join(text.split()) if rest else f"What is {side.text}?"
