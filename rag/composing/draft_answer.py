"""The answer while it is written: what passed the gate, its footnotes, and what was kept back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from footnote.rag.answer import Answer, Citation, Claim, Dropped
from footnote.rag.composing.composer import Draft
from footnote.rag.verification.verify import Ruling


@dataclass(frozen=True)
class Written:
    """A sentence that a composer proposed, and what the gate said of it.

    against: sentences of other papers that disagree with it.
    """

    draft: Draft
    ruling: Ruling
    against: tuple[Citation, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it may reach the reader."""
        return self.ruling.verdict == "supported"

    @property
    def dropped(self) -> Dropped:
        """Itself, as the answer tells of what was kept back."""
        return Dropped(text=self.draft.text, verdict=self.ruling.verdict, reasons=self.ruling.reasons)


class Sheet:
    """Claims and footnotes as sentences are added. The same sentences make the same sheet."""

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

    def laid_out(self, written: Iterable[Written]) -> Sheet:
        """A new sheet of the same conversation, with these sentences."""
        sheet = Sheet(self._earlier)
        for each in written:
            sheet.add(each)
        return sheet

    def add(self, written: Written) -> str:
        """The text that a sentence adds to the answer; none where the gate keeps it back."""
        if not written.stands:
            self.dropped.append(written.dropped)
            return ""
        draft, ruling = written.draft, written.ruling
        cited = [self._footnote(citation) for citation in draft.cited]
        lead = draft.lead
        if written.against and not lead and not draft.cell:
            lead = attributed(draft.cited)
        claim = Claim(
            text=draft.text,
            citations=tuple(dict.fromkeys(cited)),
            verdict=ruling.verdict,
            reasons=ruling.reasons,
            pairs=tuple(dict(zip(cited, ruling.pairs, strict=False)).values()),
            against=tuple(dict.fromkeys(self._footnote(citation) for citation in written.against)),
            lead=lead,
            quoted=draft.quoted,
            cell=draft.cell,
        )
        gap = claim.gap if self.claims else ""
        self.claims.append(claim)
        return f"{gap}{claim.written(self.numbers)}"

    @property
    def text(self) -> str:
        """All that was added."""
        return "".join(
            f"{claim.gap if n else ''}{claim.written(self.numbers)}" for n, claim in enumerate(self.claims)
        )

    def _footnote(self, citation: Citation) -> int:
        """The 1-based place of a citation, which is given its number when it is first met."""
        if citation in self.citations:
            return self.citations.index(citation) + 1
        self.citations.append(citation)
        number = self._known.get(_place(citation))
        if number is None:
            number, self._next = self._next, self._next + 1
        self.numbers.append(number)
        return len(self.citations)


def attributed(cited: Sequence[Citation]) -> str:
    """Says whose claim it is, for a claim that other papers don't share."""
    titles = dict.fromkeys(citation.paper.display_title for citation in cited)
    return f"According to {' and '.join(f'“{title}”' for title in titles)}:"


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.paper.id, citation.start, citation.end
