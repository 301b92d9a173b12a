"""Answers as HTML for notebooks, in which no word of a paper, reader or model is markup."""

from __future__ import annotations

import hashlib
import html

from footnote.rag.answer import CLOSEST, DISPUTED, Answer, Claim, left_open_text
from footnote.rag.export.blocks import Table, blocks, reply_blocks
from footnote.rag.export.readable import line, reference, source_address
from footnote.store.papers import Paper


def to_html(answer: Answer) -> str:
    """The answer with its footnotes as one `<div>`; footnote numbers link to the footnotes in it.

    The ids depend on question and answer, so that several answers can stand in one document.
    """
    digest = hashlib.sha256(f"{answer.question}\n{answer.text}".encode("utf-8", "replace")).hexdigest()
    return _Html(answer, f"footnote-{digest[:12]}").document()


class _Html:
    """One answer; `anchor` begins the ids of its footnotes."""

    def __init__(self, answer: Answer, anchor: str) -> None:
        self._answer, self._anchor = answer, anchor

    def document(self) -> str:
        answer = self._answer
        parts = [f"<p><strong>{_escape(answer.question)}</strong></p>"]
        parts += [f"<blockquote>{_escape(warning.text)}</blockquote>" for warning in answer.warnings]
        if answer.reply is not None:
            parts += _reply(answer.reply)
        elif answer.claims:
            parts += [f"<p>{_escape(CLOSEST)}</p>"] if answer.status == "closest" else []
            parts += [
                self._table(block) if isinstance(block, Table) else f"<p>{self._claims(block.claims)}</p>"
                for block in blocks(answer.claims)
            ]
            if answer.left_open:
                parts.append(f"<p>{_escape(left_open_text(answer.left_open))}</p>")
        else:
            parts.append(f"<p>{_escape(answer.text)}</p>")
            if answer.nearest:
                items = "".join(f"<li>{_escape(reference(near.paper))}</li>" for near in answer.nearest)
                parts.append(f"<p>The nearest papers:</p><ul>{items}</ul>")
        if answer.filters:
            parts.append(f"<p>{_escape(f'Searched only {answer.filters}.')}</p>")
        parts += [
            f'<p id="{self._anchor}-{answer.number(n)}">[{answer.number(n)}] '
            f"{_source(citation.paper)}: “{_escape(citation.quote)}”</p>"
            for n, citation in enumerate(answer.citations, start=1)
        ]
        return f"<div>{''.join(parts)}</div>"

    def _claims(self, claims: tuple[Claim, ...]) -> str:
        """Claims of a paragraph or a cell, with their leads and links to footnotes."""
        shown = []
        for claim in claims:
            text = f"“{_escape(claim.text)}”" if claim.quoted else _escape(claim.text)
            lead = f"{_escape(claim.lead)} " if claim.lead and not claim.cell else ""
            shown.append(f"{lead}{text}{self._links(claim)}")
        return " ".join(shown)

    def _table(self, table: Table) -> str:
        head = "".join(f"<th>{_escape(column)}</th>" for column in table.columns)
        body = "".join(
            f"<tr><th>{_escape(name)}</th>{''.join(f'<td>{self._claims(cell)}</td>' for cell in cells)}</tr>"
            for name, cells in table.rows
        )
        return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _links(self, claim: Claim) -> str:
        def links(footnotes: tuple[int, ...]) -> str:
            numbers = [self._answer.number(n) for n in footnotes]
            return "".join(f'<a href="#{self._anchor}-{number}">[{number}]</a>' for number in numbers)

        against = f" ({DISPUTED} {links(claim.against)})" if claim.against else ""
        remarks = "".join(f" ({_escape(remark)})" for remark in claim.remarks)
        return f"<sup>{links(claim.citations)}</sup>{against}{remarks}"


def _source(paper: Paper) -> str:
    """The reference of a paper, linked to its address where it has one."""
    text, address = _escape(reference(paper)), source_address(paper)
    return f'<a href="{_escape(address)}" rel="noopener noreferrer">{text}</a>' if address else text


def _reply(text: str) -> list[str]:
    """A reply's lines as paragraphs and lists."""
    return [
        f"<ul>{''.join(f'<li>{_escape(item[2:])}</li>' for item in lines)}</ul>"
        if is_list
        else "".join(f"<p>{_escape(words)}</p>" for words in lines)
        for is_list, lines in reply_blocks(text)
    ]


def _escape(text: str) -> str:
    """One line of HTML text, without control characters and lone surrogates."""
    return html.escape(line(text).encode("utf-8", "replace").decode())
