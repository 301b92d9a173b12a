"""What is measured of a run, from the files of its folder alone: nothing is asked again."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.eval.datasets.gold import Gold
from footnote.eval.errors import RunError
from footnote.eval.measures.intervals import with_intervals
from footnote.eval.measures.metrics import question_scores, run_measures
from footnote.eval.runs.files import read_whole_lines, write_atomically
from footnote.eval.runs.record import MeasureRecord, RunRecord, Timings, read_run, write_run
from footnote.eval.runs.samples import GoldRow, Sample, read_samples, write_samples
from footnote.rag.answer import Usage
from footnote.store.papers import Paper

log = logging.getLogger(__name__)

SAMPLES = "samples.jsonl"
PAPERS = "papers.jsonl"


class RunPaper(BaseModel):
    """A paper that the run's answers or gold name: a line of `papers.jsonl`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    abstract: str


def write_papers(samples: Sequence[Sample], papers: Mapping[str, Paper], folder: Path) -> None:
    """Puts the papers that were shown, cited or are gold into `papers.jsonl`."""
    named: set[str] = set()
    for sample in samples:
        named |= {
            *sample.shown,
            *(c.paper for c in sample.citations),
            *sample.gold.papers,
            *sample.gold.also_ok,
        }
    rows = [RunPaper(id=p.id, title=p.title, abstract=p.abstract) for p in papers.values() if p.id in named]
    write_atomically(folder / PAPERS, "".join(row.model_dump_json() + "\n" for row in rows))


def read_papers(folder: Path) -> dict[str, RunPaper]:
    """The papers by id; none where there is no such file. Raises RunError for a line that can't be read."""
    path = folder / PAPERS
    papers: dict[str, RunPaper] = {}
    for number, line in enumerate(read_whole_lines(path), start=1):
        try:
            paper = RunPaper.model_validate_json(line)
        except ValidationError as error:
            raise RunError(f"{path}:{number}: this is no paper of a run: delete the folder's run") from error
        papers[paper.id] = paper
    return papers


def score(folder: Path, golds: Mapping[str, Gold] | None = None) -> RunRecord:
    """Takes all measures of a run again, and writes them into its files.

    golds: by question, in place of those that the run was made with. Raises RunError.
    """
    record = read_run(folder)
    if not (folder / PAPERS).exists():
        raise RunError(f"{folder} has no {PAPERS}: the run hasn't ended, go on with `footnote eval run`")
    if golds is not None:
        samples = read_samples(folder / SAMPLES)
        if missing := [sample.id for sample in samples if sample.id not in golds]:
            raise RunError(f"the questions have no {missing[0]!r}, which {folder} has an answer to")
        write_samples(
            folder / SAMPLES, [s.model_copy(update={"gold": GoldRow.of(golds[s.id])}) for s in samples]
        )
    return finish(record, folder)


def finish(start: RunRecord, folder: Path) -> RunRecord:
    """Measures the samples of the folder; rewrites them where their measures changed, and `run.json`."""
    samples = read_samples(folder / SAMPLES)
    abstracts = {ident: paper.abstract for ident, paper in read_papers(folder).items()}
    scored = [scored_sample(sample, abstracts) for sample in samples]
    if scored != samples:
        write_samples(folder / SAMPLES, scored)
    record = _measured(start, scored, abstracts)
    write_run(record, folder)
    return record


def scored_sample(sample: Sample, abstracts: Mapping[str, str]) -> Sample:
    """The sample with its measures taken."""
    return sample.scored(question_scores(sample.gold.gold, sample.outcome, abstracts))


def measures_of(samples: Sequence[Sample], abstracts: Mapping[str, str]) -> dict[str, MeasureRecord]:
    """Every measure with its interval."""
    questions = [(sample.gold.gold, sample.outcome) for sample in samples]
    measures = with_intervals(
        run_measures(questions, abstracts),
        questions,
        [question_scores(gold, outcome, abstracts) for gold, outcome in questions],
    )
    return {
        name: MeasureRecord(value=m.value, n=m.n, reason=m.reason, low=m.low, high=m.high)
        for name, m in measures.items()
    }


def _measured(start: RunRecord, samples: Sequence[Sample], abstracts: Mapping[str, str]) -> RunRecord:
    return start.model_copy(
        update={
            "finished": datetime.now(UTC),
            "asked": len(samples),
            "failed": sum(sample.error is not None for sample in samples),
            "fallbacks": sum(_fell_back(sample, start) for sample in samples),
            "usage": Usage.total(sample.usage for sample in samples),
            "timings": _timings(samples),
            "metrics": measures_of(samples, abstracts),
        }
    )


def _fell_back(sample: Sample, record: RunRecord) -> bool:
    # A refusal isn't composed either, but then nothing went wrong and there is no warning.
    return record.mode == "llm" and sample.mode == "extractive" and bool(sample.warnings)


def _timings(samples: Iterable[Sample]) -> Timings:
    samples = list(samples)
    steps: dict[str, list[float]] = {}
    for sample in samples:
        for step, seconds in sample.timings.items():
            steps.setdefault(step, []).append(seconds)
    return Timings(
        total_s=sum(sample.latency_s for sample in samples),
        median_s_by_step={step: statistics.median(seconds) for step, seconds in steps.items()},
    )
