"""What a run needs of a system, and the form in which it keeps the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict

from footnote.eval.questions import Question
from footnote.rag.answer import Answer, ClaimVerdict, Dropped, Status, Usage
from footnote.rag.settings import Settings

KEPT = 100
"""Papers of a ranking that are kept, as in the retrieval bench."""


class Row(BaseModel):
    """A part of a sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(Row):
    """A citation of the answer; without a quote, `start` and `end` are 0."""

    paper: str
    start: int = 0
    end: int = 0
    quote: str = ""


class Claimed(Row):
    """A sentence of the answer; `citations`: 1-based places in the row's. judged_by: who gave the verdict."""

    text: str
    citations: tuple[int, ...]
    verdict: ClaimVerdict
    judged_by: str | None
    reasons: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    against: tuple[int, ...] = ()


class SystemAnswer(Row):
    """What a system made of a question. Papers are named by their ids.

    ranking: best first, `KEPT` at most; None: the system gives none. shown: papers that the answer was
    composed from. mode: how this answer was made, which is quotes where the chat model failed or nothing was
    to be composed. status None: the system only ranks papers.
    """

    standalone: str | None = None
    ranking: tuple[str, ...] | None = None
    shown: tuple[str, ...] = ()
    text: str | None = None
    status: Status | None = None
    confidence: float | None = None
    citations: tuple[Cited, ...] = ()
    claims: tuple[Claimed, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    mode: Literal["extractive", "llm"] | None = None
    usage: Usage | None = None
    warnings: tuple[str, ...] = ()
    timings: dict[str, float] = {}

    @classmethod
    def of(cls, answer: Answer, *, shown: int) -> Self:
        """Footnote's answer. shown: how many papers of the ranking are given to the composer, at most."""
        return cls(
            standalone=answer.standalone,
            ranking=answer.ranking[:KEPT],
            shown=answer.ranking[:shown],
            text=answer.text,
            status=answer.status,
            confidence=answer.confidence,
            citations=tuple(
                Cited(paper=c.paper.id, start=c.start, end=c.end, quote=c.quote) for c in answer.citations
            ),
            claims=tuple(
                Claimed(**claim.model_dump(include=set(Claimed.model_fields))) for claim in answer.claims
            ),
            dropped=answer.dropped,
            mode=answer.mode,
            usage=answer.usage,
            warnings=tuple(map(str, answer.warnings)),
            timings=dict(answer.timings),
        )


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """What a run records of its system, and compares before it goes on with a run.

    settings: all that shape its answers, by name. prompts: SHA-256 of each prompt, by name. code: SHA-256 of
    the code that answers.
    """

    name: str
    mode: Literal["extractive", "llm"]
    model: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    code: str


class System(Protocol):
    """Answers questions. Several are asked at once where a run has several jobs."""

    @property
    def facts(self) -> SystemFacts:
        """What is recorded of it."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must not reach a file of the run."""

    async def warm_up(self, title: str) -> None:
        """Loads what is loaded at first use, without a call of a chat model. title: of a paper, or empty."""

    async def answer(self, question: Question) -> SystemAnswer:
        """The answer; an error that it raises is the result of the question."""


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The key and the address of the chat model, as far as they are set."""
    key = settings.openai_api_key and settings.openai_api_key.get_secret_value()
    return tuple(secret for secret in (key, settings.openai_base_url) if secret)
