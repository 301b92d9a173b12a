"""Table cells as claims: a cell's text with the name of its row, and checks on its labels."""

from __future__ import annotations

from dataclasses import replace

from footnote.rag.answer import DraftClaim
from footnote.rag.language.names import question_names
from footnote.rag.retrieval.question_kind import words

MAX_LABEL_WORDS = 8


def as_full_claim(draft: DraftClaim) -> DraftClaim:
    """The draft as a complete claim: a cell is incomplete without the name of its row."""
    if draft.cell is None or not draft.cell.row:
        return draft
    return replace(draft, text=f"{draft.cell.row}: {draft.text}")


def label_problem(draft: DraftClaim, question: str) -> str | None:
    """Why the labels of a cell aren't allowed; None where they are.

    Labels have no citations, so they must not be able to claim anything: they must be short, and every
    name in them must be in the question, the sentences cited or their papers' titles.
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
