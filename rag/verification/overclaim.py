"""Overclaims: claims stronger than their source, "always" for "often", "causes" for "is linked to"."""

from __future__ import annotations

import re

from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_ALL = re.compile(
    r"\b(?:all|every|always|each|any|entirely|completely|invariably|universally|everywhere|100\s?%)\b", re.I
)
_ALL_IN_SOURCE = re.compile(
    r"\b(?:all|every|always|each|any|entire(?:ly)?|complete(?:ly)?|invariably|universal(?:ly)?|whole|full(?:y)?|"
    r"everywhere|consistent(?:ly)?|both|across|100\s?%)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:nearly|almost|most|mostly|often|sometimes|many|some|several|majority|typically|usually|generally|tends?|"
    r"frequently|may|might|can|could|partly|partially|occasionally|largely|mainly|not)\b[\s\w]{0,20}",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:caus(?:es|ed|ing|e)|because of|due to|leads? to|led to|results? in|triggers?)\b", re.IGNORECASE
)
_LINK = re.compile(
    r"\b(?:associat(?:ed|ion|ions)|correlat(?:ed|es|ion|ions)|linked|predict(?:s|ed)|relat(?:ed|ion|ionship))\b",
    re.I,
)
_GUESS = re.compile(
    r"\b(?:hypothes[ie][sz]\w*|conjectur\w*|speculat\w*|suspect|"
    r"assum(?:e|es|ed|ing)(?! (?:\w+ ){0,2}roles?\b))\b",
    re.I,
)
_OWN_GUESS = re.compile(
    r"\b(?:hypothes\w*|conjectur\w*|speculat\w*|assum\w*|suspect\w*|may|might|could|suggest\w*|possibl\w*|likely|"
    r"argue\w*|believ\w*|perhaps|propos\w*|appear\w*|seem\w*|expect\w*|thought|think)\b",
    re.IGNORECASE,
)


def overclaims(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Ways in which a claim is stronger than the sentence nearest to it: in force, not in matter."""
    return [
        Finding("overclaim", text)
        for text in _overclaims(claim.tokens.text, evidence.main(claim).tokens.text)
    ]


def _overclaims(claim: str, source: str) -> list[str]:
    reasons = []
    every = _ALL.search(claim)
    if every and re.search(r"\b(?:expect|assume|believe|think|suppose)\b", claim[: every.start()], re.I):
        every = None  # what somebody might expect is not what is claimed
    nearly = (
        re.search(r"\b(?:nearly|almost|not|virtually|over)\s*\Z", claim[: every.start()]) if every else None
    )
    limited = [match[0] for match in _NOT_ALL.finditer(source)]
    if every and not nearly and limited:
        whole = [m for m in _ALL_IN_SOURCE.finditer(source)
                 if not re.search(r"\b(?:nearly|almost|not)\s*\Z", source[: m.start()])]  # fmt: skip
        if not whole:
            reasons.append(f"says “{every[0]}”, where the source doesn't go so far")
    if (cause := _CAUSE.search(claim)) and _LINK.search(source) and not _LINK.search(claim):
        stated = [
            m
            for m in _CAUSE.finditer(source)
            if not re.search(r"\b(?:not|cannot|whether|n't)\b", source[max(0, m.start() - 60) : m.start()])
        ]
        if not stated:
            reasons.append(f"says “{cause[0]}” where the source tells only of a link")
    if (
        (guess := _GUESS.search(source))
        and not _OWN_GUESS.search(claim)
        and "." not in source[: guess.start()]
    ):
        reasons.append(f"states as a finding what the source only takes as a guess (“{guess[0]}”)")
    return reasons
