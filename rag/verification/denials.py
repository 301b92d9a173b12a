"""Denials: what a claim denies and its source doesn't, and the reverse."""

from __future__ import annotations

from collections.abc import Mapping

from footnote.rag.language.negation import Denial, Denials, stem_parts
from footnote.rag.language.tokens import TokenizedText, parts
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText


def denial_clashes(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """What the claim denies and its nearest sentences state, or the reverse; at most three findings."""
    ours, theirs = claim.denials, evidence.nearest(claim).denials
    texts = [
        f"says “{_shown(denial, ours.tokens)}”, which the source does not deny"
        for denial in ours.hard
        if _unsupported(denial, ours, theirs)
    ]
    texts += [
        f"leaves out the source's “{_shown(denial, theirs.tokens)}”"
        for denial in theirs.hard
        if _ignored(denial, theirs, ours)
    ]
    return [Finding("negation", text) for text in texts[:3]]


def _unsupported(denial: Denial, claim: Denials, source: Denials) -> bool:
    """Whether what the claim denies stands undenied in a clause of the source on the same thing."""
    heads = {part for head in denial.heads for part in head.split("-")}
    clauses = _matching_clauses(heads, source.by_clause)
    if not clauses:
        return False
    shared = _content(claim.tokens) & {part for clause in clauses for part in source.by_clause[clause]}
    if len(shared) < min(2, len(_content(claim.tokens))):
        return False
    return not source.doubtful(_around(clauses))


def _ignored(denial: Denial, source: Denials, claim: Denials) -> bool:
    """Whether the claim says, without a denial, what the source denies."""
    heads = [part for head in denial.heads for part in head.split("-")]
    words = claim.tokens.words
    places = [n for n, word in enumerate(words) if word.stem and set(parts(word.lower)) & set(heads[:2])]
    if not places or claim.doubtful({word.clause for word in words}):
        return False
    elsewhere = {
        p for n, w in enumerate(source.tokens.words) if n not in source.any_reach for p in stem_parts(w)
    }
    said = {part for n in places for part in parts(words[n].lower)} & set(heads)
    if said <= elsewhere:
        return False
    clause = source.tokens.words[denial.place].clause
    there = source.by_clause[clause]
    ours = _content(claim.tokens)
    # The claim must be of that clause: most of what is denied there, and a good part of itself.
    after = {p for n in denial.reach for p in stem_parts(source.tokens.words[n])}
    return len(ours & after) >= max(1, 0.5 * len(after)) and len(ours & there) >= 0.4 * len(ours)


def _matching_clauses(heads: set[str], by_clause: Mapping[int, set[str]]) -> set[int]:
    found = {clause: len(heads & stems) for clause, stems in by_clause.items() if heads & stems}
    best = max(found.values(), default=0)
    return {clause for clause, shared in found.items() if shared == best}


def _around(clauses: set[int]) -> set[int]:
    return {near for clause in clauses for near in (clause - 1, clause, clause + 1)}


def _content(tokens: TokenizedText) -> set[str]:
    return {part for word in tokens.content for part in stem_parts(word)}


def _shown(denial: Denial, tokens: TokenizedText) -> str:
    last = min(max(denial.reach, default=denial.place), denial.place + 4)
    words = tokens.words[denial.place : last + 1]
    end = words[-1].start + len(words[-1].text)
    return tokens.text[words[0].start : end]
