"""Counters of answers: each question ends in one outcome, and the text is what Prometheus reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.rag.answer import Answer, Usage
from footnote.rag.assistant import Assistant
from footnote.rag.errors import QuestionError
from footnote.rag.events import Done
from footnote.rag.filters import FiltersError
from footnote.rag.metrics import Metrics
from footnote.rag.settings import load_settings
from footnote.store.errors import LibraryError
from footnote.store.filters import Filters

LINE = re.compile(r"# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\})? [0-9.e+-]+")


@pytest.fixture
def opened(library_home: Path) -> Iterator[Assistant]:
    with Assistant(load_settings(home=library_home)) as assistant:
        yield assistant


def samples(metrics: Metrics) -> dict[str, float]:
    """Value by name and labels; every line must be one of the format."""
    lines = metrics.text().splitlines()
    assert all(LINE.fullmatch(line) for line in lines)
    return {k: float(v) for k, v in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


async def test_each_question_is_counted_once_by_its_outcome(opened: Assistant) -> None:
    answered = await opened.aask("What are Adaptive Chameleons?")
    await opened.aask("How is steel made from iron ore?")
    with pytest.raises(QuestionError):
        await opened.aask(" ")
    with pytest.raises(FiltersError):
        await opened.aask("What?", filters=Filters(pages=("nowhere",)))
    events = opened.stream("What are Adaptive Chameleons?")
    await anext(events)
    await events.aclose()
    found = samples(opened.metrics)
    outcomes = {k: v for k, v in found.items() if k.startswith("footnote_questions_total") and v}
    assert outcomes == {
        f'footnote_questions_total{{outcome="{answered.status}"}}': 1,
        'footnote_questions_total{outcome="unsupported"}': 1,
        'footnote_questions_total{outcome="invalid"}': 2,
        'footnote_questions_total{outcome="cancelled"}': 1,
    }
    assert found["footnote_questions_running"] == 0
    assert found['footnote_step_seconds_count{step="retrieve"}'] == 2
    assert found['footnote_step_seconds_bucket{step="total",le="+Inf"}'] == 2


@pytest.mark.parametrize(
    ("error", "outcome"), [(LibraryError("gone"), "unavailable"), (RuntimeError("a bug"), "failed")]
)
def test_failures_are_told_apart(error: Exception, outcome: str) -> None:
    metrics = Metrics()
    with pytest.raises(type(error)), metrics.question():
        raise error
    assert samples(metrics)[f'footnote_questions_total{{outcome="{outcome}"}}'] == 1


def test_tokens_calls_and_seconds_add_up_and_buckets_are_cumulative() -> None:
    metrics = Metrics()
    for seconds in (0.02, 0.02, 3.0, 999.0):
        with metrics.question() as question:
            question.see(Done(_answer(seconds)))
    found = samples(metrics)
    assert found['footnote_model_tokens_total{kind="prompt"}'] == 400
    assert found['footnote_model_tokens_total{kind="completion"}'] == 40
    assert found["footnote_model_calls_total"] == 8
    assert found["footnote_model_cost_usd_total"] == 2
    buckets = [v for k, v in found.items() if k.startswith("footnote_step_seconds_bucket")]
    assert buckets == sorted(buckets)
    assert found['footnote_step_seconds_bucket{step="compose",le="0.025"}'] == 2
    assert found['footnote_step_seconds_bucket{step="compose",le="5.0"}'] == 3
    assert found['footnote_step_seconds_bucket{step="compose",le="120.0"}'] == 3
    assert found['footnote_step_seconds_count{step="compose"}'] == 4
    assert found['footnote_step_seconds_sum{step="compose"}'] == pytest.approx(1002.04)


def _answer(seconds: float) -> Answer:
    return Answer(
        question="?",
        standalone="?",
        status="unsupported",
        mode="llm",
        usage=Usage(calls=2, prompt_tokens=100, completion_tokens=10, cost_usd=0.5),
        timings={"compose": seconds},
    )
