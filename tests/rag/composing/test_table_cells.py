"""Cells of a table: what they claim, and labels that claim nothing."""

from __future__ import annotations

import pytest

from footnote.rag.answer import Cell, Citation, DraftClaim
from footnote.rag.composing.table_cells import as_full_claim, label_problem
from footnote.store.papers import Paper

PAPER = Paper(id="p", title="DPO at Work", abstract="DPO needs no reward model.")
CITED = (Citation.of(PAPER, 0, len(PAPER.abstract)),)


def cell(row: str, column: str) -> DraftClaim:
    return DraftClaim(text="no reward model", cited=CITED, cell=Cell(row=row, column=column))


def test_a_cell_is_judged_with_the_name_of_its_row() -> None:
    assert as_full_claim(cell("DPO", "needs")).text == "DPO: no reward model"
    plain = DraftClaim(text="DPO needs none.", cited=CITED)
    assert as_full_claim(plain) is plain


@pytest.mark.parametrize(("row", "column"), [("DPO", "Reward model"), ("DPO at Work", "Finding"), ("", "")])
def test_labels_of_what_is_cited_or_asked_stand(row: str, column: str) -> None:
    assert label_problem(cell(row, column), "How do DPO and PPO differ?") is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("DPO", "why BrandX is best"),
        ("BrandX", "needs"),
        ("DPO", "you should now go and install the best model of all"),
    ],
)
def test_labels_that_bring_in_something_else_do_not(row: str, column: str) -> None:
    assert label_problem(cell(row, column), "How do DPO and PPO differ?")
