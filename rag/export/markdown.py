"""Answers as Markdown in which no word of a paper, reader or model is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from footnote.rag.answer import CLOSEST, DISPUTED, Answer, Claim, left_open_text
from footnote.rag.export.blocks import Table, blocks, reply_blocks
from footnote.rag.export.footnotes import renumbered
from footnote.rag.export.readable import line, reference, source_address
from footnote.store.papers import Paper

_MARKUP = re.compile(
    r"[\\`*_{}\[\]()#+!|<>~$&-]"
    r"|(?<=\w):(?=\S)|(?<=\w)\.(?=[^\W\d_])"  # addresses: https://…, mailto:…, www.…, example.org
    r"|\A="  # an underline
)
_LIST_NUMBER = re.compile(r"\A(\d{1,9})\.(?=\s|\Z)")
# GitHub makes addresses and mentions of what is behind an @ even when it is escaped.
_MENTION = re.compile(r"@(?=\S)")


def to_markdown(answer: Answer, *, with_question: bool = True) -> str:
    """The answer and its footnotes as Markdown, under its question."""
    heading = f"**{_escape(answer.question)}**" if with_question else ""
    return _joined([*_answer_blocks(answer, heading), _footnotes([answer])])


def conversation_markdown(title: str, answers: Sequence[Answer]) -> str:
    """A conversation as Markdown: its answers in order, then all footnotes, each defined once."""
    answers = renumbered(answers)
    parts = [f"# {_escape(title)}"]
    for answer in answers:
        parts += _answer_blocks(answer, f"## {_escape(answer.question)}")
    return _joined([*parts, _footnotes(answers)])


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _answer_blocks(answer: Answer, heading: str) -> list[str]:
    """The blocks of one answer, without its footnotes."""
    parts = [heading, *(f"> {_escape(warning.text)}" for warning in answer.warnings)]
    if answer.reply is not None:
        parts += _reply(answer.reply)
    elif answer.claims:
        parts += [_escape(CLOSEST)] if answer.status == "closest" else []
        parts += _blocks(answer)
    else:
        parts.append(_escape(answer.text))
        if answer.nearest:
            titles = "\n".join(f"- {_escape(reference(near.paper))}" for near in answer.nearest)
            parts += ["The nearest papers:", titles]
    if answer.filters:
        parts.append(_escape(f"Searched only {line(str(answer.filters))}."))
    return parts


def _reply(text: str) -> list[str]:
    """A reply's lines as paragraphs and lists."""
    return [
        "\n".join(f"- {_escape(item[2:])}" for item in lines) if is_list else "\n\n".join(map(_escape, lines))
        for is_list, lines in reply_blocks(text)
    ]


def _footnotes(answers: Sequence[Answer]) -> str:
    defined = {
        answer.number(n): f"{_source(c.paper)}: “{_escape(c.quote)}”"
        for answer in answers
        for n, c in enumerate(answer.citations, start=1)
    }
    return "\n".join(f"[^{number}]: {text}" for number, text in sorted(defined.items()))


def _source(paper: Paper) -> str:
    """The reference of a paper, and its address as a link where it has one."""
    address = source_address(paper)
    # Within <…> an address ends at its first ">", and a line break or "<" makes text of it.
    link = quote(line(address), safe="/:?#@!$&'()*+,;=%-._~") if address else ""
    return f"{_escape(reference(paper))}{f', <{link}>' if link else ''}"


def _blocks(answer: Answer) -> list[str]:
    """The paragraphs and tables of an answer."""
    found = [
        _table(answer, block) if isinstance(block, Table) else _paragraph(answer, block.claims)
        for block in blocks(answer.claims)
    ]
    return [*found, _escape(left_open_text(answer.left_open))] if answer.left_open else found


def _paragraph(answer: Answer, claims: Sequence[Claim]) -> str:
    parts: list[str] = []
    for claim in claims:
        body = f"“{_escape(claim.text)}”" if claim.quoted else _escape(claim.text)
        parts += [_escape(claim.lead)] if claim.lead else []
        parts.append(body + _marks(answer, claim))
    return " ".join(parts)


def _table(answer: Answer, table: Table) -> str:
    lines = [["", *map(_escape, table.columns)], ["---"] * (len(table.columns) + 1)]
    for name, cells in table.rows:
        texts = [" ".join(f"{_escape(c.text)}{_marks(answer, c)}" for c in cell) for cell in cells]
        lines.append([_escape(name), *texts])
    return "\n".join(f"| {' | '.join(texts)} |" for texts in lines)


def _marks(answer: Answer, claim: Claim) -> str:
    marks = "".join(f"[^{answer.number(n)}]" for n in claim.citations)
    against = "".join(f"[^{answer.number(n)}]" for n in claim.against)
    marks = f"{marks} ({DISPUTED} {against})" if against else marks
    return " ".join((marks, *(f"\\({_escape(remark)}\\)" for remark in claim.remarks)))


def _escape(text: str | None) -> str:
    """One line of Markdown in which every character is literal, and addresses are no links."""
    escaped = _LIST_NUMBER.sub(r"\1\\.", _MARKUP.sub(r"\\\g<0>", line(text or "")))
    return _MENTION.sub("@<!-- -->", escaped)
