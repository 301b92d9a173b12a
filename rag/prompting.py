"""Evidence as a prompt: papers and sentences numbered, disarmed, within a budget of tokens. Pure.

What a model is shown of an abstract is a disarmed form of it. A citation is looked up by number
in the abstract as it was read, so quotes stay verbatim whatever was changed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import prompts
from rag.answer import REFUSAL
from rag.compose import Evidence
from rag.markers import LOOKS_LIKE_MARKER, Marker
from rag.visible import is_invisible
from store.display import plain_text

MAX_TITLE_CHARS = 300
_PER_CALL = 16
"""Tokens by which servers frame the two messages, rounded up."""
_TOO_LONG = 4
"""A sentence that takes more than this part (a quarter) of the room is left out by itself."""

_TAG = re.compile(r"<(?=[/!?|<A-Za-z]|\s*/?\s*(?:papers|question)\b)", re.IGNORECASE)
_CHAT_MARK = re.compile(r"\[(/?(?:INST|SYS|SYSTEM|USER|ASSISTANT))\]", re.IGNORECASE)
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONG_RUN = re.compile(r"([!-~]{60})[!-~]{41,}|(\S{500})\S{501,}")


@dataclass(frozen=True, kw_only=True)
class AnswerPrompt:
    """The two messages, their tokens, and the markers that name a sentence shown in them."""

    system: str
    user: str
    tokens: int
    shown: frozenset[Marker]


def disarm(text: str) -> str:
    """`text` on one line in a form that can't pass for a marker, a delimiter or a chat token.

    [1.3] becomes {1.3} and <papers> becomes ‹papers>; characters that show nothing are removed,
    runs of more than 100 characters (1,000 in scripts without spaces) cut.
    """
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or not is_invisible(c))
    text = " ".join(_VARIATION.sub("", text).split())
    text = LOOKS_LIKE_MARKER.sub(lambda m: "{" + (m["square"] or m["round"]) + "}", text)
    text = _CHAT_MARK.sub(r"{\1}", text)
    text = _TAG.sub("‹", text)
    return _LONG_RUN.sub(lambda m: f"{m[1] or m[2]}…", text)


def answer_prompt(
    question: str, evidence: Sequence[Evidence], *, budget: int, count: Callable[[str], int]
) -> AnswerPrompt:
    """The prompt that answers a question from the evidence, which comes best paper first.

    budget: tokens for the whole prompt, counted by `count`. Papers are filled in by rank,
    sentences in order; the first that doesn't fit ends it, so that a paper's tail and the worst
    papers are left out, and no sentence is ever cut. The question always stands in full, even
    where it leaves room for no sentence (`shown` is empty then).
    """
    system = prompts.load("answer_system").render(refusal=REFUSAL)
    shown = _fill(evidence, budget - _count_all(system, question, "", count), count)
    while True:
        user = _user_message(question, evidence, shown)
        tokens = count(system) + count(user) + _PER_CALL
        if tokens <= budget or not shown:
            return AnswerPrompt(system=system, user=user, tokens=tokens, shown=frozenset(shown))
        # Lines together can be a few tokens more than the sum of lines.
        shown = shown[:-1]


def _count_all(system: str, question: str, papers: str, count: Callable[[str], int]) -> int:
    return count(system) + count(_render(question, papers)) + _PER_CALL


def _fill(evidence: Sequence[Evidence], room: int, count: Callable[[str], int]) -> list[Marker]:
    """The sentences that fit, by rank and place."""
    longest = room // _TOO_LONG
    shown: list[Marker] = []
    for paper, entry in enumerate(evidence, start=1):
        heading = count(_heading(paper, entry))
        for sentence in range(1, len(entry.sentences) + 1):
            cost = count(_line(paper, sentence, entry))
            if cost > longest:
                continue
            if cost + heading > room:
                return shown
            room -= cost + heading
            heading = 0
            shown.append((paper, sentence))
    return shown


def _user_message(question: str, evidence: Sequence[Evidence], shown: Sequence[Marker]) -> str:
    blocks: dict[int, str] = {}
    for paper, sentence in shown:
        entry = evidence[paper - 1]
        block = blocks.get(paper) or _heading(paper, entry)
        blocks[paper] = block + _line(paper, sentence, entry)
    ranked = list(blocks)
    # Models read the middle of a long prompt least well: the best papers stand at both ends.
    order = ranked[0::2] + ranked[1::2][::-1]
    return _render(question, "\n".join(blocks[paper] for paper in order))


def _render(question: str, papers: str) -> str:
    return prompts.load("answer_user").render(papers=papers.strip("\n"), question=disarm(question))


def _heading(paper: int, entry: Evidence) -> str:
    title = disarm(entry.paper.display_title)
    if len(title) > MAX_TITLE_CHARS:
        title = title[:MAX_TITLE_CHARS] + "…"
    year = f" ({entry.paper.year})" if entry.paper.year else ""
    return f"[{paper}] {title}{year}\n"


def _line(paper: int, sentence: int, entry: Evidence) -> str:
    text = plain_text(entry.sentences[sentence - 1].of(entry.paper.abstract))
    return f"[{paper}.{sentence}] {disarm(text)}\n"
