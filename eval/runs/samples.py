"""`samples.jsonl`: one row a question, appended as it ends, and repaired after a kill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError

from footnote.eval.datasets.gold import Gold, GoldQuote
from footnote.eval.errors import RunError
from footnote.eval.measures.outcomes import CitedQuote, Outcome, Score
from footnote.eval.questions import Question
from footnote.eval.runs.files import append_line, read_whole_lines, write_atomically
from footnote.eval.systems.system import Row, SystemAnswer
from footnote.store.sentences import Span


class Failure(Row):
    """The error that a question ended in."""

    type: str
    message: str


class Value(Row):
    """One measure of one question; `n` 0: the question has no part in it. See metrics.Score."""

    value: float | None
    n: int
    reason: str | None


class GoldPlaces(Row):
    """A gold quote: every place of the paper's abstract where its words stand."""

    paper: str
    places: tuple[tuple[int, int], ...]


class GoldRow(Row):
    """What a right answer draws on, by ids of papers: see `datasets.gold.Gold`."""

    answerable: bool
    papers: tuple[str, ...]
    also_ok: tuple[str, ...] = ()
    quotes: tuple[GoldPlaces, ...] = ()

    @classmethod
    def of(cls, gold: Gold) -> Self:
        """The gold as a row."""
        return cls(
            answerable=gold.answerable,
            papers=tuple(sorted(gold.papers)),
            also_ok=tuple(sorted(gold.also_ok)),
            quotes=tuple(GoldPlaces(paper=q.paper, places=q.places) for q in gold.quotes),
        )

    @property
    def gold(self) -> Gold:
        """The row as gold."""
        quotes = tuple(
            GoldQuote(paper=q.paper, places=tuple(Span(*p) for p in q.places)) for q in self.quotes
        )
        return Gold(
            answerable=self.answerable,
            papers=frozenset(self.papers),
            also_ok=frozenset(self.also_ok),
            quotes=quotes,
        )


class Sample(SystemAnswer):
    """A question, what is known of its answer, and what came of it; with `error` set there is no answer.

    latency_s: wall time from question to answer.
    """

    id: str
    type: str
    style: str | None
    question: str
    gold: GoldRow
    latency_s: float
    error: Failure | None = None
    metrics: dict[str, Value] = Field(default_factory=dict)

    @classmethod
    def kept(
        cls, question: Question, gold: Gold, result: SystemAnswer | Failure, *, latency_s: float
    ) -> Self:
        """The row of a question that got an answer, or ended in an error."""
        failed = isinstance(result, Failure)
        return cls(
            **({} if failed else dict(result)),
            id=question.id,
            type=question.type,
            style=question.style,
            question=question.question,
            gold=GoldRow.of(gold),
            latency_s=latency_s,
            error=result if failed else None,
        )

    @property
    def outcome(self) -> Outcome:
        """What the measures are taken of."""
        return Outcome(
            ranking=self.ranking,
            citations=tuple(CitedQuote(**citation.model_dump()) for citation in self.citations),
            status=self.status,
            failed=self.error is not None,
            confidence=self.confidence,
            latency_s=self.latency_s,
            dropped=None if self.usage is None else sum(not each.withdrawn for each in self.dropped),
            tokens=self.usage.prompt_tokens + self.usage.completion_tokens if self.usage else None,
            cost_usd=self.usage.cost_usd if self.usage else None,
        )

    @property
    def scores(self) -> dict[str, Score]:
        """Its measures as they were taken."""
        return {name: Score((v.value or 0.0) * v.n, v.n, v.reason) for name, v in self.metrics.items()}

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
