"""Cells of a table as claims: what a cell says together with its row, and whether its labels may stand."""

from __future__ import annotations

from dataclasses import replace

from footnote.rag.composing.composer import Draft
from footnote.rag.language.names import question_names
from footnote.rag.retrieval.question_kind import words

MAX_LABEL_WORDS = 8


def said_in_full(draft: Draft) -> Draft:
    """The draft as a claim of its own: a cell says nothing without the name of its row."""
    if draft.cell is None or not draft.cell.row:
        return draft
    return replace(draft, text=f"{draft.cell.row}: {draft.text}")


def label_fault(draft: Draft, question: str) -> str | None:
    """Why the labels of a cell can't stand; None where they can.

    Nobody cites labels, so they must not be able to claim anything: they are short, and name nothing
    that neither the question nor the sentences cited, or their titles, name.
    """
    if draft.cell is None:
        return None
    known = words(question)
    for citation in draft.cited:
        known |= words(citation.quote) | words(citation.paper.title)
    for label in (draft.cell.row, draft.cell.column):
        if len(label.split()) > MAX_LABEL_WORDS:
            return f"the label “{label[:60]}…” of a table is a sentence"
        if unknown := sorted(question_names(label) - known):
            return f"a table's label names {', '.join(unknown)}, which the sentences cited don't"
    return None
