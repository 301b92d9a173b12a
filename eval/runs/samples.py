"""`samples.jsonl`: one row a question, appended as it ends, and repaired after a kill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.eval.errors import RunError
from footnote.eval.measures.outcomes import CitedQuote, Outcome, Score
from footnote.eval.questions import Question
from footnote.eval.runs.files import append_line, read_whole_lines, write_atomically
from footnote.rag.answer import Answer, ClaimVerdict, Dropped, Status, Usage


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(_Row):
    """A citation of the answer."""

    paper: str
    start: int
    end: int
    quote: str


class Ranked(_Row):
    """A paper of the ranking."""

    id: str
    title: str | None


class Claimed(_Row):
    """A sentence of the answer; `citations`: 1-based places in the row's."""

    text: str
    citations: tuple[int, ...]
    verdict: ClaimVerdict
    judged_by: str | None
    cautions: tuple[str, ...] = ()
    against: tuple[int, ...] = ()


class Failure(_Row):
    """The error that a question ended in."""

    type: str
    message: str


class Value(_Row):
    """One measure of one question; `n` 0: the question has no part in it. See metrics.Score."""

    value: float | None
    n: int
    reason: str | None


class Sample(_Row):
    """A question and what came of it; with `error` set there is no answer.

    latency_s: wall time from question to answer. mode: how this answer was made, which is quotes
    where the chat model failed or nothing was to be composed.
    """

    id: str
    type: str
    style: str | None
    question: str
    standalone: str | None = None
    ranking: tuple[Ranked, ...] = ()
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
    latency_s: float
    error: Failure | None = None
    metrics: dict[str, Value] = {}

    @classmethod
    def answered(
        cls, question: Question, answer: Answer, *, titles: Mapping[str, str], latency_s: float
    ) -> Self:
        """The row of a question that got an answer. titles: by id of the paper."""
        return cls(
            id=question.id,
            type=question.type,
            style=question.style,
            question=question.question,
            standalone=answer.standalone,
            ranking=tuple(Ranked(id=paper, title=titles.get(paper)) for paper in answer.ranking),
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
            latency_s=latency_s,
        )

    @classmethod
    def failed(cls, question: Question, failure: Failure, *, latency_s: float) -> Self:
        """The row of a question that ended in an error."""
        return cls(
            id=question.id,
            type=question.type,
            style=question.style,
            question=question.question,
            latency_s=latency_s,
            error=failure,
        )

    @property
    def outcome(self) -> Outcome:
        """What the measures are taken of."""
        return Outcome(
            ranking=tuple(paper.id for paper in self.ranking),
            citations=tuple(CitedQuote(**citation.model_dump()) for citation in self.citations),
            status=self.status or "unsupported",
            failed=self.error is not None,
            confidence=self.confidence,
            latency_s=self.latency_s,
        )

    def scored(self, scores: Mapping[str, Score]) -> Self:
        """The row with these scores in place of its own."""
        values = {
            name: Value(value=score.value, n=score.of, reason=score.reason) for name, score in scores.items()
        }
        return self.model_copy(update={"metrics": values})


def append_sample(path: Path, sample: Sample) -> None:
    """Adds a row, which a killed run keeps."""
    append_line(path, sample.model_dump_json())


def write_samples(path: Path, samples: Sequence[Sample]) -> None:
    """Puts these rows in place of the file's."""
    write_atomically(path, "".join(sample.model_dump_json() + "\n" for sample in samples))


def read_samples(path: Path) -> list[Sample]:
    """The rows of a file, first to last, none where there is no file; repairs one that was cut off.

    Raises RunError for any other row that can't be read, or that repeats an id.
    """
    samples: dict[str, Sample] = {}
    for number, line in enumerate(read_whole_lines(path), start=1):
        try:
            sample = Sample.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"])) or "the row"
            raise RunError(
                f"{path}:{number}: {field}: {first['msg']}; delete the line, and its question is asked again"
            ) from error
        if sample.id in samples:
            raise RunError(f"{path}:{number}: id {sample.id!r} is here twice; delete one of the lines")
        samples[sample.id] = sample
    return list(samples.values())
