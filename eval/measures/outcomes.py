"""What came of a question, and what a measure makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.rag.answer import Status


@dataclass(frozen=True, kw_only=True)
class CitedQuote:
    """A citation as an answer gives it, not yet checked."""

    paper: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one question. ranking: ids of papers, best first. failed: an error instead.

    ranking None: the system gives none. status None: it only ranks papers; where it failed, the status has no
    meaning. dropped: sentences of a chat model that were dropped; tokens: sent and received. None: no chat
    model was asked; of cost_usd also: it has no price.
    """

    ranking: tuple[str, ...] | None = ()
    citations: tuple[CitedQuote, ...] = ()
    status: Status | None = "answered"
    failed: bool = False
    confidence: float | None = None
    latency_s: float
    dropped: int | None = None
    tokens: int | None = None
    cost_usd: float | None = None

    @property
    def declined(self) -> bool:
        """Whether nothing was quoted."""
        return self.status == "unsupported"

    @property
    def claims_to_answer(self) -> bool:
        """Whether it was shown as an answer: neither declined nor as the closest passages."""
        return self.status in ("answered", "partial")


@dataclass(frozen=True)
class Score:
    """What one question gives to a measure: `got` of `of`.

    With `of` 0 the question has no part in the measure, and `reason` says why; else `reason`
    says what is unusual, if anything.
    """

    got: float
    of: int
    reason: str | None = None

    @property
    def value(self) -> float | None:
        """The share, None where the question has no part."""
        return self.got / self.of if self.of else None


@dataclass(frozen=True)
class Measure:
    """A measure of a run. n: the questions (or, pooled, citations) it was taken of.

    value None: it couldn't be taken, and `reason` says why. low, high: the 95 % interval, over resampled
    questions.
    """

    value: float | None
    n: int
    reason: str | None = None
    low: float | None = None
    high: float | None = None
