"""The claim table as CSV, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from footnote.rag.answer import Answer, Claim
from footnote.rag.export.cited import citation_key
from footnote.rag.export.claim_table import CitedQuote, ClaimCell, ClaimTable, claim_table
from footnote.rag.export.footnotes import renumbered
from footnote.rag.export.readable import line, reference
from footnote.store.papers import Paper

_HEAD = ("Question", "Claim", "In the answer", "Verdict", "Judged by", "Reasons")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Characters that begin a formula in a spreadsheet, also in full width."""


def to_csv(*answers: Answer) -> str:
    """Claims against the papers cited as CSV (RFC 4180: CR LF, quotes doubled), a row a claim.

    A column for each paper has its stance on the claim, with its words and their footnotes; it is
    empty where the claim's answer doesn't cite the paper. The header has the paper's citation key.
    Sentences that were dropped follow each answer's claims. A cell that a spreadsheet would take
    for a formula has an apostrophe before it, as OWASP advises against CSV injection. Line breaks and
    tabs become spaces; control characters go.
    """
    tables = [claim_table(answer) for answer in renumbered(answers)]
    papers = {paper.id: paper for table in tables for paper in table.papers}
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*_HEAD, *(_cell(_column(paper)) for paper in papers.values())])
    for table in tables:
        writer.writerows([_cell(text) for text in row] for row in _rows(table, list(papers)))
    return out.getvalue()


def _column(paper: Paper) -> str:
    return f"{reference(paper)} [{citation_key(paper)}]"


def _rows(table: ClaimTable, papers: Sequence[str]) -> list[list[str]]:
    places = {paper.id: n for n, paper in enumerate(table.papers)}
    rows = [
        [table.question, _claim(row.claim), "yes", row.claim.verdict]
        + [row.claim.judged_by or "", "; ".join((*row.claim.reasons, *row.claim.cautions))]
        + [_stances(row.cells[places[paper]]) if paper in places else "" for paper in papers]
        for row in table.rows
    ]
    return rows + [
        [table.question, dropped.text, "no", dropped.verdict, "", "; ".join(dropped.reasons)]
        + [""] * len(papers)
        for dropped in table.dropped
    ]


def _claim(claim: Claim) -> str:
    if claim.cell is None:
        return claim.text
    return f"{', '.join(name for name in (claim.cell.row, claim.cell.column) if name)}: {claim.text}"


def _stances(cell: ClaimCell) -> str:
    return "; ".join(
        f"{stand}: {' '.join(map(_quote, words))}" if words else stand for stand, words in cell.stances
    )


def _quote(quote: CitedQuote) -> str:
    text = f"“{quote.quote}” [{quote.number}]"
    return text if quote.alone else f"{text} ({'; '.join(['not alone', *quote.reasons])})"


def _cell(text: str) -> str:
    text = line(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
