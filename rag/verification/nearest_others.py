"""The sentences of other papers nearest to a claim: a judge reads whether they contradict it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from footnote.rag.answer import Citation, DraftClaim
from footnote.rag.language.tokens import tokenize
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.verification.planted import supports_nothing
from footnote.store.display import plain_text
from footnote.store.protocols import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts → unit vectors, one row a text."""
_NEAR = 0.55
"""Cosine from which a sentence is about what the claim is about."""
_SHARED = 0.3
"""Share of the claim's words of content that it must have too: what contradicts a claim names the same."""
_MAX_CHARS = 2_000


def nearest_others(
    claims: Sequence[DraftClaim], shown: Sequence[RetrievedPaper], embed: Embed, *, most: int = 2
) -> list[tuple[Citation, ...]]:
    """For each claim at most `most` sentences, one a paper, of papers shown that it doesn't cite.

    Nearest first, and none that is far from the claim or supports nothing itself; but a claim that cites
    nothing gets the nearest ones in any case, since it may follow from them.
    """
    if not claims or not shown:
        return [()] * len(claims)
    vectors = embed([plain_text(claim.text)[:_MAX_CHARS] for claim in claims])
    found: list[tuple[Citation, ...]] = []
    for claim, vector in zip(claims, vectors, strict=True):
        cited = {citation.paper.id for citation in claim.cited}
        near: list[tuple[float, Citation]] = []
        for paper in shown:
            if paper.paper.id in cited or not paper.sentences:
                continue
            cosines = paper.vectors @ vector
            best = int(cosines.argmax())
            citation = paper.cite(best + 1)
            close = cosines[best] >= _NEAR and _shares_words(claim.text, citation.quote)
            if (close or not cited) and not supports_nothing(citation.quote):
                near.append((float(cosines[best]), citation))
        near.sort(key=lambda one: -one[0])
        found.append(tuple(citation for _, citation in near[:most]))
    return found


def _shares_words(claim: str, sentence: str) -> bool:
    ours, theirs = (tokenize(text, _MAX_CHARS).stems for text in (claim, sentence))
    return len(ours & theirs) >= _SHARED * len(ours)
