"""A table of claims and papers: which papers support a claim, contradict it, or are silent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from footnote.rag.answer import Answer, Claim, Dropped
from footnote.store.papers import Frozen, Paper

Stance = Literal["supports", "supports in part", "contradicts", "silent"]
"""A paper's stance on a claim. In part: no sentence of it supports the claim alone, only all that the
claim cites together."""


class CitedQuote(Frozen):
    """Words of a paper that a claim cites, or that contradict it.

    number: of its footnote. alone: whether the hard checks would let the claim stand on these words alone,
    and True where that wasn't checked. reasons: why not.
    """

    number: int
    quote: str
    start: int
    end: int
    alone: bool = True
    reasons: tuple[str, ...] = ()


class ClaimCell(Frozen):
    """A cell of the table: one claim and one paper."""

    cited: tuple[CitedQuote, ...] = ()
    against: tuple[CitedQuote, ...] = ()

    @property
    def stances(self) -> tuple[tuple[Stance, tuple[CitedQuote, ...]], ...]:
        """The paper's stances on the claim, each with its words.

        One stance, unless the paper has words both for and against the claim.
        """
        stances: list[tuple[Stance, tuple[CitedQuote, ...]]] = []
        if self.cited:
            alone = any(quote.alone for quote in self.cited)
            stances.append(("supports" if alone else "supports in part", self.cited))
        if self.against:
            stances.append(("contradicts", self.against))
        return tuple(stances) or (("silent", ()),)


class ClaimRow(Frozen):
    """A row of the table: a claim and, for each paper of the table in order, its cell."""

    claim: Claim
    cells: tuple[ClaimCell, ...]


class ClaimTable(Frozen):
    """The table of an answer. dropped: what doesn't stand."""

    question: str
    papers: tuple[Paper, ...]
    rows: tuple[ClaimRow, ...]
    dropped: tuple[Dropped, ...]


def claim_table(answer: Answer) -> ClaimTable:
    """The table of an answer: papers in order of their first footnote, claims in theirs.

    An answer without claims has a table without rows and papers.
    """
    papers = {citation.paper.id: citation.paper for citation in answer.citations}
    return ClaimTable(
        question=answer.question,
        papers=tuple(papers.values()),
        rows=tuple(
            ClaimRow(claim=claim, cells=tuple(_cell(answer, claim, paper) for paper in papers))
            for claim in answer.claims
        ),
        dropped=answer.dropped,
    )


def _cell(answer: Answer, claim: Claim, paper: str) -> ClaimCell:
    # Answers from elsewhere may come without verdicts on pairs.
    pairs = claim.pairs if len(claim.pairs) == len(claim.citations) else ()
    cited: list[CitedQuote] = []
    for place, quote in enumerate(_quotes(answer, claim.citations)):
        if answer.citations[claim.citations[place] - 1].paper.id == paper:
            alone = {"alone": pairs[place].passes, "reasons": pairs[place].reasons} if pairs else {}
            cited.append(quote.model_copy(update=alone))
    against = [n for n in claim.against if answer.citations[n - 1].paper.id == paper]
    return ClaimCell(cited=tuple(cited), against=tuple(_quotes(answer, against)))


def _quotes(answer: Answer, footnotes: Iterable[int]) -> Iterable[CitedQuote]:
    for n in footnotes:
        citation = answer.citations[n - 1]
        yield CitedQuote(
            number=answer.number(n), quote=citation.quote, start=citation.start, end=citation.end
        )
