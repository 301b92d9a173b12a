"""The answer: claims, their citations, and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, computed_field, model_validator

from footnote.store.filters import Filters
from footnote.store.papers import Frozen, Paper

Status = Literal["answered", "partial", "unsupported"]
Verdict = Literal["supported", "weak", "contradicted", "uncited"]
Format = Literal["text", "markdown", "html", "bibtex", "ris", "csv"]
WarningKind = Literal[
    "filters",
    "waiting",
    "question",
    "search",
    "fallback",
    "dropped",
    "cut",
    "prompt",
    "stopped",
    "threshold",
    "other",
]


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
    """The gate's verdict on a claim against one of the sentences that it cites, taken alone."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


class Cell(Frozen):
    """A claim's place in a table: the names of its row and column."""

    row: str
    column: str


class Claim(Checked):
    """One sentence of an answer, with the gate's verdict.

    `citations` are 1-based numbers into `Answer.citations`: the footnotes. `pairs`: the gate's
    verdict on the claim against each of them, in their order; the claim's own `verdict` is on all
    of them together. `against`: footnotes of sentences of other papers that disagree. `lead`
    introduces a quoted claim ("In TITLE:") and is no part of what is claimed. `cell`: its place,
    where it is part of a table. `sources_found`: the model cited nothing, and Footnote found the sources.
    """

    text: str = Field(min_length=1)
    citations: tuple[int, ...] = ()
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    pairs: tuple[PairVerdict, ...] = ()
    against: tuple[int, ...] = ()
    cell: Cell | None = None
    lead: str | None = None
    quoted: bool = False
    sources_found: bool = False

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
        if self.cell:
            return f"{self.cell.row}, {self.cell.column}: {body}" if self.cell.column else body
        return f"{self.lead}\n{body}" if self.lead else body

    @property
    def gap(self) -> str:
        """The separator between this claim and the one before it: a lead opens a paragraph."""
        return "\n\n" if self.lead else "\n" if self.quoted or self.cell else " "


DISPUTED = "but compare"
"""The words before footnotes of sentences that disagree with a claim."""


@dataclass(frozen=True, kw_only=True)
class DraftClaim:
    """A claim that a composer proposes; the gate decides whether it stands.

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
    """A sentence that a model wrote and the gate refused, and why."""

    text: str
    verdict: Verdict
    reasons: tuple[str, ...]


class AnswerWarning(Frozen):
    """What the reader should know of an answer; `str()` is the text.

    kind: `filters` (no paper passes, or papers of the scope are gone), `waiting` (papers aren't indexed
    yet), `question` (it was read by rule, or asks nothing), `search` (it went on without the model),
    `fallback` (quotes in place of the model's answer), `dropped` (sentences that the gate refused),
    `cut` (the model's reply ended early), `prompt` (the server read only a part of the prompt),
    `stopped` (by the reader), `threshold` (declined by the reader's own), `other`.
    """

    kind: WarningKind
    text: str

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, data: Any) -> Any:
        """Reads answers stored before warnings had kinds: each was a text."""
        return {"kind": "other", "text": data} if isinstance(data, str) else data

    def __str__(self) -> str:
        return self.text


class Nearest(Frozen):
    """A paper that came closest to the question, with its retrieval score in 0 … 1."""

    paper: Paper
    score: float


class Usage(Frozen):
    """What the chat model was sent and returned. `cost_usd` None: unpriced, not free."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    estimated: bool = False
    cost_usd: float | None = None

    @classmethod
    def total(cls, usages: Iterable[Usage | None]) -> Usage | None:
        """The sum of those that aren't None, unpriced where one of them is; None where all are None."""
        made = [usage for usage in usages if usage is not None]
        if not made:
            return None
        costs = [usage.cost_usd for usage in made if usage.cost_usd is not None]
        return cls(
            calls=sum(usage.calls for usage in made),
            prompt_tokens=sum(usage.prompt_tokens for usage in made),
            completion_tokens=sum(usage.completion_tokens for usage in made),
            estimated=any(usage.estimated for usage in made),
            cost_usd=sum(costs) if len(costs) == len(made) else None,
        )


class Answer(Checked):
    """An answer, or an honest refusal.

    status: `answered`, `partial` (the papers leave part of it open) or `unsupported`.
    numbers: what the footnotes are called, where that isn't 1, 2 …: a quote keeps its number through a
    conversation. dropped: what a model wrote and the gate refused. left_open: the part of the question
    that the papers leave open, where a model named it.
    confidence: estimated probability, from retrieval alone, that the library answers.
    ranking: ids of all papers retrieved, best first.
    timings: seconds by step. warnings: what the reader should know. model: None when quoting.
    filters: what the search was restricted to, None for the whole library.
    """

    question: str
    standalone: str
    status: Status
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    numbers: tuple[int, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    left_open: str | None = None
    nearest: tuple[Nearest, ...] = ()
    ranking: tuple[str, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    mode: Literal["extractive", "llm"]
    model: str | None = None
    usage: Usage | None = None
    timings: Mapping[str, float] = Field(default_factory=dict)
    warnings: tuple[AnswerWarning, ...] = ()
    filters: Filters | None = None

    @model_validator(mode="before")
    @classmethod
    def _reread(cls, data: Any) -> Any:
        """Lets a dumped answer be read back: `text` is computed, so it is ignored here."""
        return {k: v for k, v in data.items() if k != "text"} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _footnoted(self) -> Self:
        for claim in self.claims:
            if not claim.citations or claim.verdict != "supported":
                raise ValueError(f"a claim without support can't stand in an answer: {claim.text!r}")
            if not all(1 <= n <= len(self.citations) for n in (*claim.citations, *claim.against)):
                raise ValueError(f"a claim cites a footnote that doesn't exist: {claim.citations}")
        if self.numbers and (
            len(self.numbers) != len(self.citations) or len(set(self.numbers)) < len(self.numbers)
        ):
            raise ValueError(f"{len(self.citations)} citations can't have the numbers {self.numbers}")
        if (self.status == "unsupported") == bool(self.claims):
            raise ValueError(f"status {self.status} doesn't go with {len(self.claims)} claims")
        return self

    @computed_field  # type: ignore[prop-decorator]
    @property
    def text(self) -> str:
        """The answer's words with footnote numbers, without the footnotes."""
        if self.claims:
            first, *rest = self.claims
            body = first.written(self.numbers) + "".join(
                f"{claim.gap}{claim.written(self.numbers)}" for claim in rest
            )
            return body + left_open_text(self.left_open) if self.left_open else body
        return REFUSAL

    def number(self, footnote: int) -> int:
        """The number shown for the citation at this 1-based place."""
        return self.numbers[footnote - 1] if self.numbers else footnote

    def _written(self, form: Format) -> str:
        # Late: the room `export` reads answers. The import contract names this one edge.
        from footnote.rag.export import FORMATS

        return FORMATS[form](self)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return (
            f"<Answer {self.status}: {self.question[:80]!r}, {len(self.claims)} claims, "
            f"{len(self.citations)} citations, {self.mode}>"
        )

    def to_text(self) -> str:
        """The answer and its footnotes, or the refusal with the nearest papers, as plain text."""
        return self._written("text")

    def to_markdown(self) -> str:
        """The answer and its footnotes as Markdown; words of papers and models are escaped."""
        return self._written("markdown")

    def to_html(self) -> str:
        """The answer and its footnotes as HTML; words of papers and models are escaped."""
        return self._written("html")

    def to_bibtex(self) -> str:
        """BibTeX entries of the papers cited, in order of first citation."""
        return self._written("bibtex")

    def to_ris(self) -> str:
        """RIS records of the papers cited, in order of first citation, for reference managers."""
        return self._written("ris")

    def to_csv(self) -> str:
        """The claims against the papers cited as CSV: see `rag.export.spreadsheet`."""
        return self._written("csv")

    def _repr_markdown_(self) -> str:
        """What Jupyter shows where it can't show HTML."""
        return self.to_markdown()

    def _repr_html_(self) -> str:
        """What Jupyter shows."""
        return self.to_html()


def left_open_text(part: str) -> str:
    """The text after the claims where the papers leave a part of the question open."""
    return f"\n\nThe papers don't say: {part}"


REFUSAL = "The papers in this library don't answer that."
"""The refusal: the same phrase in prompt, pipeline and page."""
