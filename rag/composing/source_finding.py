"""Sources for sentences that a model wrote without citing any: the nearest sentences of the papers.

Small models write fluent answers without one marker. What they say is checked like any other claim, against
the sentences that are nearest in meaning and words; where none is near, the sentence stays without source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from footnote.rag.answer import Citation, DraftClaim
from footnote.rag.language.tokens import tokenize
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.store.display import plain_text
from footnote.store.protocols import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts → unit vectors, one row a text."""

MAX_SOURCES = 3
_NEAR = 0.5
"""Cosine that the first source must have to the sentence."""
_SHARED = 0.3
"""Share of the sentence's words of content that the first source must have."""
_ADDS = 0.2
"""Share of the words that each further source must add."""
_WORDS_WEIGHT = 0.5
_MAX_CHARS = 2_000
_LIKELY = 8
"""Sentences of each paper, nearest first, that are read."""


class _Candidate(NamedTuple):
    citation: Citation
    cosine: float
    shared: frozenset[str]


def with_sources(draft: DraftClaim, evidence: Sequence[RetrievedPaper], embed: Embed) -> DraftClaim:
    """The draft; where it has no marker at all, with the sources found for it, if any."""
    if draft.cited or draft.unknown or draft.quoted:
        return draft
    cited = find_sources(draft.text, evidence, embed)
    return replace(draft, cited=cited, sources_found=True) if cited else draft


def find_sources(text: str, evidence: Sequence[RetrievedPaper], embed: Embed) -> tuple[Citation, ...]:
    """The sentences that best match a text, at most three, best first; none where all are too far.

    The first has the best sum of cosine and shared words; each further one adds words of the text that
    those before don't have. A question has no sources.
    """
    stems = tokenize(text, _MAX_CHARS).stems
    if not stems or text.rstrip().endswith(("?", "？")):
        return ()
    vector = embed([plain_text(text)[:_MAX_CHARS]])[0]
    candidates = []
    for paper in evidence:
        cosines = paper.vectors @ vector
        for n in cosines.argsort()[::-1][:_LIKELY]:
            citation = paper.cite(int(n) + 1)
            theirs = tokenize(citation.quote, _MAX_CHARS).stems
            candidates.append(_Candidate(citation, float(cosines[n]), frozenset(stems & theirs)))

    def worth(candidate: _Candidate) -> float:
        return candidate.cosine + _WORDS_WEIGHT * len(candidate.shared) / len(stems)

    ranked = sorted((c for c in candidates if c.cosine >= _NEAR), key=worth, reverse=True)
    if not ranked or len(ranked[0].shared) < _SHARED * len(stems):
        return ()
    found, covered = [ranked[0]], set(ranked[0].shared)
    while len(found) < MAX_SOURCES:
        rest = [c for c in ranked if c not in found]
        more = max(rest, key=lambda c: len(c.shared - covered), default=None)
        if more is None or len(more.shared - covered) < _ADDS * len(stems):
            break
        found.append(more)
        covered |= more.shared
    return tuple(candidate.citation for candidate in found)
