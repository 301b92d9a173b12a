"""Resolves references to papers of an earlier answer: "the second one", "[2]". Pure.

Papers are counted in the order of the answer's footnotes; where the library didn't answer, in that
of the nearest papers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote.rag.answer import Answer
from footnote.rag.conversation.messages import Message
from footnote.rag.language.stopwords import content_words
from footnote.store.papers import Paper

MAX_TITLE_CHARS = 160
MAX_NAMED = 6
"""Papers that are named in one question, at most."""
_READ = 4000
"""Characters of a question in which references are looked for: more than `max_question_chars` allows
unless it is raised."""

_MOST = 4 * MAX_NAMED
"""References that are examined."""

_ORDINALS = {
    name: n
    for n, names in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th",
         "eighth 8th", "ninth 9th", "tenth 10th"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_PLACES = "|".join([*_ORDINALS, "last", "final"])
_NOUN = "paper|article|study|work|publication|abstract|source"
_NOUNS = "papers|articles|studies|works|publications|abstracts|sources"
_THING = f"one|{_NOUN}|survey|method|approach|benchmark|technique|framework"
_OWN = (
    r"(?! (?:of(?! (?:them|these|those)\b)|on|to|that|which|who|about|in|by|for|from|ever|introducing)\b \w)"
)
"""Not followed by a description of the noun, as in "the first paper to …", which is no reference."""
_SPEAKS = "(?:say|report|claim|find|show|use|need|propose)s?|do|does"
_WORDS = r"[\w.+-]{1,60}(?: [\w.+-]{1,60}){0,3}?"
_WORD = re.compile(r"\w[\w'’-]*")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_NOTE = _pattern(
    r"\[(?P<note>\d{1,3})\](?!\()|\b(?:the )?(?:footnote|citation|reference) (?P<worded>\d{1,3})\b"
)
_PLACED_TWO = _pattern(
    rf"\bthe (?P<one>{_PLACES}) (?:and|or) (?:the )?(?P<other>{_PLACES}) (?:ones|{_NOUNS})\b{_OWN}"
)
_PLACE = _pattern(
    rf"\bthe (?:very )?(?P<place>{_PLACES}) "
    rf"(?:(?:{_THING})\b{_OWN}|of (?:them|these|those)\b(?: (?:{_NOUNS})\b)?)"
    rf"|\bthe (?P<bare>{_PLACES})(?= (?:{_SPEAKS})\b| (?:and|or|with) the (?:{_PLACES})\b| ?[?,.;]| ?$)"
)
_NUMBER = _pattern(rf"(?:\b(?:the )?(?:{_NOUN}|number|no\.) ?#?|(?<!\w)#)(?P<number>\d{{1,2}})\b(?![.%]\d)")
_PAIR = _pattern(rf"\bthe (?P<which>former|latter)\b(?: (?:{_THING})\b)?")
_OTHER = _pattern(rf"\bthe other (?:one|{_NOUN})\b{_OWN}")
_BOTH = _pattern(
    rf"\b(?:(?:both|the two)(?: of them| (?:{_NOUNS}))|both(?=[?.,]| ?$| (?:{_SPEAKS})\b))(?!\w)"
)
_ALL = _pattern(
    rf"\b(?:(?:these|those|all|all the|all these|all those) (?:two |three |four |five )?(?:{_NOUNS})"
    r"|all of them)\b"
)
_SINGLE = _pattern(rf"\b(?:this|that|the) (?:{_NOUN})\b{_OWN}")
_LIKE = _pattern(
    rf"\b(?:the|that) (?P<like>{_WORDS}) (?:one|paper|article|study)\b{_OWN}"
    rf"|\b(?:the|that) (?:one|paper|article|study) (?:on|about|by|from|with|in|called|named) "
    rf"(?P<about>{_WORDS})"
    rf"(?= (?:is|are|was|were|did|has|have|and|or|{_SPEAKS})\b|[?,.;:]? ?$|[?,;:])"
)


@dataclass(frozen=True)
class _Reference:
    """A part of the question, and the papers that it refers to."""

    start: int
    end: int
    papers: tuple[Paper, ...]


def papers_of(answer: Answer) -> tuple[Paper, ...]:
    """The papers of an answer in the order of their first footnotes; where it has none, the nearest."""
    found = [c.paper for c in answer.citations] or [near.paper for near in answer.nearest]
    return tuple({paper.id: paper for paper in found}.values())


def resolve_references(question: str, history: Sequence[Message]) -> str:
    """The question with titles, in quotation marks, in place of references to papers of earlier answers.

    At most `MAX_NAMED` papers are named; references past that are left as they are.
    """
    parts: list[str] = []
    at = 0
    for found in _find(question, history):
        parts += [question[at : found.start], " and ".join(f"“{shown_title(p)}”" for p in found.papers)]
        at = found.end
    return "".join([*parts, question[at:]])


def shown_title(paper: Paper) -> str:
    """The title on one line, cut between words, without brackets or quotation marks that could be read
    as markers or as its end.
    """
    title = " ".join(paper.display_title.translate(_PLAIN).split())
    if len(title) <= MAX_TITLE_CHARS:
        return title
    whole, _, _ = title[: MAX_TITLE_CHARS + 1].rpartition(" ")
    return f"{whole or title[:MAX_TITLE_CHARS]}…"


_PLAIN = str.maketrans({"“": "'", "”": "'", '"': "'", "[": "(", "]": ")", "\u00ad": None})


def _find(question: str, history: Sequence[Message]) -> list[_Reference]:
    """The references to papers, in order, without overlaps, to at most `MAX_NAMED` papers."""
    answers = [m.answer for m in reversed(history) if m.answer is not None]
    listed = [papers for answer in answers if (papers := papers_of(answer))]
    if not listed:
        return []
    kinds: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[Paper, ...]]], ...] = (
        (_NOTE, lambda m: _noted(int(m["note"] or m["worded"]), answers)),
        (_PLACED_TWO, lambda m: _placed(m["one"], listed) + _placed(m["other"], listed)),
        (_PLACE, lambda m: _placed(m["place"] or m["bare"], listed)),
        (_NUMBER, lambda m: _placed(m["number"], listed)),
        (_PAIR, lambda m: _of_two(m, question, listed)),
        (_OTHER, lambda _: _other(listed)),
        (_BOTH, lambda _: listed[0] if len(listed[0]) == 2 else ()),
        (_ALL, lambda _: listed[0]),
        (_SINGLE, lambda _: listed[0] if len(listed[0]) == 1 else ()),
        (_LIKE, lambda m: _described(m["like"] or m["about"], listed)),
    )
    found: list[_Reference] = []
    for pattern, papers_for in kinds:
        for match in pattern.finditer(question, 0, _READ):
            apart = all(match.end() <= f.start or f.end <= match.start() for f in found)
            if len(found) < _MOST and apart and (papers := papers_for(match)):
                found.append(_Reference(match.start(), match.end(), papers))
    found.sort(key=lambda f: f.start)
    room, kept = MAX_NAMED, list[_Reference]()
    for each in found:
        room -= len(each.papers)
        if room >= 0:
            kept.append(each)
    return kept


def _noted(number: int, answers: Sequence[Answer]) -> tuple[Paper, ...]:
    """The paper of the footnote with this number, of the newest answer that has it."""
    for answer in answers:
        for place, citation in enumerate(answer.citations, start=1):
            if answer.number(place) == number:
                return (citation.paper,)
    return ()


def _placed(place: str, listed: Sequence[tuple[Paper, ...]]) -> tuple[Paper, ...]:
    """The paper at a place, of the newest answer with several papers that has such a place."""
    for papers in listed:
        if len(papers) > 1:
            if place.casefold() in ("last", "final"):
                return papers[-1:]
            number = int(place) if place.isdecimal() else _ORDINALS[place.casefold()]
            if 1 <= number <= len(papers):
                return (papers[number - 1],)
    return ()


def _of_two(match: re.Match[str], question: str, listed: Sequence[tuple[Paper, ...]]) -> tuple[Paper, ...]:
    """The former or latter of two papers, unless the question itself names two things before it."""
    before = question[: match.start()]
    own = re.search(r"\w (?:and|or|versus|vs\.?) \w", before, re.IGNORECASE) and not _PAIR.search(before)
    if len(listed[0]) != 2 or (own and len(content_words(before)) > 2):
        return ()
    return listed[0][:1] if match["which"].casefold() == "former" else listed[0][1:]


def _other(listed: Sequence[tuple[Paper, ...]]) -> tuple[Paper, ...]:
    """Of the two papers of an earlier answer, the one that the newest answer wasn't about."""
    if len(listed) < 2 or len(listed[0]) != 1 or len(listed[1]) != 2:
        return ()
    left = tuple(paper for paper in listed[1] if paper.id != listed[0][0].id)
    return left if len(left) == 1 else ()


def _described(words: str, listed: Sequence[tuple[Paper, ...]]) -> tuple[Paper, ...]:
    """The only paper of the newest answers with these words in its title, else in authors or year.

    Names such as "PPO" may also stand in its abstract.
    """
    wanted = _singular([*content_words(words), *(w for w in words.split() if w.isdecimal())])
    if not wanted:
        return ()
    texts: tuple[Callable[[Paper], str], ...] = (_title, _origin)
    if all(any(c.isupper() or c.isdigit() for c in word[1:]) for word in words.split()):
        texts = (_title, _origin, _abstract)
    for papers in listed:
        for text in texts:
            fit = [p for p in papers if wanted <= _singular(_WORD.findall(text(p).casefold()))]
            if len(fit) == 1 and len(papers) > 1:
                return (fit[0],)
            if fit:
                break
    return ()


def _singular(words: Sequence[str]) -> set[str]:
    return {word.removesuffix("s") for word in words}


def _title(paper: Paper) -> str:
    """The title, its words' parts, and its initials: "DPO" is for "Direct Preference Optimization"."""
    title = paper.display_title
    words = re.findall(r"\w+", title)
    initials = "".join(word[0] for word in words)
    runs = [initials[at : at + n] for n in (2, 3, 4, 5) for at in range(len(initials) - n + 1)]
    return " ".join([title, *words, *runs])


def _origin(paper: Paper) -> str:
    return " ".join((*paper.authors, str(paper.year or ""), paper.organisation or ""))


def _abstract(paper: Paper) -> str:
    return f"{paper.display_title} {paper.abstract}"
