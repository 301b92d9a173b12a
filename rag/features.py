"""What a sentence or a question says by its words alone: cues that rankings weigh."""

from __future__ import annotations

import re

_NUMBER_WANTED = re.compile(
    r"\bhow (?:many|much|big|large|often|far|long|high|expensive)\b|\b(?:what|which) (?:share|percentage|"
    r"fraction|sample size|proportion|size|score|number|rate)\b|\bby how\b|\bpercent|\bnumber of\b|\bhours\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twice|half|halves|double[sd]?|thirds?|quarters?|"
    r"dozens?|hundreds?|thousands?|millions?|billions?|no|none|zero)\b",
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
_TOKEN = re.compile(r"[\w@-]+")
_WORD = re.compile(r"\w+")
_LOOK_BACK = 20
"""Characters before a word that tell whether a sentence begins with it."""
_SENTENCE_END = re.compile(r"[.?!:]['\"”’)]*\s+[\"'“‘(]*\Z")


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


def wants_number(question: str) -> bool:
    """Whether only a number can answer ("how many", "what share")."""
    return bool(_NUMBER_WANTED.search(question))


def has_number(sentence: str) -> bool:
    """Whether a sentence states a quantity, in digits or in words."""
    return bool(_NUMBER.search(sentence))


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


def names(text: str) -> set[str]:
    """Words of a question that name things: capitals inside a word or not at a sentence's start, digits.

    In lower case, parted at hyphens and the like; single letters are left out.
    """
    found: set[str] = set()
    for match in _TOKEN.finditer(text):
        token = match[0]
        inside = any(c.isupper() for c in token[1:]) or any(c.isdigit() for c in token)
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        begins = not before.rstrip(" \"'“‘(") or _SENTENCE_END.search(before)
        if inside or (token[0].isupper() and not begins):
            found |= {w for w in _WORD.findall(token.casefold()) if len(w) > 1}
    return found


def words(text: str) -> set[str]:
    """Words of a text in lower case."""
    return set(_WORD.findall(text.casefold()))
