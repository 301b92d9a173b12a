"""A judge's decisions on pairs, asked for in batches as an answer's claims are."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.eval.verification import Pair
from footnote.eval.verification.measure import Accepts
from footnote.rag.settings import Settings
from footnote.rag.verifying import EvidencedClaim, verify
from footnote.store.progress import Progress

BATCH = 20
"""Claims that one call judges: some three answers."""


def decisions(pairs: Sequence[Pair], settings: Settings, progress: Progress | None = None) -> Accepts:
    """Whether the judge that the settings name lets each claim stand; one without a verdict stands.

    progress: called with (pairs judged, pairs in all). Raises ModelError where the judge fails.
    """
    stands: dict[tuple[str, tuple[str, ...]], bool] = {}
    for at in range(0, len(pairs), BATCH):
        batch = pairs[at : at + BATCH]
        claims = [EvidencedClaim(pair.claim, pair.evidence, pair.titles) for pair in batch]
        for pair, check in zip(batch, verify(claims, settings=settings), strict=True):
            stands[pair.claim, tuple(pair.evidence)] = check.verdict != "unsupported"
        if progress:
            progress(min(at + BATCH, len(pairs)), len(pairs))
    return lambda claim, evidence: stands[claim, tuple(evidence)]
