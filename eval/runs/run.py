"""A run: a question set put to an assistant, kept in a folder as `run.json` and `samples.jsonl`.

Each answer is on disk before the next question is asked, so a run that was killed goes on where
it was. What is measured is always computed from the samples, so going on with a finished run asks
nothing and computes the measures again.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from footnote.eval.datasets.gold import Gold, match_gold
from footnote.eval.errors import RunError
from footnote.eval.measures.metrics import question_scores, run_measures
from footnote.eval.questions import Question, QuestionSet
from footnote.eval.runs.files import using, write_atomically
from footnote.eval.runs.provenance import git_state, package_versions, prompt_hashes
from footnote.eval.runs.record import (
    LibraryFacts,
    MeasureRecord,
    RunRecord,
    Timings,
    read_run,
    recorded_settings,
)
from footnote.eval.runs.samples import Failure, Sample, append_sample, read_samples, write_samples
from footnote.rag.answer import Usage
from footnote.rag.settings import Settings
from footnote.store.progress import Progress

if TYPE_CHECKING:
    from footnote.rag.assistant import Assistant
    from footnote.store.library import Library

log = logging.getLogger(__name__)


_MAX_ERROR_CHARS = 2000


async def run_questions(
    question_set: QuestionSet,
    assistant: Assistant,
    folder: Path,
    *,
    limit: int | None = None,
    progress: Progress | None = None,
) -> RunRecord:
    """Asks the questions (the first `limit` of them) one after another, and measures the answers.

    Questions that `folder` has rows of aren't asked again, whether they were answered or ended in
    an error; measures are of all rows in the folder. One question that isn't measured comes first,
    so that nothing is timed while it loads. An error that a question ends in is its result, not
    the run's.

    Raises GoldError where the questions don't fit the library; RunError where the folder holds a
    run of other questions, settings, mode or library, or can't be used; and whatever the question
    that comes first raises, as then none would be answered.
    """
    library = assistant.library
    golds = match_gold(question_set, library.catalog.papers())
    start = _start(question_set, assistant)
    samples_file = folder / "samples.jsonl"
    with _held(folder):
        start = _continued(start, folder)
        samples = read_samples(samples_file)
        _check_known(samples, golds)
        _write(start, folder)
        done = {sample.id for sample in samples}
        wanted = question_set.questions[:limit]
        waiting = [question for question in wanted if question.id not in done]
        if waiting:
            titles = {paper.id: paper.title for paper in library.catalog.papers()}
            await _warm_up(assistant, titles)
            for position, question in enumerate(waiting, start=len(wanted) - len(waiting)):
                if progress:
                    progress(position, len(wanted))
                (sample,) = _scored([await _ask(assistant, question, titles)], golds, library)
                append_sample(samples_file, sample)
                samples.append(sample)
        if progress:
            progress(len(wanted), len(wanted))
        if (rescored := _scored(samples, golds, library)) != samples:
            log.info("the measures in %s were computed again", samples_file)
            write_samples(samples_file, rescored)
        record = _finished(start, rescored, golds, library)
        _write(record, folder)
    return record


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder, made if need be, for this run alone."""
    with using(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".run.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise RunError(
                f"another run is writing to {folder}: wait for it, or choose another folder"
            ) from None
    try:
        yield
    finally:
        lock.release()


def _write(record: RunRecord, folder: Path) -> None:
    write_atomically(folder / "run.json", record.model_dump_json(indent=2) + "\n")


def _start(question_set: QuestionSet, assistant: Assistant) -> RunRecord:
    status = assistant.status()
    return RunRecord(
        started=datetime.now(UTC),
        questions_file=question_set.file,
        dataset_hash=question_set.dataset_hash,
        questions=len(question_set.questions),
        mode=assistant.mode,
        model=assistant.model,
        settings=recorded_settings(assistant.settings),
        settings_digest=assistant.settings.digest(),
        library=LibraryFacts(papers=status.papers, passages=status.passages, embedder=status.embedder),
        git=git_state(),
        packages=package_versions(),
        prompts=prompt_hashes() if assistant.mode == "llm" else {},
    )


_MUST_AGREE = ("dataset_hash", "mode", "settings_digest", "library")


def _continued(start: RunRecord, folder: Path) -> RunRecord:
    """`start`, from when the folder's run began. Raises RunError where that is another run."""
    if not (folder / "run.json").exists():
        if (folder / "samples.jsonl").exists():
            raise RunError(f"{folder} holds samples but no run.json: choose another folder")
        return start
    before = read_run(folder)
    for name in _MUST_AGREE:
        if (old := getattr(before, name)) != (new := getattr(start, name)):
            raise RunError(
                f"{folder} holds a run with another {name.replace('_', ' ')} ({old}, now {new}): "
                "choose another folder, or run as before"
            )
    if (before.git, before.packages, before.prompts) != (start.git, start.packages, start.prompts):
        log.warning("the run in %s was begun with other code, packages or prompts", folder)
    return start.model_copy(update={"started": before.started})


def _check_known(samples: Sequence[Sample], golds: Mapping[str, Gold]) -> None:
    for sample in samples:
        if sample.id not in golds:
            raise RunError(f"samples.jsonl has a row of {sample.id!r}, which is no question: delete the row")


async def _warm_up(assistant: Assistant, titles: Mapping[str, str]) -> None:
    # About a paper of the library, so that the answer is composed and not declined.
    title = next(iter(titles.values()), "")
    await assistant.aask(f"What is {title}"[:100])


async def _ask(assistant: Assistant, question: Question, titles: Mapping[str, str]) -> Sample:
    begun = time.perf_counter()
    try:
        answer = await assistant.aask(question.question, history=question.history)
    except Exception as error:  # noqa: BLE001  whatever one question ends in must not end the others
        latency = time.perf_counter() - begun
        failure = failure_of(error, assistant.settings)
        log.warning("question %s ended in an error: %s: %s", question.id, failure.type, failure.message)
        return Sample.failed(question, failure, latency_s=latency)
    latency = time.perf_counter() - begun
    sample = Sample.answered(question, answer, titles=titles, latency_s=latency)
    warnings = tuple(_without_secrets(warning, assistant.settings) for warning in sample.warnings)
    return sample.model_copy(update={"warnings": warnings})


def failure_of(error: Exception, settings: Settings) -> Failure:
    """The error as it is recorded: bounded, and without the key and address of the chat model."""
    return Failure(
        type=type(error).__name__, message=_without_secrets(str(error), settings)[:_MAX_ERROR_CHARS]
    )


def _without_secrets(text: str, settings: Settings) -> str:
    """`text`, which may repeat what was sent to the model's server, fit for a file that is shared."""
    key = settings.openai_api_key and settings.openai_api_key.get_secret_value()
    for secret in (key, settings.openai_base_url):
        if secret:
            text = text.replace(secret, "***")
    return text


def _abstracts(samples: Sequence[Sample], library: Library) -> dict[str, str]:
    cited = {citation.paper for sample in samples for citation in sample.citations}
    return {ident: entry.paper.abstract for ident, entry in library.catalog.get(sorted(cited)).items()}


def _scored(samples: Sequence[Sample], golds: Mapping[str, Gold], library: Library) -> list[Sample]:
    abstracts = _abstracts(samples, library)
    return [s.scored(question_scores(golds[s.id], s.outcome, abstracts)) for s in samples]


def _finished(
    start: RunRecord, samples: Sequence[Sample], golds: Mapping[str, Gold], library: Library
) -> RunRecord:
    questions = [(golds[sample.id], sample.outcome) for sample in samples]
    measures = run_measures(questions, _abstracts(samples, library))
    return start.model_copy(
        update={
            "finished": datetime.now(UTC),
            "asked": len(samples),
            "failed": sum(sample.error is not None for sample in samples),
            "fallbacks": sum(_fell_back(sample, start) for sample in samples),
            "usage": Usage.total(sample.usage for sample in samples),
            "timings": _timings(samples),
            "metrics": {
                name: MeasureRecord(value=measure.value, n=measure.n, reason=measure.reason)
                for name, measure in measures.items()
            },
        }
    )


def _fell_back(sample: Sample, record: RunRecord) -> bool:
    # A refusal isn't composed either, but then nothing went wrong and there is no warning.
    return record.mode == "llm" and sample.mode == "extractive" and bool(sample.warnings)


def _timings(samples: Sequence[Sample]) -> Timings:
    steps: dict[str, list[float]] = {}
    for sample in samples:
        for step, seconds in sample.timings.items():
            steps.setdefault(step, []).append(seconds)
    return Timings(
        total_s=sum(sample.latency_s for sample in samples),
        median_s_by_step={step: statistics.median(seconds) for step, seconds in steps.items()},
    )
