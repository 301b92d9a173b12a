"""A claim of an answer, its citations, and what was done to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, computed_field, model_validator

from footnote.store.papers import Frozen, Paper

Verdict = Literal["supported", "weak", "contradicted", "uncited"]
"""The hard checks' word on a claim and sentences; `passes` says all that others need of it. `weak` is only in
answers that were stored before there was a judge."""
ClaimVerdict = Literal["quoted", "checked", "verified", "not_checked"]
"""What was done with a claim of an answer, and no more.

`quoted`: it is the paper's own words. `checked`: rules found no clash with its sentences in numbers and
names; nobody judged the meaning. `verified`: so, and a judge that read the claim and its sentences found
that it follows. `not_checked`: the rules can't read its language, and nobody judged it.
"""
DropVerdict = Literal["uncited", "refused", "unsupported"]
"""Why a sentence was dropped: it cites nothing that was shown, the hard checks refuse it, or the judge
finds that it doesn't follow."""


class Checked(Frozen):
    """A value whose copies are validated too, so that copying can't make an invalid one."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with the fields in `update` changed. Raises ValidationError like the constructor."""
        copy = super().model_copy(deep=deep)
        given = {name: getattr(copy, name) for name in copy.model_fields_set}
        return type(self).model_validate({**given, **(update or {})})


class Citation(Checked):
    """Exact words of an abstract: `quote == abstract[start:end]`, checked at construction."""

    paper: Paper
    start: int = Field(ge=0)
    end: int
    quote: str = Field(min_length=1)

    @model_validator(mode="after")
    def _verbatim(self) -> Self:
        if self.end > len(self.paper.abstract) or self.paper.abstract[self.start : self.end] != self.quote:
            raise ValueError(f"the quote isn't characters {self.start} to {self.end} of the "
                             f"abstract of {self.paper.id}")  # fmt: skip
        return self

    def __repr__(self) -> str:
        return f"Citation({self.paper.id}, {self.start}–{self.end}: {self.quote!r})"

    @classmethod
    def of(cls, paper: Paper, start: int, end: int) -> Self:
        """The citation of characters `start` up to `end` of the paper's abstract."""
        return cls(paper=paper, start=start, end=end, quote=paper.abstract[start:end])


class PairVerdict(Frozen):
    """The hard checks' verdict on a claim against one of the sentences that it cites, taken alone."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the claim could stand on this sentence alone."""
        return self.verdict == "supported"


class Judgement(Frozen):
    """A judge's reading of a claim against the sentences that it cites.

    model: name of the chat model or classifier. missing: what the sentences don't say, where the claim
    doesn't follow.
    """

    model: str = Field(min_length=1)
    follows: bool
    missing: str = ""


class Cell(Frozen):
    """A claim's place in a table: the names of its row and column."""

    row: str
    column: str


class Claim(Checked):
    """One sentence of an answer, and what was done to check it (see `ClaimVerdict`).

    `citations` are 1-based numbers into `Answer.citations`: the footnotes. judgement: the judge's, which
    `verified` needs; it always says that the claim follows. cautions: what rules found suspicious, and no
    judge cleared. reasons: why the claim is `not_checked`. `pairs`: the hard checks' verdict on the claim
    against each footnote alone, in their order. `against`: footnotes of sentences of other papers that
    disagree. `lead` introduces a claim ("In TITLE:") and is no part of what is claimed. `cell`: its place,
    where it is part of a table. `sources_found`: the model cited nothing, and Footnote found the sources.
    """

    text: str = Field(min_length=1)
    citations: tuple[int, ...] = ()
    verdict: ClaimVerdict
    judgement: Judgement | None = None
    reasons: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    pairs: tuple[PairVerdict, ...] = ()
    against: tuple[int, ...] = ()
    cell: Cell | None = None
    lead: str | None = None
    quoted: bool = False
    sources_found: bool = False

    @model_validator(mode="before")
    @classmethod
    def _reread(cls, data: Any) -> Any:
        """Reads dumped claims, whose `judged_by` is computed, and those stored before there was a judge."""
        if not isinstance(data, dict):
            return data
        data = {name: value for name, value in data.items() if name != "judged_by"}
        if data.get("verdict") == "supported":
            data["verdict"] = "quoted" if data.get("quoted") else "checked"
            data["cautions"] = data.pop("reasons", ())
        return data

    @model_validator(mode="after")
    def _says_what_was_done(self) -> Self:
        if (self.verdict == "quoted") != self.quoted:
            raise ValueError(f"a claim is `quoted` where it is a quotation, and nowhere else: {self.text!r}")
        if (self.verdict == "verified") != (self.judgement is not None):
            raise ValueError(f"a claim is `verified` where a judge read it, and nowhere else: {self.text!r}")
        if self.judgement and not self.judgement.follows:
            raise ValueError(f"a claim that doesn't follow can't stand: {self.text!r}")
        if (self.verdict == "not_checked") != bool(self.reasons):
            raise ValueError(f"reasons say why a claim is `not_checked`, and nothing else: {self.text!r}")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def judged_by(self) -> str | None:
        """The name of the model or classifier that judged the claim; None where none did."""
        return self.judgement.model if self.judgement else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is written beside the claim in brackets: where its sources are from, that it isn't checked."""
        found = (SOURCES_FOUND,) if self.sources_found else ()
        return (*found, _unchecked_text(self.reasons)) if self.reasons else found

    def __str__(self) -> str:
        return self.written()

    def written(self, numbers: Sequence[int] = ()) -> str:
        """The claim with its footnotes. numbers: what the footnotes are called, where not 1, 2 …"""

        def marks(footnotes: tuple[int, ...]) -> str:
            return "".join(f"[{numbers[n - 1] if numbers else n}]" for n in footnotes)

        body = f"“{self.text}”" if self.quoted else self.text
        body = f"{body} {marks(self.citations)}".rstrip()
        if self.against:
            body = f"{body} ({DISPUTED} {marks(self.against)})"
        body = " ".join((body, *(f"({remark})" for remark in self.remarks)))
        if self.cell:
            return f"{self.cell.row}, {self.cell.column}: {body}" if self.cell.column else body
        return f"{self.lead}\n{body}" if self.lead else body

    @property
    def gap(self) -> str:
        """The separator between this claim and the one before it: a lead opens a paragraph."""
        return "\n\n" if self.lead else "\n" if self.quoted or self.cell else " "


SOURCES_FOUND = "source found by Footnote"
"""The words beside a claim for which the model cited nothing."""
DISPUTED = "but compare"
"""The words before footnotes of sentences that disagree with a claim."""


def _unchecked_text(reasons: Sequence[str]) -> str:
    """The words beside a claim that is `not_checked`, in brackets or as a remark."""
    return f"not checked: {'; '.join(reasons)}"


@dataclass(frozen=True, kw_only=True)
class DraftClaim:
    """A claim that a composer proposes; the checks and the judge decide whether it stands.

    unknown: markers that name no sentence shown. lead, quoted, cell, sources_found: as in `Claim`.
    """

    text: str
    cited: tuple[Citation, ...]
    unknown: tuple[str, ...] = ()
    lead: str | None = None
    quoted: bool = False
    cell: Cell | None = None
    sources_found: bool = False


class Dropped(Frozen):
    """A sentence that a model wrote and that was dropped, and why (see `DropVerdict`).

    withdrawn: the model took it back itself when its error was shown, so that the answer lacks nothing.
    """

    text: str
    verdict: DropVerdict
    reasons: tuple[str, ...]
    withdrawn: bool = False

    @model_validator(mode="before")
    @classmethod
    def _reread(cls, data: Any) -> Any:
        """Reads what was stored when the checks refused a claim as weak or contradicted."""
        if isinstance(data, dict) and data.get("verdict") in ("weak", "contradicted"):
            return {**data, "verdict": "refused"}
        return data
