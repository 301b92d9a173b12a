"""The answer while it is checked: what stands, its footnotes, and what was dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from footnote.rag.answer import (
    Answer,
    Citation,
    Claim,
    ClaimVerdict,
    DraftClaim,
    Dropped,
    DropVerdict,
    Judgement,
)
from footnote.rag.verification.verify import Ruling

UNREADABLE = "the rules can't read this language, and no model judged it"
"""Why a claim is `not_checked`."""
NOT_SAID = "the sentences cited don't say it"
"""The reason of a judge that gives none."""


@dataclass(frozen=True)
class CheckedClaim:
    """A sentence that a composer proposed, with what the hard checks and the judge found.

    judgement: None where no judge read it. withdrawn: the model took it back when it was judged.
    against: sentences of other papers that disagree with it.
    """

    draft: DraftClaim
    ruling: Ruling
    judgement: Judgement | None = None
    withdrawn: bool = False
    against: tuple[Citation, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it may reach the reader: no hard check refuses it, nor does a judge."""
        accepted = self.judgement is None or self.judgement.follows
        return self.ruling.passes and accepted and not self.withdrawn

    @property
    def verdict(self) -> ClaimVerdict:
        """What was done with a claim that stands: a judge's yes makes it `verified`, nothing else does."""
        if self.draft.quoted:
            return "quoted"
        if self.judgement is not None:
            return "verified"
        return "checked" if self.ruling.readable else "not_checked"

    @property
    def cautions(self) -> tuple[str, ...]:
        """The doubts of the rules that no judge cleared, each once."""
        doubts = () if self.judgement else self.ruling.cautions
        return tuple(dict.fromkeys(each.text for each in doubts if each.kind != "language"))

    @property
    def dropped(self) -> Dropped:
        """The sentence as an item of `Answer.dropped`, with the reasons that came last."""
        verdict: DropVerdict = "unsupported"
        reasons: tuple[str, ...] = (self.judgement.missing or NOT_SAID,) if self.judgement else (NOT_SAID,)
        if not self.ruling.passes:
            verdict = "refused" if self.draft.cited and not self.draft.unknown else "uncited"
            reasons = self.ruling.reasons
        return Dropped(text=self.draft.text, verdict=verdict, reasons=reasons, withdrawn=self.withdrawn)


class DraftAnswer:
    """Claims and footnotes, as sentences are added. The same sentences give the same result."""

    def __init__(self, earlier: Sequence[Answer] = ()) -> None:
        """earlier: answers of the same conversation, oldest first; a quote keeps its number."""
        self._earlier = earlier
        self._known = {
            _place(citation): answer.number(n)
            for answer in reversed(earlier)
            for n, citation in enumerate(answer.citations, start=1)
        }
        self._open_lead: str | None = None  # of a claim that was dropped: the next one takes it
        self._next = max(self._known.values(), default=0) + 1
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.numbers: list[int] = []
        self.dropped: list[Dropped] = []

    def rebuilt_with(self, checked: Iterable[CheckedClaim]) -> DraftAnswer:
        """A new draft answer in the same conversation, with these sentences."""
        draft_answer = DraftAnswer(self._earlier)
        for each in checked:
            draft_answer.add(each)
        return draft_answer

    def add(self, checked: CheckedClaim) -> str:
        """The text that a sentence adds to the answer; empty where it doesn't stand."""
        draft, ruling = checked.draft, checked.ruling
        lead = draft.lead or self._open_lead
        self._open_lead = None
        if not checked.stands:
            self.dropped.append(checked.dropped)
            self._open_lead = lead
            return ""
        cited = [self._footnote(citation) for citation in draft.cited]
        if checked.against and not lead and not draft.cell:
            lead = attributed(draft.cited)
        claim = Claim(
            text=draft.text,
            citations=tuple(dict.fromkeys(cited)),
            verdict=checked.verdict,
            judgement=None if draft.quoted else checked.judgement,
            reasons=(UNREADABLE,) if checked.verdict == "not_checked" else (),
            cautions=checked.cautions,
            pairs=tuple(dict(zip(cited, ruling.pairs, strict=False)).values()),
            against=tuple(dict.fromkeys(self._footnote(citation) for citation in checked.against)),
            lead=lead,
            quoted=draft.quoted,
            cell=draft.cell,
            sources_found=draft.sources_found,
        )
        gap = claim.gap if self.claims else ""
        self.claims.append(claim)
        return f"{gap}{claim.written(self.numbers)}"

    @property
    def text(self) -> str:
        """The text of all sentences added."""
        return "".join(
            f"{claim.gap if n else ''}{claim.written(self.numbers)}" for n, claim in enumerate(self.claims)
        )

    def _footnote(self, citation: Citation) -> int:
        """The 1-based place of a citation, which gets its number at its first use."""
        if citation in self.citations:
            return self.citations.index(citation) + 1
        self.citations.append(citation)
        number = self._known.get(_place(citation))
        if number is None:
            number, self._next = self._next, self._next + 1
        self.numbers.append(number)
        return len(self.citations)


def attributed(cited: Sequence[Citation]) -> str:
    """An introduction that attributes a claim to its papers, where other papers disagree."""
    titles = dict.fromkeys(citation.paper.display_title for citation in cited)
    return f"According to {' and '.join(f'“{title}”' for title in titles)}:"


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.paper.id, citation.start, citation.end
