"""RetrievedPaper as a prompt: papers and sentences numbered, sanitized, within a budget of tokens. Pure.

A model sees a sanitized form of an abstract. A citation is looked up by number in the original
abstract, so quotes stay verbatim whatever sanitizing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import REFUSAL
from footnote.rag.composing.reader_prompt import ANYONE, reader_block
from footnote.rag.llm.chat import FRAMING_TOKENS
from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.replies.parsed import OPEN_LABEL
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.reader import Reader
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.store.display import plain_text

MAX_TITLE_CHARS = 300
_READ_OF_TITLE = 10 * MAX_TITLE_CHARS
_TOO_LONG = 4
"""A sentence that takes more than this fraction (a quarter) of the room is left out on its own."""


@dataclass(frozen=True, kw_only=True)
class AnswerPrompt:
    """The two messages, their tokens, and the markers that name a sentence shown in them."""

    system: str
    user: str
    tokens: int
    shown: frozenset[Marker]


def answer_prompt(
    question: str,
    evidence: Sequence[RetrievedPaper],
    *,
    budget: int,
    count: Callable[[str], int],
    reader: Reader = ANYONE,
) -> AnswerPrompt:
    """The prompt that answers a question from the evidence, which comes best paper first.

    budget: tokens for the whole prompt, counted by `count`. Papers are filled in by rank,
    sentences in order; the first that doesn't fit ends it, so that a paper's tail and the worst
    papers are left out, and no sentence is ever cut. The question and the reader's preferences
    always stand in full, even where they leave room for no sentence (`shown` is empty then).
    """

    def user(papers: str) -> str:
        return prompts.load("answer_user").render(
            papers=papers, question=sanitize(question), reader=reader_block(reader)
        )

    system = prompts.load("answer_system").render(refusal=REFUSAL, open=OPEN_LABEL)
    return fit(system, user, evidence, budget=budget, count=count)


def fit(
    system: str,
    user: Callable[[str], str],
    evidence: Sequence[RetrievedPaper],
    *,
    budget: int,
    count: Callable[[str], int],
    first: Sequence[Marker] = (),
) -> AnswerPrompt:
    """A prompt with as many sentences of the evidence as the budget has room for.

    user: the second message, given the text of the papers. first: sentences that get room before
    all others; those that don't exist are skipped.
    """
    shown = _fill(evidence, budget - count(system) - count(user("")) - FRAMING_TOKENS, count, first)
    while True:
        message = user(_papers(evidence, shown))
        tokens = count(system) + count(message) + FRAMING_TOKENS
        if tokens <= budget or not shown:
            return AnswerPrompt(system=system, user=message, tokens=tokens, shown=frozenset(shown))
        # Lines together can be a few tokens more than the sum of lines.
        shown.pop()


def _fill(
    evidence: Sequence[RetrievedPaper], room: int, count: Callable[[str], int], first: Sequence[Marker]
) -> list[Marker]:
    """The sentences that fit: those in `first`, then all by rank and place."""
    longest = room // _TOO_LONG
    by_rank = [
        (paper, sentence)
        for paper, entry in enumerate(evidence, start=1)
        for sentence in range(1, len(entry.sentences) + 1)
    ]
    wanted = set(by_rank).intersection(first)
    headed: set[int] = set()
    shown: list[Marker] = []
    for marker in [*dict.fromkeys(m for m in first if m in wanted), *(m for m in by_rank if m not in wanted)]:
        paper, sentence = marker
        entry = evidence[paper - 1]
        cost = count(_line(paper, sentence, entry))
        if cost > longest:
            continue
        if paper not in headed:
            cost += count(_heading(paper, entry))
        if cost > room:
            if marker in wanted:
                continue
            return shown
        room -= cost
        headed.add(paper)
        shown.append(marker)
    return shown


def _papers(evidence: Sequence[RetrievedPaper], shown: Sequence[Marker]) -> str:
    """The papers with the sentences shown, the best first and last."""
    blocks: dict[int, str] = {}
    for paper, sentence in sorted(shown):
        entry = evidence[paper - 1]
        block = blocks.get(paper) or _heading(paper, entry)
        blocks[paper] = block + _line(paper, sentence, entry)
    ranked = list(blocks)
    # Models read the middle of a long prompt least well: the best papers stand at both ends.
    order = ranked[0::2] + ranked[1::2][::-1]
    return "\n".join(blocks[paper] for paper in order).strip("\n")


def _heading(paper: int, entry: RetrievedPaper) -> str:
    title = sanitize(entry.paper.display_title[:_READ_OF_TITLE])
    if len(title) > MAX_TITLE_CHARS:
        title = title[:MAX_TITLE_CHARS] + "…"
    year = f" ({entry.paper.year})" if entry.paper.year else ""
    return f"[{paper}] {title}{year}\n"


def _line(paper: int, sentence: int, entry: RetrievedPaper) -> str:
    text = plain_text(entry.sentences[sentence - 1].of(entry.paper.abstract))
    return f"[{paper}.{sentence}] {sanitize(text)}\n"
