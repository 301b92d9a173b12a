"""The prompt that has refused sentences corrected, and the parser of its reply. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import Cell
from footnote.rag.composing.prompting import AnswerPrompt, fit
from footnote.rag.composing.reader_prompt import ANYONE, reader_block
from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.replies.markers import Parsed, read_text
from footnote.rag.llm.replies.numbered import numbered_lines
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.reader import Reader
from footnote.rag.retrieved_paper import RetrievedPaper

DROP = "DROP"
_MAX_SENTENCES = 4
"""Sentences that may replace one; more would be a new answer."""
_MAX_CLAIM_CHARS = 1000
_MAX_REASON_CHARS = 300
_MAX_NAME_CHARS = 100
_DROPPED = re.compile(rf"[\W_]*(?:(?i:{DROP}|dropped)[\W_]*\Z|{DROP}\s?[.:;(–—-])")
_QUOTED = re.compile(r"([\"'“‘])(.*)[\"'”’],?", re.DOTALL)


@dataclass(frozen=True)
class FailedClaim:
    """A sentence of an answer without its markers, what it cited, and why the gate refused it.

    cell: its place, where it is a cell of a table.
    """

    text: str
    markers: tuple[Marker, ...] = ()
    reasons: tuple[str, ...] = ()
    cell: Cell | None = None


def repair_prompt(
    question: str,
    evidence: Sequence[RetrievedPaper],
    failed: Sequence[FailedClaim],
    *,
    budget: int,
    count: Callable[[str], int],
    reader: Reader = ANYONE,
) -> AnswerPrompt:
    """The prompt that has the failed claims, numbered from 1, rewritten or dropped.

    Papers and sentences have the numbers that they have in `answer_prompt` of the same evidence.
    The sentences cited get room first, then all others by rank, within `budget` tokens; where
    the claims leave room for none, `shown` is empty.
    """

    def user(papers: str) -> str:
        return prompts.load("repair_user").render(
            papers=papers,
            question=sanitize(question),
            claims="\n".join(_entry(n, claim) for n, claim in enumerate(failed, start=1)),
            reader=reader_block(reader),
            count=str(len(failed)),
            drop=DROP,
        )

    system = prompts.load("repair_system").render(drop=DROP)
    cited = [marker for claim in failed for marker in claim.markers]
    return fit(system, user, evidence, budget=budget, count=count, first=cited)


def read_repairs(reply: str, count: int) -> dict[int, tuple[Parsed, ...]]:
    """What the failed claims numbered 1 to `count` became: sentences, or none where dropped.

    A claim that the reply doesn't mention legibly is missing. A line on what the papers leave open
    repairs nothing and is skipped.
    """
    repairs: dict[int, tuple[Parsed, ...]] = {}
    for number, text in numbered_lines(reply, count).items():
        if _DROPPED.match(text):
            repairs[number] = ()
            continue
        quoted = _QUOTED.fullmatch(text)
        sentences = [s for s in read_text(quoted[2] if quoted else text) if not s.open]
        if sentences:
            repairs[number] = tuple(sentences[:_MAX_SENTENCES])
    return repairs


def _entry(number: int, claim: FailedClaim) -> str:
    cited = ", ".join(f"{paper}.{sentence}" for paper, sentence in claim.markers) or "nothing"
    reasons = "; ".join(sanitize(reason[:_MAX_REASON_CHARS]) for reason in claim.reasons)
    lines = [f"{number}. {sanitize(claim.text[:_MAX_CLAIM_CHARS])}"]
    if claim.cell:
        row, column = (sanitize(name[:_MAX_NAME_CHARS]) for name in (claim.cell.row, claim.cell.column))
        place = f"row “{row}”, column “{column}”"
        lines.append(f"place: a cell of a table, {place}; write the words of the cell alone")
    lines.append(f"cited: {cited}")
    return "\n".join([*lines, f"refused because: {reasons}"] if reasons else lines)
