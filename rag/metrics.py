"""Counters of what an assistant has answered, in the text format of Prometheus.

The format: https://prometheus.io/docs/instrumenting/exposition_formats/. Each process counts for itself,
from its start; nothing that a reader wrote is in it.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate

from footnote.rag.answer import Answer
from footnote.rag.errors import QuestionError
from footnote.rag.events import Done, Event
from footnote.rag.filters import FiltersError
from footnote.store.errors import FootnoteError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper bounds of the histogram's buckets, in seconds."""
_OUTCOMES = (
    "answered", "partial", "closest", "unsupported", "invalid", "unavailable", "failed", "cancelled",
)  # fmt: skip
"""Outcomes of a question: the four statuses of an answer; a question or filters that can't be used; a library
or a setting that can't be used; any other error; the reader left."""


class Question:
    """One question while it is answered. outcome: one of `_OUTCOMES`; answer: once it is there."""

    def __init__(self) -> None:
        self.outcome = "cancelled"
        self.answer: Answer | None = None

    def see(self, event: Event) -> None:
        """Takes the answer from the last event."""
        if isinstance(event, Done):
            self.answer, self.outcome = event.answer, event.answer.status


class Metrics:
    """The counters. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._questions: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._calls = 0
        self._cost_usd = 0.0
        self._seconds: dict[str, float] = {}
        self._buckets: dict[str, list[int]] = {}

    @contextmanager
    def question(self) -> Iterator[Question]:
        """Counts a question that is answered within this context; show it each event."""
        question = Question()
        with self._lock:
            self._running += 1
        try:
            yield question
        except (QuestionError, FiltersError):
            question.outcome = "invalid"
            raise
        except FootnoteError:
            question.outcome = "unavailable"
            raise
        except Exception:
            question.outcome = "failed"
            raise
        finally:
            self._count(question)

    def _count(self, question: Question) -> None:
        with self._lock:
            self._running -= 1
            self._questions[question.outcome] += 1
            if question.answer is None:
                return
            self._warnings.update(warning.kind for warning in question.answer.warnings)
            if usage := question.answer.usage:
                self._calls += usage.calls
                self._tokens.update(prompt=usage.prompt_tokens, completion=usage.completion_tokens)
                self._cost_usd += usage.cost_usd or 0.0
            for step, seconds in question.answer.timings.items():
                counts = self._buckets.setdefault(step, [0] * (len(BUCKETS_S) + 1))
                counts[bisect_left(BUCKETS_S, seconds)] += 1
                self._seconds[step] = self._seconds.get(step, 0.0) + seconds

    def text(self, gauges: Mapping[str, tuple[str, float]] = {}) -> str:
        """Everything counted so far. gauges: further values by name, each with its description."""
        with self._lock:
            parts = [
                _family(
                    "footnote_questions_total",
                    "counter",
                    "Questions by outcome.",
                    ((f'{{outcome="{each}"}}', self._questions[each]) for each in _OUTCOMES),
                ),
                _family(
                    "footnote_questions_running",
                    "gauge",
                    "Questions that are being answered.",
                    [("", self._running)],
                ),
                _family("footnote_step_seconds", "histogram", "Seconds by step of an answer.", self._steps()),
                _family(
                    "footnote_model_tokens_total",
                    "counter",
                    "Tokens that chat models were sent and returned.",
                    ((f'{{kind="{kind}"}}', self._tokens[kind]) for kind in ("prompt", "completion")),
                ),
                _family("footnote_model_calls_total", "counter", "Calls of models.", [("", self._calls)]),
                _family(
                    "footnote_model_cost_usd_total",
                    "counter",
                    "US dollars for calls of models that have a price.",
                    [("", self._cost_usd)],
                ),
                _family(
                    "footnote_answer_warnings_total",
                    "counter",
                    "Warnings of answers; fallback: the model failed, and quotes took its place.",
                    ((f'{{kind="{kind}"}}', count) for kind, count in sorted(self._warnings.items())),
                ),
            ]
        parts += [
            _family(name, "gauge", about, [("", value)]) for name, (about, value) in sorted(gauges.items())
        ]
        return "".join(parts)

    def _steps(self) -> Iterator[tuple[str, float]]:
        for step, counts in sorted(self._buckets.items()):
            sums = list(accumulate(counts))
            for bound, count in zip((*map(str, BUCKETS_S), "+Inf"), sums, strict=True):
                yield f'_bucket{{step="{step}",le="{bound}"}}', count
            yield f'_sum{{step="{step}"}}', self._seconds[step]
            yield f'_count{{step="{step}"}}', sums[-1]


def _family(name: str, kind: str, about: str, samples: Iterable[tuple[str, float]]) -> str:
    """A metric with its samples. Its labels are names of ours, which need no escapes."""
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    return "\n".join(lines + [f"{name}{labels} {value}" for labels, value in samples]) + "\n"
