"""A chat model as the judge of claims that the gate rates weak: one prompt, one reply. Pure.

A judge is asked for yes or no on the cited sentences alone, as in Gao et al., "Enabling Large
Language Models to Generate Text with Citations" (2023, arXiv:2305.14627), where it is an NLI model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.llm.chat import FRAMING_TOKENS
from footnote.rag.llm.replies.numbered import numbered_lines
from footnote.rag.llm.sanitize import sanitize
from footnote.store.display import plain_text

YES, NO = "yes", "no"
_JUDGEMENT = re.compile(
    r"[\W_]*(?:(?P<yes>yes|true|supported)|no|false|unsupported|not\ssupported)\b", re.IGNORECASE
)
_NEXT_ON_LINE = re.compile(r"(?<=[A-Za-z])[\s,;|]+(?=\d{1,3}\s?:)")


@dataclass(frozen=True, kw_only=True)
class JudgePrompt:
    """The two messages, their tokens, and how many claims they show: numbers 1 to `shown`."""

    system: str
    user: str
    tokens: int
    shown: int


def judge_prompt(
    pairs: Sequence[tuple[str, Sequence[str]]], *, budget: int, count: Callable[[str], int]
) -> JudgePrompt:
    """The prompt that has each claim judged against the sentences that it cites.

    pairs: a claim with its sentences. budget: tokens for the whole prompt, counted by `count`;
    claims that don't fit are left out from the end, and no sentence is cut.
    """
    system = prompts.load("judge_system").render(yes=YES, no=NO)
    entries = [_entry(n, claim, sentences) for n, (claim, sentences) in enumerate(pairs, start=1)]
    fixed = count(system) + FRAMING_TOKENS
    room = budget - fixed - count(_user_message([]))
    shown: list[str] = []
    for entry in entries:
        room -= count(entry)
        if room < 0:
            break
        shown.append(entry)
    while True:
        user = _user_message(shown)
        tokens = fixed + count(user)
        if tokens <= budget or not shown:
            return JudgePrompt(system=system, user=user, tokens=tokens, shown=len(shown))
        shown.pop()  # entries together can be a few tokens more than their sum


def read_judgements(reply: str, count: int) -> dict[int, bool]:
    """Whether the claims numbered 1 to `count` are supported, by number.

    A claim on which the reply has neither yes nor no is missing.
    """
    judged: dict[int, bool] = {}
    for number, text in numbered_lines(_NEXT_ON_LINE.sub("\n", reply), count).items():
        if match := _JUDGEMENT.match(text):
            judged[number] = match["yes"] is not None
    return judged


def _entry(number: int, claim: str, sentences: Sequence[str]) -> str:
    lines = [f"{number}. {sanitize(claim)}"]
    lines += [f"cites: {sanitize(plain_text(sentence))}" for sentence in sentences]
    return "\n".join(lines) + "\n"


def _user_message(entries: Sequence[str]) -> str:
    return prompts.load("judge_user").render(
        claims="\n".join(entries).strip("\n"), count=str(len(entries)), yes=YES, no=NO
    )
