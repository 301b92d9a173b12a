"""The paragraphs and tables of an answer, for the exports that lay them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from footnote.rag.answer import Claim


@dataclass(frozen=True)
class Paragraph:
    """Claims that follow one another; the first may have a lead."""

    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Table:
    """Columns by name; each row is its name and, for each column, the claims in that cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Claim, ...], ...]], ...]


def blocks(claims: Sequence[Claim]) -> list[Paragraph | Table]:
    """The claims of an answer as paragraphs and tables, in order. A lead begins a paragraph."""
    found: list[Paragraph | Table] = []
    for in_table, run in groupby(claims, key=lambda claim: claim.cell is not None):
        if in_table:
            found.append(_table(list(run)))
            continue
        paragraph: list[Claim] = []
        for claim in run:
            if claim.lead and paragraph:
                found.append(Paragraph(tuple(paragraph)))
                paragraph = []
            paragraph.append(claim)
        found.append(Paragraph(tuple(paragraph)))
    return found


def _table(claims: Sequence[Claim]) -> Table:
    places = [(claim.cell, claim) for claim in claims if claim.cell]
    columns = tuple(dict.fromkeys(cell.column for cell, _ in places))
    rows = dict.fromkeys(cell.row for cell, _ in places)
    return Table(
        columns,
        tuple(
            (
                row,
                tuple(
                    tuple(claim for cell, claim in places if (cell.row, cell.column) == (row, column))
                    for column in columns
                ),
            )
            for row in rows
        ),
    )


def reply_blocks(text: str) -> list[tuple[bool, list[str]]]:
    """The lines of a reply, grouped: whether they are items of a list ("- …"), and the lines."""
    return [
        (is_list, list(lines))
        for is_list, lines in groupby(text.split("\n"), key=lambda line: line.startswith("- "))
    ]
