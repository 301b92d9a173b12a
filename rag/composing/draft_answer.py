"""The answer while it is checked: what passed the gate, its footnotes, and what was kept back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from footnote.rag.answer import Answer, Citation, Claim, DraftClaim, Dropped
from footnote.rag.verification.verify import Ruling


@dataclass(frozen=True)
class CheckedClaim:
    """A sentence that a composer proposed, and what the gate said of it.

    against: sentences of other papers that disagree with it.
    """

    draft: DraftClaim
    ruling: Ruling
    against: tuple[Citation, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it may reach the reader."""
        return self.ruling.verdict == "supported"

    @property
    def dropped(self) -> Dropped:
        """The sentence as an item of `Answer.dropped`."""
        return Dropped(text=self.draft.text, verdict=self.ruling.verdict, reasons=self.ruling.reasons)


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
        """The text that a sentence adds to the answer; empty where the gate refused it."""
        if not checked.stands:
            self.dropped.append(checked.dropped)
            return ""
        draft, ruling = checked.draft, checked.ruling
        cited = [self._footnote(citation) for citation in draft.cited]
        lead = draft.lead
        if checked.against and not lead and not draft.cell:
            lead = attributed(draft.cited)
        claim = Claim(
            text=draft.text,
            citations=tuple(dict.fromkeys(cited)),
            verdict=ruling.verdict,
            reasons=ruling.reasons,
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
