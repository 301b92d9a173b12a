"""Cues in a sentence of an abstract: whether it states a result, background, or where data are."""

from __future__ import annotations

import re

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
_AVAILABILITY = re.compile(
    r"https?://|\b(?:publicly|openly|freely) (?:available|released|accessible)\b|"
    r"\b(?:code|models?|data(?:sets?)?|weights|demo) (?:is|are|will be) (?:available|released|open)",
    re.IGNORECASE,
)
_WHERE_ASKED = re.compile(
    r"\b(?:code|github|repositor\w+|available|availability|download\w*|link|url|open-?sourced?|released?|"
    r"weights|checkpoints?)\b",
    re.IGNORECASE,
)


def only_says_where(sentence: str, question: str) -> bool:
    """Whether a sentence says where code or data lie, to a question that doesn't ask for that."""
    return bool(_AVAILABILITY.search(sentence)) and not _WHERE_ASKED.search(question)


def has_digit(sentence: str) -> bool:
    """Whether a sentence has a digit."""
    return any(c.isdigit() for c in sentence)


def is_about_own_paper(sentence: str) -> bool:
    """Whether a sentence is about its own paper ("we", "in this work")."""
    return bool(_OWN.search(sentence))


def states_result(sentence: str) -> bool:
    """Whether a sentence has words of a finding ("shows", "outperforms")."""
    return bool(_RESULT.search(sentence))


def is_background(sentence: str) -> bool:
    """Whether a sentence begins like those that give the background ("Recent", "Despite")."""
    return bool(_BACKGROUND.search(sentence))
