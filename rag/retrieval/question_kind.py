"""What a sentence or a question says by its words alone: cues that rankings weigh."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal["count", "share", "number", "date", "price", "maker"]
"""What only one kind of word can answer."""

_MEASURES = (
    r"score|number|rate|rates|size|sizes|accuracy|precision|recall|f1|auc|error|gains?|margin|speed-?up|speedup|"
    r"temperature|dimensions?|gpu hours|hours"
)
_WANTED: Mapping[Kind, re.Pattern[str]] = {
    "share": re.compile(
        r"\b(?:what|which) (?:share|percentage|fraction|proportion)\b|\bpercent(?:age)?\b", re.IGNORECASE
    ),
    "price": re.compile(
        r"\bhow (?:much (?:did|does|do|would|will) it cost|expensive)\b|\bprices?\b", re.IGNORECASE
    ),
    "count": re.compile(
        r"\bhow many (?!points|percent|times|hours)|\bnumber of\b|\bsample size\b|\bhow (?:big|large)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"\bhow (?:many|much|often|far|long|high)\b|\bby how\b|"
        rf"\b(?:what|which) (?:[\w@-]{{1,30}} ){{0,2}}(?:{_MEASURES})\b|\b(?:gpu )?hours\b",
        re.IGNORECASE,
    ),
    "date": re.compile(
        r"\b(?:when (?:was|were|did)|(?:what|which) (?:year|month|date))\b.{0,200}"
        r"\b(?:publish|releas|appear|made|found|creat|develop|written|introduc|propos)",
        re.IGNORECASE,
    ),
    "maker": re.compile(
        r"\bwho (?:built|created?|designed|develop(?:ed|s)|fund(?:ed|s)|introduced|invented|ma(?:de|kes)|"
        r"owns|proposed|published|released|trained|wrote|(?:is|are|were) (?:the )?(?:\w{1,30} )?"
        r"(?:authors?|creators?|developers?|makers?))\b|"
        r"\b(?:which|what) (?:compan(?:y|ies)|university|institut(?:ion|e)|lab|laboratory|organi[sz]ation|"
        r"research group|journal|conference|licen[cs]e)\b|\bauthors? of\b|\bfunded by\b",
        re.IGNORECASE,
    ),
}
_COUNTED = re.compile(r"\b(?:how many|number of) ((?:(?!(?:did|do|does|are|is|was|were|in|took|has|have)\b)"
                      r"[\w-]{1,40} ?){1,3})", re.IGNORECASE)  # fmt: skip
_IN_WORDS = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twice|half|halves|double[sd]?|thirds?|quarters?|"
    r"dozens?|hundreds?|thousands?|millions?|billions?|none|zero)\b"
)
_DIGITS = r"(?<![\w@(.,-])\d[\d.,]{0,20}(?![\d.,]{0,20}\)|D\b)"
"""Not in a name ("GPT-4", "2D"), and not the number of an item ("(1)")."""
_GIVEN: Mapping[Kind, re.Pattern[str]] = {
    "share": re.compile(
        r"\d\s?\\?%|\bpercent\b|\d?\.\d|\b(?:half|thirds?|quarters?|fifths?|majority)\b", re.IGNORECASE
    ),
    "price": re.compile(r"[$€£]\s?\d|\b(?:dollars?|euros?|cents?|usd|gpu[- ]hours)\b", re.IGNORECASE),
    "count": re.compile(rf"{_DIGITS}(?!\s?\\?%|\d|[.,]\d)|{_IN_WORDS}", re.IGNORECASE),
    "number": re.compile(rf"{_DIGITS}|{_IN_WORDS}", re.IGNORECASE),
    "date": re.compile(r"\b(?:19|20)\d\d\b"),
    "maker": re.compile(
        r"\b(?:made|built|created|developed|designed|released|funded) (?:by|at) (?-i:[A-Z])|\bet al\b|"
        r"\b(?:university|institute|inc|licen[cs]e)\b",
        re.IGNORECASE,
    ),
}
_SEVERAL = (
    r"(?:papers|articles|works|studies|surveys|approaches|methods|techniques|frameworks|algorithms|strategies|"
    r"remedies|cures|benchmarks|data ?sets)"
)
_SEVERAL_WANTED = re.compile(
    # Not "which methods does X use": that asks for one paper.
    rf"\b(?:which|what) (?:\w{{1,30}} ){{0,2}}{_SEVERAL}\b(?! (?:does|did)\b)|"
    rf"\b(?:are|is) there (?:\w{{1,30}} ){{0,2}}{_SEVERAL}\b|"
    rf"^(?:please )?(?:list|name|show me|give me|find) (?:\w{{1,30}} ){{0,3}}{_SEVERAL}\b|"
    r"\bin what (?:different )?ways\b|\bdifferent papers\b|"
    r"^(?:papers|works|studies|articles) (?:on|about|that)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:we|our|this (?:paper|work|study|survey)|in this)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:shows?|demonstrat\w+|finds?|found|reveal\w*|outperform\w*|achiev\w+|improv\w+|results?|"
    r"experiments?|surpass\w*|reduc\w+|increas\w+)\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"^(?:while|despite|although|however|recent|existing|current|traditional|conventional|many|most|"
    r"previous|prior|with the|large language models|in recent|as |aligning|alignment|"
    r"reinforcement learning from|given)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


_AVAILABILITY = re.compile(
    r"https?://|\b(?:publicly|openly|freely) (?:available|released|accessible)\b|"
    r"\b(?:code|models?|data(?:sets?)?|weights|demo) (?:is|are|will be) (?:available|released|open)",
    re.IGNORECASE,
)
_WHERE_WANTED = re.compile(
    r"\b(?:code|github|repositor\w+|available|availability|download\w*|link|url|open-?sourced?|released?|"
    r"weights|checkpoints?)\b",
    re.IGNORECASE,
)


def only_tells_where(sentence: str, question: str) -> bool:
    """Whether a sentence says where code or data lie, to a question that doesn't ask for that."""
    return bool(_AVAILABILITY.search(sentence)) and not _WHERE_WANTED.search(question)


def asked_kind(question: str) -> Kind | None:
    """What alone can answer ("how many": a count), None where a sentence of any kind may."""
    return next((kind for kind, pattern in _WANTED.items() if pattern.search(question)), None)


def counted_things(question: str) -> str:
    """The words that name what a question wants counted ("how many volunteers": "volunteers"), or none."""
    found = _COUNTED.search(question)
    return found[1] if found else ""


def gives(sentence: str, kind: Kind) -> bool:
    """Whether a sentence states something of this kind, whatever it is said of."""
    return bool(_GIVEN[kind].search(sentence))


def wants_several(question: str) -> bool:
    """Whether a question plainly asks for papers, or for several things that papers describe."""
    return bool(_SEVERAL_WANTED.search(question))


def has_digit(sentence: str) -> bool:
    """Whether a sentence holds a digit."""
    return any(c.isdigit() for c in sentence)


def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence tells what its own paper did ("we", "in this work")."""
    return bool(_OWN.search(sentence))


def tells_result(sentence: str) -> bool:
    """Whether a sentence has the words of a finding."""
    return bool(_RESULT.search(sentence))


def is_background(sentence: str) -> bool:
    """Whether a sentence begins as those do that set the scene."""
    return bool(_BACKGROUND.search(sentence))


def words(text: str) -> set[str]:
    """Words of a text in lower case."""
    return set(_WORD.findall(text.casefold()))
