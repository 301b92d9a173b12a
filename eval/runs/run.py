"""A run: a question set put to a system, kept in a folder as `run.json`, `samples.jsonl` and `papers.jsonl`.

Each answer is on disk before the next question is asked, so a run that was killed goes on where
it was. What is measured is always computed from the folder (see `runs.scoring`), so going on with a
finished run asks nothing and computes the measures again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from footnote.eval.datasets.gold import Gold, match_gold
from footnote.eval.errors import RunError
from footnote.eval.questions import Question, QuestionSet
from footnote.eval.questions.stratified import SEED, stratified
from footnote.eval.runs.files import using
from footnote.eval.runs.provenance import git_state, library_digest, package_versions
from footnote.eval.runs.record import LibraryFacts, RunRecord, read_run, write_run
from footnote.eval.runs.samples import Failure, Sample, append_sample, read_samples
from footnote.eval.runs.scoring import SAMPLES, finish, scored_sample, write_papers
from footnote.eval.systems.system import System, SystemAnswer
from footnote.store.library import Library
from footnote.store.progress import Progress

log = logging.getLogger(__name__)

_MAX_ERROR_CHARS = 2000


async def run_questions(
    question_set: QuestionSet,
    system: System,
    library: Library,
    folder: Path,
    *,
    limit: int | None = None,
    seed: int = SEED,
    jobs: int = 1,
    progress: Progress | None = None,
) -> RunRecord:
    """Asks the questions, `jobs` at once, and measures the answers.

    limit: ask only so many, of all kinds in proportion (see `questions.stratified`), chosen by `seed`.
    Questions that `folder` has rows of aren't asked again, whether they were answered or ended in
    an error; measures are of all rows in the folder. An error that a question ends in is its result,
    not the run's.

    Raises GoldError where the questions don't fit the library; RunError where the folder holds a
    run of other questions, system, settings, prompts, code or library, or can't be used; and whatever
    warming up raises, as then no question would be answered.
    """
    papers = {paper.id: paper for paper in library.catalog.papers()}
    golds = match_gold(question_set, papers.values())
    start = _start(question_set, system, library, seed=seed, jobs=jobs)
    samples_file = folder / SAMPLES
    with _held(folder):
        start = _continued(start, folder)
        samples = read_samples(samples_file)
        _check_known(samples, golds)
        write_run(start, folder)
        questions = question_set.questions
        wanted = questions if limit is None else stratified(questions, seed)[:limit]
        done = {sample.id for sample in samples}
        waiting = [question for question in wanted if question.id not in done]
        if waiting:
            await system.warm_up(next((paper.title for paper in papers.values()), ""))

        def keep(sample: Sample) -> None:
            append_sample(samples_file, sample)
            samples.append(sample)
            report()

        def report() -> None:
            if progress:
                answered = {sample.id for sample in samples}
                progress(sum(question.id in answered for question in wanted), len(wanted))

        report()
        abstracts = {ident: paper.abstract for ident, paper in papers.items()}
        asking = iter(waiting)

        async def worker() -> None:
            for question in asking:
                keep(scored_sample(await _ask(system, question, golds[question.id]), abstracts))

        workers = [asyncio.create_task(worker()) for _ in range(min(jobs, len(waiting)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in workers:
                task.cancel()
        write_papers(samples, papers, folder)
        return finish(start, folder)


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


def _start(question_set: QuestionSet, system: System, library: Library, *, seed: int, jobs: int) -> RunRecord:
    status = library.status()
    facts = system.facts
    return RunRecord(
        started=datetime.now(UTC),
        questions_file=question_set.file,
        dataset_hash=question_set.dataset_hash,
        questions=len(question_set.questions),
        seed=seed,
        jobs=jobs,
        system=facts.name,
        mode=facts.mode,
        model=facts.model,
        settings=facts.settings,
        library=LibraryFacts(
            papers=status.papers,
            passages=status.passages,
            embedder=status.embedder,
            digest=library_digest(library.catalog.papers()),
        ),
        git=git_state(),
        code=facts.code,
        packages=package_versions(),
        prompts=facts.prompts,
    )


_MUST_AGREE = (
    "dataset_hash",
    "system",
    "mode",
    "model",
    "settings",
    "prompts",
    "code",
    "packages",
    "library",
)


def _continued(start: RunRecord, folder: Path) -> RunRecord:
    """`start`, from when the folder's run began. Raises RunError, naming what differs, for another run."""
    if not (folder / "run.json").exists():
        if (folder / SAMPLES).exists():
            raise RunError(f"{folder} holds samples but no run.json: choose another folder")
        return start
    before = read_run(folder)
    differ = [
        text for name in _MUST_AGREE for text in _changes(name, getattr(before, name), getattr(start, name))
    ]
    if differ:
        raise RunError(
            f"{folder} holds another run: {'; '.join(differ)}. Choose another folder, or run as before"
        )
    return start.model_copy(update={"started": before.started})


def _changes(name: str, old: object, new: object) -> list[str]:
    """What differs, in words; of mappings, each key that differs."""
    if old == new:
        return []
    if isinstance(old, LibraryFacts) and isinstance(new, LibraryFacts):
        old, new = old.model_dump(), new.model_dump()
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        return [
            f"{name.rstrip('s')} {key} was {_short(old.get(key))}, is {_short(new.get(key))}" for key in keys
        ]
    return [f"{name.replace('_', ' ')} was {_short(old)}, is {_short(new)}"]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:12]}…"


def _check_known(samples: Sequence[Sample], ids: Collection[str]) -> None:
    for sample in samples:
        if sample.id not in ids:
            raise RunError(f"{SAMPLES} has a row of {sample.id!r}, which is no question: delete the row")


async def _ask(system: System, question: Question, gold: Gold) -> Sample:
    begun = time.perf_counter()
    result: SystemAnswer | Failure
    try:
        result = await system.answer(question)
    except Exception as error:  # noqa: BLE001  whatever one question ends in must not end the others
        result = failure_of(error, system.secrets)
        log.warning("question %s ended in an error: %s: %s", question.id, result.type, result.message)
    latency = time.perf_counter() - begun
    if isinstance(result, SystemAnswer):
        warnings = tuple(_without(warning, system.secrets) for warning in result.warnings)
        result = result.model_copy(update={"warnings": warnings})
    return Sample.kept(question, gold, result, latency_s=latency)


def failure_of(error: Exception, secrets: Sequence[str] = ()) -> Failure:
    """The error as it is recorded: bounded, and without the key and address of the chat model."""
    return Failure(type=type(error).__name__, message=_without(str(error), secrets)[:_MAX_ERROR_CHARS])


def _without(text: str, secrets: Sequence[str]) -> str:
    """`text`, which may repeat what was sent to the model's server, fit for a file that is shared."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
