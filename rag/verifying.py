"""Checks claims from elsewhere against the sentences given with them, as claims of an answer are checked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from footnote.rag.answer import Citation, ClaimVerdict, DraftClaim, DropVerdict, Judgement
from footnote.rag.composing.draft_answer import UNREADABLE, CheckedClaim
from footnote.rag.settings import Settings, load_settings
from footnote.rag.verification.judge_prompt import ClaimToJudge
from footnote.rag.verification.judges import Judge, judge_for
from footnote.rag.verification.verify import check
from footnote.store.papers import Paper

_AT_ONCE = 20
"""Claims of one call of the judge."""


class EvidencedClaim(NamedTuple):
    """A claim and the sentences that are to support it. titles: of their papers, where known."""

    claim: str
    evidence: Sequence[str]
    titles: Sequence[str] = ()


@dataclass(frozen=True)
class ClaimCheck:
    """What was done with a claim, and what came of it, in the words of `Claim` and `Dropped`."""

    verdict: ClaimVerdict | DropVerdict
    reasons: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    judged_by: str | None = None

    @property
    def supported(self) -> bool:
        """Whether it is verified, or by rules alone has neither a refusal nor a caution."""
        return self.verdict in ("quoted", "verified") or (self.verdict == "checked" and not self.cautions)

    @classmethod
    def of(cls, claim: CheckedClaim) -> ClaimCheck:
        """The check of a claim that the hard checks, and maybe a judge, have read."""
        judged_by = claim.judgement.model if claim.judgement else None
        if not claim.stands:
            return cls(claim.dropped.verdict, claim.dropped.reasons, judged_by=judged_by)
        reasons = (UNREADABLE,) if claim.verdict == "not_checked" else ()
        return cls(claim.verdict, reasons, claim.cautions, judged_by)


def verify(
    claims: Iterable[EvidencedClaim | tuple[str, Sequence[str]]], *, settings: Settings | None = None
) -> list[ClaimCheck]:
    """Whether each claim follows from its sentences: hard checks, then the judge that `settings` name.

    settings: default those of the environment. Without a judge, a claim is at best `checked`. Raises
    ModelError where the chat model that judges fails.
    """
    judge = judge_for(settings or load_settings())
    checked: list[CheckedClaim] = []
    for number, given in enumerate(claims, start=1):
        one = EvidencedClaim(*given)
        draft = DraftClaim(text=one.claim, cited=_citations(number, one))
        checked.append(CheckedClaim(draft, check(one.claim, one.evidence, titles=one.titles)))
    return [ClaimCheck.of(claim) for claim in judged(checked, judge)]


def judged(claims: Sequence[CheckedClaim], judge: Judge | None) -> list[CheckedClaim]:
    """The claims with the judge's verdict on those that the hard checks let stand. Raises ModelError."""
    if judge is None:
        return list(claims)
    places = [n for n, claim in enumerate(claims) if claim.stands and not claim.draft.quoted]
    with ThreadPoolExecutor(1) as worker:  # the caller may run inside an event loop
        found = worker.submit(asyncio.run, _judgements(judge, [claims[n].draft for n in places])).result()
    by_place = dict(zip(places, found, strict=True))
    return [
        CheckedClaim(claim.draft, claim.ruling, by_place.get(n, claim.judgement))
        for n, claim in enumerate(claims)
    ]


async def _judgements(judge: Judge, drafts: Sequence[DraftClaim]) -> list[Judgement | None]:
    found: list[Judgement | None] = []
    for at in range(0, len(drafts), _AT_ONCE):
        some = [ClaimToJudge(text=draft.text, cited=draft.cited) for draft in drafts[at : at + _AT_ONCE]]
        opinions = (await judge.judge("", some)).claims
        found += [opinions[n].judgement if n in opinions else None for n in range(len(some))]
    return found


def _citations(number: int, claim: EvidencedClaim) -> tuple[Citation, ...]:
    """The sentences as citations of one paper that consists of them."""
    sentences = [sentence for sentence in claim.evidence if sentence.strip()]
    title = " / ".join(claim.titles) or "–"
    paper = Paper(id=f"claim-{number}", title=title, abstract="\n".join(sentences) or "–")
    citations: list[Citation] = []
    at = 0
    for sentence in sentences:
        citations.append(Citation.of(paper, at, at + len(sentence)))
        at += len(sentence) + 1
    return tuple(citations)
