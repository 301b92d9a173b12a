"""The table of claims and papers for the page. Pure: an answer in, safe HTML out (see `ui.chat.render`)."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.rag.answer import Answer, Claim, Dropped
from footnote.rag.export import readable_date
from footnote.rag.export.claim_table import CitedQuote, ClaimCell, ClaimRow, claim_table
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.escape import encode
from footnote.ui.links import retracted

MAX_CELLS = 2_000
"""A larger table isn't shown, because it would slow the page; the CSV file has no limit."""
_TITLE_CHARS = 160


def section(turn: int, answer: Answer) -> str:
    """The table and the dropped sentences, shown below the answer of turn `turn`; empty if there are none."""
    return table(turn, answer) + dropped(answer.dropped)


def table(turn: int, answer: Answer) -> str:
    """A collapsed table of claims and papers; empty for answers that cite less than two papers."""
    claims = claim_table(answer)
    if len(claims.papers) < 2 or not claims.rows:
        return ""
    size = strings.CLAIMS_SIZE.format(claims=len(claims.rows), papers=len(claims.papers))
    summary = f"<summary>{encode(strings.CLAIMS_TITLE)} <span>{encode(size)}</span></summary>"
    if len(claims.rows) * len(claims.papers) > MAX_CELLS:
        return f'<details class="fn-matrix">{summary}<p>{encode(strings.CLAIMS_TOO_MANY)}</p></details>'
    head = "".join(_paper(paper) for paper in claims.papers)
    body = "".join(_row(turn, row) for row in claims.rows)
    return (
        f'<details class="fn-matrix">{summary}<div class="fn-matrix-scroll" tabindex="0"><table>'
        f'<thead><tr><th scope="col">{encode(strings.CLAIM)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def dropped(sentences: Sequence[Dropped]) -> str:
    """A collapsed list of sentences that verification dropped, with reasons; empty if there are none."""
    if not sentences:
        return ""
    words = strings.DROPPED[len(sentences) != 1].format(count=len(sentences))
    items = "".join(
        f"<li><bdi>{encode(one.text)}</bdi> {_remark(strings.VERDICTS[one.verdict], *one.reasons)}</li>"
        for one in sentences
    )
    return f'<details class="fn-dropped"><summary>{encode(words)}</summary><ul>{items}</ul></details>'


def _paper(paper: Paper) -> str:
    title = paper.display_title
    short = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1] + "…"
    date = f" <span>{encode(readable_date(paper.date))}</span>" if paper.date else ""
    return f'<th scope="col">{retracted(paper.retraction)}<bdi>{encode(short)}</bdi>{date}</th>'


def _row(turn: int, row: ClaimRow) -> str:
    cells = "".join(f"<td>{_entry(turn, entry)}</td>" for entry in row.cells)
    return f'<tr><th scope="row">{_claim(row.claim)}</th>{cells}</tr>'


def _claim(claim: Claim) -> str:
    place = ""
    if claim.cell is not None:
        names = ", ".join(name for name in (claim.cell.row, claim.cell.column) if name)
        place = f"<bdi>{encode(names)}</bdi>: "
    words = strings.VERDICTS[claim.verdict]
    if claim.judged_by:
        words = strings.JUDGED_BY.format(judge=claim.judged_by)
    return f"{place}<bdi>{encode(claim.text)}</bdi> {_remark(words, *claim.reasons, *claim.cautions)}"


def _entry(turn: int, entry: ClaimCell) -> str:
    parts: list[str] = []
    for stand, quotes in entry.stances:
        kind = stand.replace(" ", "-")
        name = (
            f'<strong class="fn-stand fn-{kind}" title="{encode(strings.STAND_TIPS[stand])}">'
            f"{encode(strings.STANDS[stand])}</strong>"
        )
        parts.append(f"<p>{name}</p>" + "".join(_quote(turn, quote) for quote in quotes))
    return "".join(parts)


def _quote(turn: int, quote: CitedQuote) -> str:
    number = f'<a class="fn-cite" href="#cite-{turn}-{quote.number}">&#91;{quote.number}&#93;</a>'
    alone = ""
    if not quote.alone:
        alone = f" {_remark(strings.ALONE, *quote.reasons)}"
    return f'<p>“<bdi class="fn-quote">{encode(quote.quote)}</bdi>”{number}{alone}</p>'


def _remark(*words: str) -> str:
    return f'<em class="fn-verdict">{encode("; ".join(words))}</em>'
