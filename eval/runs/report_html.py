"""A report of runs as one HTML file: it asks for nothing outside, and its scripts only sort a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from footnote.eval.runs.provenance import GitState
from footnote.eval.runs.report_charts import line_chart
from footnote.eval.runs.report_data import (
    SHOWN,
    SLICED,
    ReportedRun,
    curves,
    measured,
    not_measured,
    parts,
    slices,
    worst_first,
)
from footnote.eval.runs.samples import Sample
from footnote.eval.runs.tables import interval, name_of, number, remarks

MOST_BYTES = 5_000_000
_HERE = Path(__file__).parent


def html_report(runs: Sequence[ReportedRun]) -> str:
    """The page, of `MOST_BYTES` at most: where it would be larger, the best answered have no details."""
    title = f"{runs[0].record.questions_file}: {', '.join(run.name for run in runs)}"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_asset('report.css')}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>"
    )
    body = _runs(runs) + _summary(runs) + _charts(runs) + _slices(runs)
    tail = f"</main><script>{_asset('report.js')}</script></body></html>\n"
    return head + body + _questions(runs, MOST_BYTES - len((head + body + tail).encode())) + tail


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]], label: str, *, name: str = "") -> str:
    """heads, rows: HTML. label: for screen readers. name: the table's id, where it can be sorted."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    ident = f' id="{name}"' if name else ""
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}"><table{ident}><thead>'
        f"<tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _runs(runs: Sequence[ReportedRun]) -> str:
    rows = []
    for run in runs:
        record = run.record
        cells = (
            run.name,
            name_of(record),
            f"{record.asked} of {record.questions}",
            str(record.jobs),
            record.library.embedder,
            f"{record.started:%Y-%m-%d %H:%M} UTC",
            _revision(record.git),
            " ".join(remarks(record)),
        )
        rows.append([escape(cell) for cell in cells])
    return _table(
        ("run", "system", "questions", "jobs", "embedder", "started", "revision", "remarks"), rows, "Runs"
    )


def _revision(git: GitState | None) -> str:
    if git is None or git.revision is None:
        return "–"
    return git.revision[:10] + (", changed" if git.dirty else "")


def _summary(runs: Sequence[ReportedRun]) -> str:
    rows = [[name, *(_value(run, name) for run in runs)] for name in measured(runs)]
    missing = "; ".join(f"{name} ({reason})" for name, reason in not_measured(runs).items())
    note = f"<p>Not measured: {escape(missing)}.</p>" if missing else ""
    return (
        f"<h2>Measures, with 95 % intervals</h2>{_table(('measure', *_names(runs)), rows, 'Measures')}{note}"
    )


def _names(runs: Sequence[ReportedRun]) -> list[str]:
    return [escape(run.name) for run in runs]


def _value(run: ReportedRun, name: str) -> str:
    measure = run.measure(name)
    if measure.value is None:
        return f"– <small>{escape(measure.reason or '')}</small>"
    return f"{number(measure.value)} <small>{interval(measure.low, measure.high)}, n {measure.n}</small>"


def _charts(runs: Sequence[ReportedRun]) -> str:
    points = [(run.name, curves(run)) for run in runs]
    charts = (
        line_chart(
            "Risk and coverage", "share of questions, most confident first", "share not answered rightly",
            [(name, each["risk"]) for name, each in points],
        ),
        line_chart(
            "Calibration", "confidence", "share that the library answers",
            [(name, each["calibration"]) for name, each in points], diagonal=True,
        ),
        line_chart(
            "Latency", "seconds", "share of questions answered by then",
            [(name, each["latency"]) for name, each in points],
        ),
    )  # fmt: skip
    return f'<h2>Charts</h2><div class="charts">{"".join(charts)}</div>'


def _slices(runs: Sequence[ReportedRun]) -> str:
    tables = []
    for kind, rows in slices(runs).items():
        lines = [
            [escape(label), str(n), *(" / ".join(map(number, values[name])) for name in SLICED)]
            for label, n, values in rows
        ]
        tables.append(f"<h3>By {kind}</h3>{_table((kind, 'n', *SLICED), lines, f'By {kind}')}")
    order = f"<p>Of several runs, in this order: {', '.join(_names(runs))}.</p>" if len(runs) > 1 else ""
    return f"<h2>Slices</h2>{order}{''.join(tables)}"


def _questions(runs: Sequence[ReportedRun], most_bytes: int) -> str:
    rows: list[list[str]] = []
    left_out = 0
    for ident in worst_first(runs):
        samples = [run.samples.get(ident) for run in runs]
        known = next(sample for sample in samples if sample)
        shown = [" / ".join(_shown(sample, name) for sample in samples) for name in SHOWN]
        details = "".join(_answer(run, sample) for run, sample in zip(runs, samples, strict=True) if sample)
        summary = escape(known.question)
        most_bytes -= len(summary.encode()) + len("".join(shown)) + 200
        if (size := len(details.encode())) <= most_bytes:
            most_bytes -= size
            summary = f"<details><summary>{summary}</summary>{details}</details>"
        else:
            left_out += 1
        rows.append([escape(ident), escape(known.type), summary, *shown])
    legend = (
        '<p>In abstracts: <mark class="gold">gold evidence</mark>, <mark class="cited">cited</mark>, '
        '<mark class="gold cited">both</mark>.</p>'
    )
    note = f"<p>{left_out} questions have no details here, to keep the file small.</p>" if left_out else ""
    heads = [f'<button type="button">{head}</button>' for head in ("id", "type", "question", *SHOWN)]
    return (
        f"<h2>Questions, worst first</h2>{legend}{note}{_table(heads, rows, 'Questions', name='questions')}"
    )


def _shown(sample: Sample | None, name: str) -> str:
    if sample is None:
        return "–"
    if name == "status":
        return "error" if sample.error else sample.status or "–"
    return number(sample.scores[name].value) if name in sample.scores else "–"


def _answer(run: ReportedRun, sample: Sample) -> str:
    if sample.error:
        text = escape(f"{sample.error.type}: {sample.error.message}")
        return f"<h3>{escape(run.name)}</h3><p>{text}</p>"
    confidence = "" if sample.confidence is None else f", confidence {sample.confidence:.2f}"
    facts = f"{sample.status or 'ranking'}{confidence}, {sample.latency_s:.2f} s"
    asked = sample.standalone if sample.standalone not in (None, sample.question) else ""
    return (
        f"<h3>{escape(run.name)} <small>{facts}</small></h3>"
        f"{f'<p>Asked as: {escape(asked)}</p>' if asked else ''}"
        f'<p class="answer">{escape(sample.text or "")}</p>{_claims(sample)}{_abstracts(run, sample)}'
    )


def _claims(sample: Sample) -> str:
    lines = [
        f"<li>{escape(claim.text)} <small>{claim.verdict.replace('_', ' ')}"
        f"{f', judged by {escape(claim.judged_by)}' if claim.judged_by else ''}"
        f"{escape(''.join(f'; {reason}' for reason in (*claim.reasons, *claim.cautions)))}</small></li>"
        for claim in sample.claims
    ]
    lines += [
        f"<li><s>{escape(each.text)}</s> <small>dropped, {each.verdict}: {escape('; '.join(each.reasons))}"
        "</small></li>"
        for each in sample.dropped
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _abstracts(run: ReportedRun, sample: Sample) -> str:
    """The papers that are cited or gold, with quotes and gold evidence marked."""
    named = dict.fromkeys((*sample.gold.papers, *(c.paper for c in sample.citations)))
    return "".join(_abstract(run, sample, ident) for ident in named if ident in run.papers)


def _abstract(run: ReportedRun, sample: Sample, ident: str) -> str:
    paper = run.papers[ident]
    kind = {**dict.fromkeys(sample.gold.also_ok, "may be cited"), **dict.fromkeys(sample.gold.papers, "gold")}
    marked = "".join(
        escape(part.text)
        if not (part.gold or part.cited)
        else f'<mark class="{"gold " * part.gold}{"cited" * part.cited}">{escape(part.text)}</mark>'
        for part in parts(paper.abstract, ident, sample)
    )
    head = f"<b>{escape(paper.title)}</b> <small>{kind.get(ident, 'not gold')}</small>"
    return f'<p class="paper">{head}<br>{marked}</p>'
