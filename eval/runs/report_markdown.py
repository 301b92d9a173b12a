"""A report of runs as Markdown: measures, slices, and the questions that are answered worst."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footnote.eval.runs.report_data import (
    SHOWN,
    SLICED,
    ReportedRun,
    measured,
    not_measured,
    slices,
    worst_first,
)
from footnote.eval.runs.tables import interval, name_of, number, remarks

WORST = 20


def markdown_report(runs: Sequence[ReportedRun]) -> str:
    """The report; of several runs, values stand in the runs' order with a slash between."""
    return "\n".join(_lines(runs)) + "\n"


def _lines(runs: Sequence[ReportedRun]) -> Iterator[str]:
    yield f"# {runs[0].record.questions_file}: {', '.join(run.name for run in runs)}\n"
    for run in runs:
        facts = [
            name_of(run.record),
            f"{run.record.asked} of {run.record.questions} questions",
            *remarks(run.record),
        ]
        yield f"- {_cell(run.name)}: {_cell('; '.join(facts))}"
    yield "\n## Measures, with 95 % intervals\n"
    yield from _table(
        ("measure", *(run.name for run in runs)),
        ([name, *(_value(run, name) for run in runs)] for name in measured(runs)),
    )
    for name, reason in not_measured(runs).items():
        yield f"\nNot measured: {name}, {reason}."
    for kind, rows in slices(runs).items():
        yield f"\n## By {kind}\n"
        yield from _table(
            (kind, "n", *SLICED),
            (
                [label, str(n), *(" / ".join(map(number, values[m])) for m in SLICED)]
                for label, n, values in rows
            ),
        )
    yield f"\n## The {WORST} questions that are answered worst\n"
    yield from _table(
        ("id", "question", *SHOWN[1:], "answer"),
        (_question(runs, ident) for ident in worst_first(runs)[:WORST]),
    )


def _value(run: ReportedRun, name: str) -> str:
    measure = run.measure(name)
    between = interval(measure.low, measure.high)
    return f"{number(measure.value)} ({between})" if between else number(measure.value)


def _question(runs: Sequence[ReportedRun], ident: str) -> list[str]:
    samples = [sample for run in runs if (sample := run.samples.get(ident))]
    values = [
        " / ".join(number(s.scores[name].value) if name in s.scores else "–" for s in samples)
        for name in SHOWN[1:]
    ]
    texts = [sample.text or (sample.error.message if sample.error else "–") for sample in samples]
    return [ident, samples[0].question, *values, " / ".join(text[:200] for text in texts)]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(map(_cell, heads))} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    """A text that can't end its cell, nor be read as Markdown or HTML."""
    flat = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\|`*_[]<>#" else char for char in flat)
