"""What kind of answer a question asks for (a count, a date, several papers), by patterns of English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

QuestionKind = Literal["count", "share", "number", "date", "price", "maker"]
"""Kinds of answer that can be recognised by their words."""

_MEASURES = (
    r"score|number|rate|rates|size|sizes|accuracy|precision|recall|f1|auc|error|gains?|margin|speed-?up|speedup|"
    r"temperature|dimensions?|gpu hours|hours"
)
_ASKED: Mapping[QuestionKind, re.Pattern[str]] = {
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
"""Digits that are not part of a name ("GPT-4", "2D") or of an item's number ("(1)")."""
_STATED: Mapping[QuestionKind, re.Pattern[str]] = {
    "share": re.compile(
        r"\d\s?\\?%|\bpercent\b|\d?\.\d|\b(?:half|thirds?|quarters?|fifths?|majority)\b", re.IGNORECASE
    ),
    "price": re.compile(r"[$€£]\s?\d|\b(?:dollars?|euros?|cents?|usd|gpu[- ]hours)\b", re.IGNORECASE),
    "count": re.compile(rf"{_DIGITS}(?!\s?\\?%|\d|[.,]\d)|{_IN_WORDS}", re.IGNORECASE),
    "number": re.compile(rf"{_DIGITS}|{_IN_WORDS}", re.IGNORECASE),
    "date": re.compile(r"\b(?:19|20)\d\d\b"),
    "maker": re.compile(
        r"\b(?:made|built|created|developed|designed|released|funded) (?:by|at) (?-i:[A-Z])|\bet al\b|"
        # Where a system runs shows whose it is.
        r"\bdeployed (?:\w{1,30} ){0,3}?(?:at|by|in|on|within) (?:the )?(?-i:[A-Z])|"
        r"\b(?:university|institute|inc|licen[cs]e)\b",
        re.IGNORECASE,
    ),
}
_SEVERAL = (
    r"(?:papers|articles|works|studies|surveys|approaches|methods|techniques|frameworks|algorithms|strategies|"
    r"remedies|cures|ways|solutions|options|interventions|benchmarks|data ?sets)"
)
_ASKS_FOR_SEVERAL = re.compile(
    # Not "which methods does X use": that asks for one paper.
    rf"\b(?:which|what)(?: are| were| is)?(?: the| some)? (?:[\w-]{{1,30}} ){{0,2}}{_SEVERAL}\b"
    r"(?! (?:does|did)\b)|"
    rf"\b(?:are|is) there (?:\w{{1,30}} ){{0,2}}{_SEVERAL}\b|"
    rf"^(?:please )?(?:list|name|show me|give me|find) (?:\w{{1,30}} ){{0,3}}{_SEVERAL}\b|"
    r"\b(?:literature|systematic) (?:review|survey|overview)\b|"
    r"\b(?:review|survey|overview) of (?:the )?(?:literature|work|research|papers)\b|"
    r"^\W*(?:please )?(?:give|write|show|provide)(?: me)? an? (?:[\w-]{1,30} )?"
    r"(?:review|survey|overview) (?:of|on)\b|"
    r"\bin what (?:different )?ways\b|\bdifferent papers\b|"
    rf"^{_SEVERAL} (?:on|about|that|for|to|of)\b",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"^\W*(?:[\w-]{1,30} ){0,5}?(?:review|survey|overview)s? (?:of|on|about)"
    r"(?: (?:the )?(?:literature|work|research|papers) (?:on|about))? ",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"^\W*(?:what|who)(?:'s|’s| is| are) (?:an? |the )?"
    r"((?:(?!(?:of|for|in|on|to|by|with|between|and)\b)[\w-]{1,40} ?){1,3})(?:,| and\b|[?.!\s]*$)",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\b(?:introduc|propos|present|develop|releas|defin|term|dubb|call|nam)\w*\b|"
    r"\b(?:known as|refers? to|i\.e\.)|\b(?:is|are) (?:an?|the)\b|[(,—–] ?(?:where|in which|that is)\b",
    re.IGNORECASE,
)
_LIMITS_ASKED = re.compile(
    r"\b(?:limits|limitations?|drawbacks?|weakness(?:es)?|shortcomings?|disadvantages?|downsides?|pitfalls?|"
    r"problems? (?:with|of))\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:however|limit(?:s|ed|ation|ations)|suffers?|fails?|lacks?|overlooks?|neglects?|ignores?|drawbacks?|"
    r"shortcomings?|weakness(?:es)?|disadvantages?|struggles?|prone|brittle|unstable|instability|sensitiv\w+|"
    r"vulnerab\w+|degrad\w+|degenerat\w+|cannot|can't|overfit\w*|over-?optimi[sz]ation|hacking|costly|"
    r"suboptimal|insufficient\w*|only (?:works?|supports?|align))\b",
    re.IGNORECASE,
)
_RESOLVED = re.compile(r"^\W*(?:to|in order to) (?:\w+ly )?(?:\w+) ", re.IGNORECASE)
"""A sentence that sets out to solve a problem ("To address these limitations, we …") names none."""
_INTRODUCTION = (
    r"(?:introduc|propos|present|invent|originat|creat|releas|develop|design|coin|ma[dk]|buil[dt])"
    r"(?:e[sd]?|ed|s)?"
)
_INTRODUCER = (
    r"(?:paper|article|work|study|authors?|researchers?|people|team|group|lab|laboratory|company|university|"
    r"institut(?:e|ion)|organi[sz]ation)"
)
_SORT = r"(?: (?:algorithm|approach|benchmark|data ?set|framework|loss|method|metric|model|objective))"
_SOURCED = r"(?!(?:this|that|these|those|it|them|you)\b)([\w@.&/-]{2,40}(?: [\w@.&/-]{1,40}){0,4}?)"
_INTRODUCED = re.compile(
    rf"\b(?:which|what|who)\b(?: {_INTRODUCER})?(?: (?:first|originally|has|have|had))* "
    rf"{_INTRODUCTION} (?:the )?{_SOURCED}{_SORT}?\W*$|"
    rf"\bwhere (?:is|was|were) (?:the )?{_SOURCED}{_SORT}? "
    rf"(?:first |originally )?{_INTRODUCTION}\W*$|"
    rf"\b(?:which|what) {_INTRODUCER} (?:is|was|were) (?:the )?{_SOURCED}{_SORT}? "
    rf"(?:first |originally )?{_INTRODUCTION}(?: (?:in|by))?\W*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def asked_kind(question: str) -> QuestionKind | None:
    """The only kind of answer to a question ("how many": a count); None where any sentence may answer."""
    return next((kind for kind, pattern in _ASKED.items() if pattern.search(question)), None)


def counted_things(question: str) -> str:
    """The words for the things to be counted ("how many volunteers": "volunteers"), or an empty text."""
    found = _COUNTED.search(question)
    return found[1] if found else ""


def defined_thing(question: str) -> str:
    """The thing that a question asks to explain ("what is X?": "X"), or an empty text."""
    found = _DEFINED.search(question)
    return found[1].strip() if found else ""


def introduced_thing(question: str) -> str:
    """The thing whose source a question asks for ("which paper introduced X?": "X"), or an empty text."""
    found = _INTRODUCED.search(question)
    return next(filter(None, found.groups()), "") if found else ""


def asks_for_limits(question: str) -> bool:
    """Whether a question asks what is wrong with something ("What are the drawbacks of X?")."""
    return bool(_LIMITS_ASKED.search(question))


def states_limits(sentence: str) -> bool:
    """Whether a sentence says what something can't do or does badly."""
    return bool(_LIMITS.search(sentence)) and not _RESOLVED.match(sentence)


def may_define(sentence: str) -> bool:
    """Whether a sentence has words by which things are introduced or explained."""
    return bool(_DEFINES.search(sentence))


def states_kind(sentence: str, kind: QuestionKind) -> bool:
    """Whether a sentence states something of this kind, about any subject."""
    return bool(_STATED[kind].search(sentence))


def asks_for_several(question: str) -> bool:
    """Whether a question asks for papers, or for several things that papers describe."""
    return bool(_ASKS_FOR_SEVERAL.search(question))


def survey_topic(question: str) -> str:
    """A question for several without the request for a review: "a literature review on X" → "X"."""
    return _REVIEW.sub("", question)


def words(text: str) -> set[str]:
    """Words of a text in lower case."""
    return set(_WORD.findall(text.casefold()))
