"""The answer: claims, their citations, and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import Field, computed_field, model_validator

from footnote.rag.claim import (
    DISPUTED,
    Cell,
    Checked,
    Citation,
    Claim,
    ClaimVerdict,
    DraftClaim,
    Dropped,
    DropVerdict,
    Judgement,
    PairVerdict,
    Verdict,
)
from footnote.store.filters import Filters
from footnote.store.papers import Frozen, Paper

__all__ = [
    "CLOSEST",
    "DISPUTED",
    "REFUSAL",
    "Answer",
    "AnswerKind",
    "AnswerWarning",
    "Cell",
    "Citation",
    "Claim",
    "ClaimVerdict",
    "DraftClaim",
    "DropVerdict",
    "Dropped",
    "Format",
    "Judgement",
    "Nearest",
    "PairVerdict",
    "Status",
    "Usage",
    "Verdict",
    "WarningKind",
    "left_open_text",
]

Status = Literal["answered", "partial", "closest", "unsupported"]
AnswerKind = Literal["papers", "catalogue", "chitchat"]
Format = Literal["text", "markdown", "html", "bibtex", "ris", "csl", "csv"]
WarningKind = Literal[
    "filters",
    "waiting",
    "question",
    "authors",
    "spelling",
    "language",
    "search",
    "fallback",
    "unjudged",
    "dropped",
    "cut",
    "prompt",
    "stopped",
    "threshold",
    "other",
]


class AnswerWarning(Frozen):
    """What the reader should know of an answer; `str()` is the text.

    kind: `filters` (no paper passes, or papers of the scope are gone), `waiting` (papers aren't indexed
    yet), `question` (it was read by rule, or asks nothing), `authors` (the search kept
    to papers by the authors that the question names), `spelling` (words were corrected before the
    search), `language` (the question isn't in English, and no model reads it), `search` (it went on without
    the model), `fallback` (quotes in place of the model's answer), `unjudged` (the judge gave no verdict on
    some sentences), `dropped` (sentences that the checks or the judge refused), `cut` (the model's reply
    ended early), `prompt` (the server read only a part of the prompt), `stopped` (by the reader),
    `threshold` (declined by the reader's own), `other`.
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

    kind: `papers` (answered from abstracts), `catalogue` (answered from the list of papers: how many, which
    years, which topics) or `chitchat` (a greeting, a thank-you, what this program does). reply: the text of
    the last two kinds, None for `papers`; they have status `answered`, no claims and no confidence.
    status: `answered`, `partial` (the papers leave part of it open), `closest` (the passages nearest to
    the question: it is not known whether they answer it) or `unsupported` (declined).
    numbers: what the footnotes are called, where that isn't 1, 2 …: a quote keeps its number through a
    conversation. dropped: what a model wrote that doesn't stand. left_open: the part of the question
    that the papers leave open, where a model named it.
    confidence: estimated probability, from retrieval alone, that the library answers.
    ranking: ids of all papers retrieved, best first.
    timings: seconds by step. warnings: what the reader should know. model: None when quoting.
    filters: what the search was restricted to, None for the whole library.
    """

    question: str
    standalone: str
    status: Status
    kind: AnswerKind = "papers"
    reply: str | None = None
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
            if not claim.citations:
                raise ValueError(f"a claim that cites nothing can't stand in an answer: {claim.text!r}")
            if not all(1 <= n <= len(self.citations) for n in (*claim.citations, *claim.against)):
                raise ValueError(f"a claim cites a footnote that doesn't exist: {claim.citations}")
        if self.numbers and (
            len(self.numbers) != len(self.citations) or len(set(self.numbers)) < len(self.numbers)
        ):
            raise ValueError(f"{len(self.citations)} citations can't have the numbers {self.numbers}")
        if self.kind != "papers":
            self._check_reply()
            return self
        if self.reply is not None:
            raise ValueError("an answer from papers has claims, no reply")
        if (self.status == "unsupported") == bool(self.claims):
            raise ValueError(f"status {self.status} doesn't go with {len(self.claims)} claims")
        return self

    def _check_reply(self) -> None:
        if not self.reply:
            raise ValueError(f"an answer of kind {self.kind} needs a reply")
        if self.claims or self.citations or self.confidence is not None or self.status != "answered":
            raise ValueError(f"an answer of kind {self.kind} has no claims, citations or confidence")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def text(self) -> str:
        """The answer's words with footnote numbers, without the footnotes."""
        if self.reply is not None:
            return self.reply
        if self.claims:
            first, *rest = self.claims
            body = first.written(self.numbers) + "".join(
                f"{claim.gap}{claim.written(self.numbers)}" for claim in rest
            )
            lead = f"{CLOSEST}\n\n" if self.status == "closest" else ""
            return lead + body + (left_open_text(self.left_open) if self.left_open else "")
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

    def to_csl(self) -> str:
        """The papers cited as CSL-JSON, in order of first citation, for Zotero, pandoc and citeproc."""
        return self._written("csl")

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
CLOSEST = "These passages may help; whether they answer the question I can't tell."
"""The words before the quotes of an answer with the status `closest`."""
