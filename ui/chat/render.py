"""The HTML of a question and its answer in the chat. Pure: text in, safe HTML out.

Gradio reads the result as Markdown that contains HTML, and sanitises it. So all text from papers, readers
and models goes through `encode`, layout uses HTML only, and the attributes that the sanitiser drops
(`data-`, `aria-`) aren't used.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from footnote.rag.answer import DISPUTED, Answer, Claim, Nearest, left_open_text
from footnote.rag.events import Step
from footnote.rag.export import readable_date, reference
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.escape import encode, labels_of
from footnote.ui.links import retracted

_FOOTNOTE = re.compile(r"(\[\d{1,3}\])")


def asked(question: str) -> str:
    """The question as the reader typed it."""
    return f'<div class="fn-words">{encode(question)}</div>'


def streaming(text: str) -> str:
    """An incomplete answer: its footnotes become links when the answer is complete."""
    parts = _FOOTNOTE.split(text)
    body = "".join(
        f'<span class="fn-cite">{encode(part)}</span>' if i % 2 else encode(part)
        for i, part in enumerate(parts)
    )
    return f'<div class="fn-words">{body}</div>'


def note(text: str, *, kind: str = "note") -> str:
    """A remark of the page about an answer. kind: `note` or `fault` (an error)."""
    return f'<div class="fn-{kind}">{encode(text)}</div>'


def answered(turn: int, answer: Answer) -> str:
    """The answer of turn `turn`: remarks, claims with their footnotes, and a line about the checks.

    Of a reply from the catalogue, or a courtesy, its text.
    """
    if answer.reply is not None:
        notes = [note(warning.text) for warning in answer.warnings]
        return "".join([_scope(answer), *notes, streaming(answer.reply)])
    reasons = [warning.text for warning in answer.warnings if warning.kind == "threshold"]
    notes = [note(warning.text) for warning in answer.warnings if warning.kind != "threshold"]
    parts = [_read_as(answer), _scope(answer), *notes]
    if answer.status == "unsupported":
        parts.append(_refusal(turn, answer, reasons[0] if reasons else strings.REFUSED))
    else:
        if answer.status == "closest":
            parts.append(note(strings.CLOSEST_PASSAGES))
        parts.append(_claims(turn, answer))
        if answer.left_open:
            parts.append(f'<p class="fn-open">{encode(left_open_text(answer.left_open).strip())}</p>')
        if answer.status == "partial":
            parts.append(note(strings.PARTIAL))
    parts.append(_checked(answer))
    return "".join(parts)


def steps(done: Sequence[Step]) -> str:
    """The steps that have ended, with their results and durations."""
    items = "".join(
        f"<li><strong>{encode(strings.STEPS[step.name])}</strong> "
        f"<span>{encode(step.detail)}</span> <em>{encode(seconds(step.seconds or 0.0))}</em></li>"
        for step in done
    )
    return f'<ul class="fn-steps">{items}</ul>' if items else ""


def badge(mode: str, model: str | None, size: str, account: str = "") -> str:
    """The badge in the page's header: mode, model and size of the library, and who is signed in."""
    extractive = mode == "extractive"
    label = (
        strings.MODE_EXTRACTIVE
        if extractive
        else strings.MODE_LLM.format(model=model or strings.MODEL_UNNAMED)
    )
    signed_in = f' <a class="fn-account" href="login">{encode(account)}</a>' if account else ""
    return (
        f'<p class="fn-badge"><span class="fn-mode">{encode(label)}</span> '
        f'<span class="fn-size">{encode(size)}</span>{signed_in}</p>'
    )


def below_own(confidence: float, threshold: float) -> str:
    """The warning that only the reader's own threshold caused a refusal. confidence, threshold: 0 to 1."""
    # Rounded down, so that it is also shown as below the threshold.
    shown = {"confidence": math.floor(confidence * 100), "threshold": round(threshold * 100)}
    return strings.BELOW_OWN + strings.BELOW_OWN_BY.format(**shown)


def seconds(value: float) -> str:
    """A duration as text: "4 ms", "0.24 s", "12 s"."""
    if value < 0.1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def _read_as(answer: Answer) -> str:
    # A warning shows it where the spelling was corrected.
    if answer.standalone == answer.question or any(w.kind == "spelling" for w in answer.warnings):
        return ""
    return f'<div class="fn-read-as"><span>{encode(strings.READ_AS)}</span> {encode(answer.standalone)}</div>'


def _scope(answer: Answer) -> str:
    if not answer.filters:
        return ""
    words = f"<span>{encode(strings.SCOPED)}</span> {encode(str(answer.filters))}"
    return f'<div class="fn-read-as">{words}</div>'


def _claims(turn: int, answer: Answer) -> str:
    """Claims in order: each quote in a block under its paper's title, other sentences as paragraphs."""
    out: list[str] = []
    running: list[str] = []

    def end_paragraph() -> None:
        if running:
            out.append(f'<p class="fn-text">{" ".join(running)}</p>')
            running.clear()

    for in_table, claims in groupby(answer.claims, key=lambda claim: claim.cell is not None):
        if in_table:
            end_paragraph()
            out.append(_table(turn, answer, list(claims)))
            continue
        for claim in claims:
            if claim.lead or claim.quoted:
                end_paragraph()
                if claim.lead:
                    out.append(f'<p class="fn-lead">{encode(claim.lead)}</p>')
            if claim.quoted:
                label = _section(answer, claim)
                words = f'{label}“<bdi class="fn-quote">{encode(claim.text)}</bdi>”'
                out.append(f"<blockquote>{words}{_cites(turn, answer, claim)}</blockquote>")
            else:
                running.append(f"<bdi>{encode(claim.text)}</bdi>{_cites(turn, answer, claim)}")
    end_paragraph()
    return f'<div class="fn-claims">{"".join(out)}</div>'


def _section(answer: Answer, claim: Claim) -> str:
    """The label of the section that a quote begins: "Methods:"; empty where it begins none."""
    citation = answer.citations[claim.citations[0] - 1]
    labels = [label.text for label in labels_of(citation.paper) if label.start == citation.start]
    if not labels:
        return ""
    return f'<b class="fn-section">{encode(f"{labels[0]}:")}</b> '


def _table(turn: int, answer: Answer, claims: Sequence[Claim]) -> str:
    """A table of the claims that are cells: a row for each thing compared, a column for each aspect."""
    cells: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        if claim.cell:
            text = f"<bdi>{encode(claim.text)}</bdi>{_cites(turn, answer, claim)}"
            cells.setdefault((claim.cell.row, claim.cell.column), []).append(text)
    rows, columns = (list(dict.fromkeys(place[at] for place in cells)) for at in (0, 1))
    head = "".join(f"<th><bdi>{encode(column)}</bdi></th>" for column in columns)
    body = "".join(
        f"<tr><th><bdi>{encode(row)}</bdi></th>"
        + "".join(f"<td>{' '.join(cells.get((row, column), []))}</td>" for column in columns)
        + "</tr>"
        for row in rows
    )
    return f'<table class="fn-table"><tr><td></td>{head}</tr>{body}</table>'


def _cites(turn: int, answer: Answer, claim: Claim) -> str:
    marks = "".join(_cite(turn, answer, footnote) for footnote in claim.citations)
    if claim.against:
        against = "".join(_cite(turn, answer, footnote) for footnote in claim.against)
        marks += f' <span class="fn-against">({encode(DISPUTED)} {against})</span>'
    for remark in (*claim.remarks, *claim.cautions):
        marks += f' <span class="fn-caution">({encode(remark)})</span>'
    return marks


def _cite(turn: int, answer: Answer, footnote: int) -> str:
    citation, number = answer.citations[footnote - 1], answer.number(footnote)
    # The quote in the tooltip: the reader can see it without leaving the sentence.
    tip = f"{reference(citation.paper)}: “{citation.quote}”"
    link = f'<a class="fn-cite" href="#cite-{turn}-{number}" title="{encode(tip)}">&#91;{number}&#93;</a>'
    mark = retracted(citation.paper.retraction)
    return f"{link} {mark}" if mark else link


def _refusal(turn: int, answer: Answer, reason: str) -> str:
    head = f'<p class="fn-refusal">{encode(reason)}</p>'
    if not answer.nearest:
        return f'<div class="fn-abstain">{head}<p>{encode(strings.NO_NEAREST)}</p></div>'
    items = "".join(_nearest(turn, place, near) for place, near in enumerate(answer.nearest, 1))
    return f'<div class="fn-abstain">{head}<p>{encode(strings.NEAREST)}</p><ol>{items}</ol></div>'


def _nearest(turn: int, place: int, near: Nearest) -> str:
    paper: Paper = near.paper
    date = f" <span>{encode(readable_date(paper.date))}</span>" if paper.date else ""
    link = f'<a class="fn-paper" href="#paper-{turn}-{place}">{encode(paper.display_title)}</a>'
    return f"<li>{retracted(paper.retraction)}{link}{date}</li>"


def _done(claims: Sequence[Claim]) -> list[str]:
    """What was done to check the composed sentences, a remark for each word and judge."""
    composed = Counter((claim.verdict, claim.judged_by or "") for claim in claims if not claim.quoted)
    remarks: list[str] = []
    for (verdict, judge), count in composed.items():
        words = strings.CHECKED[verdict].format(judge=judge)
        if count < composed.total():
            words = strings.CHECKED_OF.format(count=count, all=composed.total(), words=words)
        tip = strings.CHECKED_TIPS[verdict].format(judge=judge)
        remarks.append(f'<span title="{encode(tip)}">{encode(words)}</span>')
    return remarks


def _checked(answer: Answer) -> str:
    parts: list[str] = []
    if answer.citations:
        words = strings.QUOTES_SHOWN[len(answer.citations) != 1].format(count=len(answer.citations))
        parts.append(f'<span title="{encode(strings.QUOTES_SHOWN_TIP)}">{encode(words)}</span>')
    parts += _done(answer.claims)
    if answer.confidence is not None:
        words = strings.CONFIDENCE.format(percent=round(answer.confidence * 100))
        parts.append(f'<span title="{encode(strings.CONFIDENCE_TIP)}">{encode(words)}</span>')
    if answer.claims:
        by = (
            strings.QUOTED_ONLY
            if answer.mode == "extractive"
            else strings.COMPOSED_BY.format(model=answer.model or strings.MODEL_UNNAMED)
        )
        parts.append(f"<span>{encode(by)}</span>")
    return f'<p class="fn-checked">{" · ".join(parts)}</p>' if parts else ""
