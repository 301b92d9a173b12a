"""An answer in other forms: plain text, Markdown, BibTeX."""

from __future__ import annotations

import calendar
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import overload

from rag.answer import DISPUTED, Answer, Citation, Claim, left_open_text
from store.papers import Paper

_CONTROL = {"Cc", "Cf"}
_MARKUP = re.compile(
    r"[\\`*_{}\[\]()#+!|<>~$&-]"
    r"|(?<=\w):(?=\S)|(?<=\w)\.(?=[^\W\d_])"  # addresses: https://…, mailto:…, www.…, example.org
    r"|\A="  # an underline
)
_LIST_NUMBER = re.compile(r"\A(\d{1,9})\.(?=\s|\Z)")
# GitHub makes addresses and mentions of what is behind an @ even when it is escaped.
_MENTION = re.compile(r"@(?=\S)")


@overload
def readable_date(date: str) -> str: ...
@overload
def readable_date(date: None) -> None: ...
def readable_date(date: str | None) -> str | None:
    """A paper's date for people: "9 Oct 2024", "13 Oct (year not given)", None if unknown."""
    if date is None:
        return None
    if date.startswith("--"):
        return f"{int(date[5:7])} {calendar.month_abbr[int(date[2:4])]} (year not given)"
    year, *rest = date.split("-")
    month = [calendar.month_abbr[int(rest[0])]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])


def reference(paper: Paper) -> str:
    """Title and date of a paper on one line."""
    date = readable_date(paper.date)
    return f"{paper.display_title}, {date}" if date else paper.display_title


def to_text(answer: Answer) -> str:
    """The answer with its footnotes, or the refusal with the nearest papers, as plain text."""
    blocks = [f"Note: {warning}" for warning in answer.warnings]
    blocks.append(answer.text)
    if answer.citations:
        quoted = {n for claim in answer.claims if claim.quoted for n in claim.citations}
        blocks.append(
            "\n".join(
                _footnote(answer.number(n), citation, with_quote=n not in quoted)
                for n, citation in enumerate(answer.citations, start=1)
            )
        )
    elif answer.nearest:
        titles = "\n".join(f"- {reference(near.paper)}" for near in answer.nearest)
        blocks.append(f"The nearest papers:\n{titles}")
    if answer.filters:
        blocks.append(_scope(answer))
    return printable("\n\n".join(blocks))


def _scope(answer: Answer) -> str:
    return f"Searched only {_one_line(str(answer.filters))}."


def _footnote(number: int, citation: Citation, *, with_quote: bool) -> str:
    place = f"characters {citation.start}–{citation.end} of the abstract"
    line = f"[{number}] {reference(citation.paper)}, {place}"
    return f"{line}:\n    “{_one_line(citation.quote)}”" if with_quote else line


def to_markdown(answer: Answer) -> str:
    """The answer and its footnotes as Markdown in which no word of a paper or model is markup."""
    lines = [f"> {_escape(w)}\n" for w in answer.warnings]
    lines.append(f"**{_escape(answer.question)}**\n")
    scope = [f"{_escape(_scope(answer))}\n"] if answer.filters else []
    if not answer.claims:
        lines.append(f"{_escape(answer.text)}\n")
        if answer.nearest:
            titles = "\n".join(f"- {_escape(reference(near.paper))}" for near in answer.nearest)
            lines.append(f"The nearest papers:\n\n{titles}\n")
        return "\n".join(lines + scope)
    lines.append("\n\n".join(_blocks(answer)) + "\n")
    lines += scope
    lines += [
        f"[^{answer.number(n)}]: {_escape(reference(c.paper))}: “{_escape(c.quote)}”"
        for n, c in enumerate(answer.citations, start=1)
    ]
    return "\n".join(lines) + "\n"


def _blocks(answer: Answer) -> list[str]:
    """The paragraphs and tables of an answer as Markdown."""
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
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _marks(answer: Answer, claim: Claim) -> str:
    marks = "".join(f"[^{answer.number(n)}]" for n in claim.citations)
    against = "".join(f"[^{answer.number(n)}]" for n in claim.against)
    return f"{marks} ({DISPUTED} {against})" if against else marks


def to_bibtex(answer: Answer) -> str:
    """BibTeX entries of the papers cited, in order of first citation; empty for a refusal."""
    papers = {citation.paper.id: citation.paper for citation in answer.citations}
    return "\n\n".join(_entry(paper) for paper in papers.values()) + ("\n" if papers else "")


def citation_key(paper: Paper) -> str:
    """A BibTeX key that depends on nothing but the paper: its first words, year and id.

    Two ids have two keys: ids often begin or end alike, so a hash of the whole stands for them.
    """
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", paper.display_title).casefold())
    ident = hashlib.sha256(paper.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return ("".join(words[:2]) or "paper") + str(paper.year or "") + "-" + ident


def _entry(paper: Paper) -> str:
    fields = {
        "title": paper.display_title,
        "author": " and ".join(paper.authors),
        "year": str(paper.year or ""),
        "eprint": paper.arxiv or "",
        "doi": paper.doi or "",
    }
    rows = [f"  {name} = {{{_bibtex(value)}}}" for name, value in fields.items() if value]
    return f"@misc{{{citation_key(paper)},\n" + ",\n".join(rows) + "\n}"


def _bibtex(text: str) -> str:
    bare = text.replace("\\", r"\textbackslash ").replace("{", "").replace("}", "")
    return re.sub(r"([&%$#_])", r"\\\1", _one_line(bare)).replace("^", r"\^{}").replace("~", r"\~{}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escape(text: str | None) -> str:
    """One line of Markdown in which every character is literal, and addresses are no links."""
    plain = _one_line(printable(text or ""))
    return _MENTION.sub("@<!-- -->", _LIST_NUMBER.sub(r"\1\\.", _MARKUP.sub(r"\\\g<0>", plain)))


def printable(text: str) -> str:
    """`text` without control and invisible formatting characters (terminal codes, bidi marks)."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _CONTROL)
