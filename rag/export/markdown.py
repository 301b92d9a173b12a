"""Answers as Markdown in which no word of a paper, reader or model is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from footnote.rag.answer import DISPUTED, Answer, Claim, left_open_text
from footnote.rag.export.footnotes import renumbered
from footnote.rag.export.readable import line, reference

_MARKUP = re.compile(
    r"[\\`*_{}\[\]()#+!|<>~$&-]"
    r"|(?<=\w):(?=\S)|(?<=\w)\.(?=[^\W\d_])"  # addresses: https://…, mailto:…, www.…, example.org
    r"|\A="  # an underline
)
_LIST_NUMBER = re.compile(r"\A(\d{1,9})\.(?=\s|\Z)")
# GitHub makes addresses and mentions of what is behind an @ even when it is escaped.
_MENTION = re.compile(r"@(?=\S)")


def to_markdown(answer: Answer) -> str:
    """The answer and its footnotes as Markdown."""
    return _joined([*_turn(answer, f"**{_escape(answer.question)}**"), _footnotes([answer])])


def conversation_markdown(title: str, answers: Sequence[Answer]) -> str:
    """A conversation as Markdown: its answers in order, then all footnotes, each defined once."""
    answers = renumbered(answers)
    blocks = [f"# {_escape(title)}"]
    for answer in answers:
        blocks += _turn(answer, f"## {_escape(answer.question)}")
    return _joined([*blocks, _footnotes(answers)])


def _joined(blocks: Sequence[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def _turn(answer: Answer, heading: str) -> list[str]:
    """The blocks of one answer, without its footnotes."""
    blocks = [heading, *(f"> {_escape(warning)}" for warning in answer.warnings)]
    if answer.claims:
        blocks += _blocks(answer)
    else:
        blocks.append(_escape(answer.text))
        if answer.nearest:
            titles = "\n".join(f"- {_escape(reference(near.paper))}" for near in answer.nearest)
            blocks += ["The nearest papers:", titles]
    if answer.filters:
        blocks.append(_escape(f"Searched only {line(str(answer.filters))}."))
    return blocks


def _footnotes(answers: Sequence[Answer]) -> str:
    defined = {
        answer.number(n): f"{_escape(reference(c.paper))}: “{_escape(c.quote)}”"
        for answer in answers
        for n, c in enumerate(answer.citations, start=1)
    }
    return "\n".join(f"[^{number}]: {text}" for number, text in sorted(defined.items()))


def _blocks(answer: Answer) -> list[str]:
    """The paragraphs and tables of an answer."""
    blocks: list[str] = []
    for in_table, claims in groupby(answer.claims, key=lambda claim: claim.cell is not None):
        if in_table:
            blocks.append(_table(answer, list(claims)))
            continue
        for n, claim in enumerate(claims):
            body = f"“{_escape(claim.text)}”" if claim.quoted else _escape(claim.text)
            body += _marks(answer, claim)
            if claim.lead or not n:
                blocks.append(f"{_escape(claim.lead)} {body}" if claim.lead else body)
            else:
                blocks[-1] += f" {body}"
    if answer.left_open:
        blocks.append(_escape(left_open_text(answer.left_open)))
    return blocks


def _table(answer: Answer, claims: Sequence[Claim]) -> str:
    cells = [(claim.cell, claim) for claim in claims if claim.cell]
    columns = list(dict.fromkeys(cell.column for cell, _ in cells))
    rows: dict[str, dict[str, str]] = {}
    for cell, claim in cells:
        text = f"{_escape(claim.text)}{_marks(answer, claim)}"
        row = rows.setdefault(cell.row, {})
        row[cell.column] = f"{row[cell.column]} {text}" if cell.column in row else text
    lines = [["", *map(_escape, columns)], ["---"] * (len(columns) + 1)]
    lines += [[_escape(name), *(row.get(column, "") for column in columns)] for name, row in rows.items()]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _marks(answer: Answer, claim: Claim) -> str:
    marks = "".join(f"[^{answer.number(n)}]" for n in claim.citations)
    against = "".join(f"[^{answer.number(n)}]" for n in claim.against)
    return f"{marks} ({DISPUTED} {against})" if against else marks


def _escape(text: str | None) -> str:
    """One line of Markdown in which every character is literal, and addresses are no links."""
    escaped = _LIST_NUMBER.sub(r"\1\\.", _MARKUP.sub(r"\\\g<0>", line(text or "")))
    return _MENTION.sub("@<!-- -->", escaped)
