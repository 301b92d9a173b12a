"""Answers as plain text, as they are printed and copied."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.rag.answer import Answer, Citation
from footnote.rag.export.footnotes import renumbered
from footnote.rag.export.readable import line, one_line, printable, reference, source_address


def to_text(answer: Answer) -> str:
    """The answer with its footnotes, or the refusal with the nearest papers, as plain text."""
    blocks = _body(answer)
    if answer.citations:
        blocks.append(_footnotes([answer]))
    if answer.filters:
        blocks.append(_scope(answer))
    return printable("\n\n".join(blocks))


def conversation_text(title: str, answers: Sequence[Answer]) -> str:
    """A conversation as plain text: questions and answers in order, then all footnotes, each once."""
    answers = renumbered(answers)
    blocks = [one_line(title)]
    for answer in answers:
        blocks += [f"Question: {one_line(answer.question)}", *_body(answer)]
        if answer.filters:
            blocks.append(_scope(answer))
    if footnotes := _footnotes(answers):
        blocks.append(footnotes)
    return printable("\n\n".join(blocks))


def _body(answer: Answer) -> list[str]:
    """Notes, the answer's words, and for a refusal the nearest papers."""
    blocks = [*(f"Note: {warning.text}" for warning in answer.warnings), answer.text]
    if answer.nearest and not answer.citations:
        titles = "\n".join(f"- {reference(near.paper)}" for near in answer.nearest)
        blocks.append(f"The nearest papers:\n{titles}")
    return blocks


def _scope(answer: Answer) -> str:
    return f"Searched only {line(str(answer.filters))}."


def _footnotes(answers: Sequence[Answer]) -> str:
    """The footnotes by number; a quote that is a claim itself isn't repeated."""
    quoted = {
        answer.number(n) for answer in answers for claim in answer.claims if claim.quoted
        for n in claim.citations
    }  # fmt: skip
    cited = {answer.number(n): c for answer in answers for n, c in enumerate(answer.citations, start=1)}
    return "\n".join(
        _footnote(number, citation, with_quote=number not in quoted)
        for number, citation in (cited.items() if len(answers) == 1 else sorted(cited.items()))
    )


def _footnote(number: int, citation: Citation, *, with_quote: bool) -> str:
    place = f"characters {citation.start}–{citation.end} of the abstract"
    address = source_address(citation.paper)
    source = f"{reference(citation.paper)}, {address}" if address else reference(citation.paper)
    text = f"[{number}] {source}, {place}"
    return f"{text}:\n    “{one_line(citation.quote)}”" if with_quote else text
