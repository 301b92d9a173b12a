"""Cues in a sentence of an abstract: a result, background, where data are, or nothing that answers."""

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
_BOILERPLATE = re.compile(
    r"©|\ball rights reserved\b|\b\(c\) (?:19|20)\d\d\b|\bpublished by (?:elsevier|wiley|springer|oxford)\b|"
    r"^\W*copyright\b|\b(?:trial|clinical\w*\.gov) (?:registration|identifier|number)\b",
    re.IGNORECASE,
)
_LABEL_WORDS = 4
"""Words of the longest label of a section ("Materials and methods:")."""
_LABEL = re.compile(
    r"\s*(?:(?:background|context|introduction|objectives?|aims?|purpose|rationale|design|settings?|methods?|methodology|"
    r"approach|materials?|participants|patients|subjects|interventions?|measures?|measurements?|outcomes?|main|"
    r"primary|findings|results?|discussion|interpretation|conclusions?|significance|implications|limitations|summary|"
    r"abstract|and|study|data|sources?|principal|analysis|of|the|problem|question|case|presentation)\b[\s/&,]*){1,5}"
    r"(?:[:.\u2013\u2014-]\s*|$)",
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


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence belongs to the publisher ("© 2010 Elsevier"), or is only the label of a section."""
    return bool(_BOILERPLATE.search(sentence)) or label_length(sentence) >= len(sentence.rstrip())


def label_length(sentence: str) -> int:
    """Characters of the section label that a sentence begins with ("Methods: "); 0 without one."""
    found = _LABEL.match(sentence)
    if found is None or (len(sentence) > found.end() and not sentence[found.end()].isupper()):
        return 0
    return found.end() if len(found[0].split()) <= _LABEL_WORDS else 0


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
