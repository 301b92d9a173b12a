"""A judge reads the claims of an answer; what doesn't follow is reworded once, or dropped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from footnote.rag.answer import DraftClaim, Usage
from footnote.rag.composing.draft_answer import CheckedClaim
from footnote.rag.composing.table_cells import as_full_claim
from footnote.rag.errors import ModelError
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.verification.judge_prompt import ClaimToJudge
from footnote.rag.verification.judges import Judge, Judged, JudgedClaim
from footnote.rag.verification.nearest_others import Embed, nearest_others

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SecondReading:
    """Claims after a judge read them. trouble: why the judge failed, None where it didn't."""

    claims: list[CheckedClaim]
    usage: Usage | None
    trouble: str | None = None


@dataclass(frozen=True)
class SecondReader:
    """Has one answer's claims judged.

    shown: the papers that the answer was composed from. check: the hard checks of a draft.
    """

    judge: Judge
    question: str
    shown: Sequence[RetrievedPaper]
    embed: Embed
    check: Callable[[DraftClaim], CheckedClaim]
    deadline: Deadline | None = None

    async def read(self, claims: Sequence[CheckedClaim]) -> SecondReading:
        """All claims judged in one call, and what was reworded in one more; nothing is reworded twice.

        A hard check's refusal stands whatever the judge finds. A claim without a verdict stays as it is.
        """
        usages: list[Usage | None] = []
        try:
            first = await self._judged(claims)
            usages.append(first.usage)
        except ModelError as error:
            log.warning("the judge failed: %s", error)
            return SecondReading(list(claims), error.usage, str(error))
        after: list[list[CheckedClaim]] = []
        reworded: list[tuple[int, int]] = []
        for n, claim in enumerate(claims):
            now = await self._after(claim, first.claims.get(n))
            reworded += [(n, at) for at, each in enumerate(now) if each.draft != claim.draft and each.stands]
            after.append(now)
        trouble: str | None = None
        if reworded:
            try:
                second = await self._judged([after[n][at] for n, at in reworded], reword=False)
                usages.append(second.usage)
                for place, (n, at) in enumerate(reworded):
                    after[n][at] = _with(after[n][at], second.claims.get(place))
            except ModelError as error:
                log.warning("the judge failed at what it reworded: %s", error)
                usages.append(error.usage)
                trouble = str(error)
        return SecondReading([each for now in after for each in now], Usage.total(usages), trouble)

    async def _judged(self, claims: Sequence[CheckedClaim], *, reword: bool = True) -> Judged:
        drafts = [as_full_claim(claim.draft) for claim in claims]
        # What was reworded is judged by its own sentences alone.
        others = await asyncio.to_thread(nearest_others, drafts, self.shown if reword else (), self.embed)
        return await self.judge.judge(
            self.question,
            [
                ClaimToJudge(
                    text=draft.text,
                    cited=draft.cited,
                    refused=() if claim.ruling.passes else claim.ruling.reasons,
                    doubts=tuple(caution.text for caution in claim.ruling.cautions),
                    others=near,
                )
                for claim, draft, near in zip(claims, drafts, others, strict=True)
            ],
            deadline=self.deadline,
            reword=reword,
        )

    async def _after(self, claim: CheckedClaim, judged: JudgedClaim | None) -> list[CheckedClaim]:
        """What becomes of a claim: itself with its verdict, or what it was reworded to, checked."""
        if judged is None:
            return [claim]
        follows = claim.ruling.passes and judged.judgement.follows
        if follows or not judged.rewordings:
            return [_with(claim, judged)]
        drafts = _in_place_of(claim.draft, judged.rewordings)
        return [await asyncio.to_thread(self.check, draft) for draft in drafts]


def _in_place_of(draft: DraftClaim, rewordings: Sequence[DraftClaim]) -> list[DraftClaim]:
    """The rewordings where the draft stood: in its cell, or after its lead."""
    if draft.cell is None:
        return [replace(each, lead=None if n else draft.lead) for n, each in enumerate(rewordings)]
    row = f"{draft.cell.row}: "
    return [
        replace(each, cell=draft.cell, text=each.text.removeprefix(row).strip() or each.text)
        for each in rewordings
    ]


def _with(claim: CheckedClaim, judged: JudgedClaim | None) -> CheckedClaim:
    if judged is None:
        return claim
    return replace(claim, judgement=judged.judgement, withdrawn=judged.withdrawn, against=judged.against)
