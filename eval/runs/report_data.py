"""What a report shows of runs: read from their folders, with no form yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from footnote.eval.errors import RunError
from footnote.eval.measures.curves import Points, calibration, cumulative, risk_coverage
from footnote.eval.measures.metrics import NAMES
from footnote.eval.runs.record import MeasureRecord, RunRecord, read_run
from footnote.eval.runs.samples import Sample, read_samples
from footnote.eval.runs.scoring import SAMPLES, RunPaper, read_papers
from footnote.store.sentences import Span

SLICED = ("recall@5", "citation_precision", "citation_recall", "evidence_recall", "not_answered_recall")
SHOWN = ("status", "recall@5", "citation_recall", "evidence_recall")
_QUALITY = ("citation_recall", "evidence_recall", "not_answered_recall")
_NOTHING = MeasureRecord(value=None, n=0, reason="not measured")


@dataclass(frozen=True, kw_only=True)
class ReportedRun:
    """A run as its folder has it."""

    name: str
    record: RunRecord
    samples: Mapping[str, Sample]
    papers: Mapping[str, RunPaper]

    def measure(self, name: str) -> MeasureRecord:
        """The run's measure; one without a value where the run has none."""
        return self.record.metrics.get(name, _NOTHING)


@dataclass(frozen=True)
class Part:
    """A piece of an abstract, and whether it is gold evidence, cited, or both."""

    text: str
    gold: bool
    cited: bool


def read_runs(folders: Sequence[Path]) -> list[ReportedRun]:
    """The runs, each under its folder's name, or its path where two have the same.

    Raises RunError where one can't be read, hasn't ended, or asked other questions than the first.
    """
    names = [folder.resolve().name for folder in folders]
    runs: list[ReportedRun] = []
    for folder, name in zip(folders, names, strict=True):
        record = read_run(folder)
        if record.finished is None:
            raise RunError(f"the run in {folder} hasn't ended: go on with `footnote eval run`")
        if runs and record.dataset_hash != runs[0].record.dataset_hash:
            raise RunError(f"{folders[0]} and {folder} asked different question sets: report them apart")
        samples = {sample.id: sample for sample in read_samples(folder / SAMPLES)}
        shown = name if names.count(name) == 1 else str(folder)
        runs.append(ReportedRun(name=shown, record=record, samples=samples, papers=read_papers(folder)))
    return runs


def measured(runs: Sequence[ReportedRun]) -> list[str]:
    """Measures that at least one run has, in the order in which they are shown."""
    return [name for name in NAMES if any(run.measure(name).value is not None for run in runs)]


def not_measured(runs: Sequence[ReportedRun]) -> dict[str, str]:
    """Measures that no run has, with the reason of the first."""
    return {name: runs[0].measure(name).reason or "" for name in NAMES if name not in measured(runs)}


def slices(runs: Sequence[ReportedRun]) -> dict[str, list[tuple[str, int, dict[str, list[float | None]]]]]:
    """By kind (type, style): each label, how many questions it has, and its measures, a value a run."""
    found: dict[str, list[tuple[str, int, dict[str, list[float | None]]]]] = {}
    for kind in ("type", "style"):
        by_run = [_labelled(run, kind) for run in runs]
        labels = sorted({label for labelled in by_run for label in labelled})
        found[kind] = [
            (
                label,
                max(len(labelled.get(label, [])) for labelled in by_run),
                {name: [_mean(labelled.get(label, []), name) for labelled in by_run] for name in SLICED},
            )
            for label in labels
        ]
    return {kind: rows for kind, rows in found.items() if rows}


def _labelled(run: ReportedRun, kind: str) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for sample in run.samples.values():
        if label := getattr(sample, kind):
            found.setdefault(label, []).append(sample)
    return found


def _mean(samples: Sequence[Sample], name: str) -> float | None:
    scores = [sample.scores[name] for sample in samples if name in sample.scores]
    counted = sum(score.of for score in scores)
    return sum(score.got for score in scores) / counted if counted else None


def curves(run: ReportedRun) -> dict[str, Points]:
    """Points for the charts: risk over coverage, calibration, latency; empty where there is no confidence."""
    answered = [sample for sample in run.samples.values() if sample.error is None]
    sure = [(s, s.confidence) for s in answered if s.confidence is not None]
    confidences = [confidence for _, confidence in sure]
    return {
        "risk": risk_coverage(confidences, [_right(sample) for sample, _ in sure]),
        "calibration": calibration(confidences, [sample.gold.answerable for sample, _ in sure]),
        "latency": cumulative([sample.latency_s for sample in answered]),
    }


def _right(sample: Sample) -> bool:
    cited = {citation.paper for citation in sample.citations}
    return bool(cited & {*sample.gold.papers, *sample.gold.also_ok})


def worst_first(runs: Sequence[ReportedRun]) -> list[str]:
    """Ids of all questions, those that the first run does worst first."""
    ids = dict.fromkeys(ident for run in runs for ident in run.samples)
    return sorted(ids, key=lambda ident: _quality(runs[0].samples.get(ident)))


def _quality(sample: Sample | None) -> float:
    if sample is None:
        return 9.0
    scores = sample.scores
    values = [value for name in _QUALITY if name in scores and (value := scores[name].value) is not None]
    return sum(values) / len(values) if values else 1.0


def parts(abstract: str, paper: str, sample: Sample) -> list[Part]:
    """The abstract of a paper, cut where its gold evidence and its citations begin and end."""
    gold = [Span(*q.places[0]) for q in sample.gold.quotes if q.paper == paper and q.places]
    cited = [Span(c.start, c.end) for c in sample.citations if c.paper == paper]
    edges = sorted({0, len(abstract), *(edge for span in (*gold, *cited) for edge in span)})
    return [Part(abstract[a:b], _inside(a, b, gold), _inside(a, b, cited)) for a, b in pairwise(edges)]


def _inside(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= start and end <= span.end for span in spans)
