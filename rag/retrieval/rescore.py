"""How well the best papers fit the question, judged by a chat model in one call.

The grades are those of the TREC deep-learning tracks, which models give much as people do:
Upadhyay et al., "UMBRELA" (2024, arXiv:2406.06519). Judging all papers in one prompt is from Sun
et al., "Is ChatGPT Good at Search?" (2023, arXiv:2304.09542); grades instead of a ranking, since
lines that are missing or wrong then cost only their own paper.

Abstracts are untrusted. One that talks a model into something can at most change the order of
papers that retrieval found: a grade counts for a number shown to the model, once, and no paper
is added or dropped.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import Usage
from footnote.rag.composing.prompting import MAX_TITLE_CHARS
from footnote.rag.errors import ModelEmpty, ModelError, ModelFailed
from footnote.rag.llm.chat import FRAMING_TOKENS, ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.llm.token_count import counter_for
from footnote.rag.settings import Settings
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer
from footnote.store.papers import Paper
from footnote.store.sentences import split_sentences

log = logging.getLogger(__name__)

BEST_GRADE = 3
_LEAST_TOKENS = 80
"""Room for a title and a sentence or two: with less, a grade would be a guess."""

_SEPARATORS = r"(?:[\s*_|:=–—→]|->|-(?![0-9]))*"
_GRADE = re.compile(
    rf"""[\s>*_|•–-]* (?:[0-9]{{1,3}}[.)]\s+)? (?:paper\s+)?   # list mark, table, bold
    [\[【［] (?P<paper>[0-9]{{1,3}}) [\]】］] {_SEPARATORS}
    (?:(?:grade|score|rating|relevance) {_SEPARATORS})?
    (?P<grade>[0-{BEST_GRADE}]) (?:\s?/\s?{BEST_GRADE})?
    [*_\s]* (?: $ | [|;(] | [.:,](?![0-9]) | (?<=[*_\s])[–—-] )""",
    re.IGNORECASE | re.VERBOSE,
)
_NEXT_ON_LINE = re.compile(r"(?<=[0-9])[\s,;|]+(?=\[[0-9])")
_MAX_LINE_CHARS = 200


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The grade of each paper, in the order in which the papers were given.

    grades: 0 (about something else) … `BEST_GRADE` (answers the question); None where the model
    gave none, or wasn't asked.
    """

    grades: tuple[int | None, ...]
    usage: Usage


@dataclass(frozen=True, kw_only=True)
class RescorePrompt:
    """The two messages, their tokens, and how many papers they show: numbers 1 to `shown`."""

    system: str
    user: str
    tokens: int
    shown: int


async def rescore(
    settings: Settings, question: str, papers: Sequence[Paper], *, deadline: Deadline | None = None
) -> Scores:
    """Grades for the first `settings.rescore` papers, which come best first; without any, no call.

    A reply that breaks off counts as far as it came. deadline: of the whole answer. Raises ModelError
    where the call fails, or where fewer than half of the papers shown have a grade.
    """
    judged = papers[: settings.rescore]
    if not judged:
        usage = Usage(calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0)
        return Scores(grades=(None,) * len(papers), usage=usage)
    # The vocabulary may have to be waited for, a moment, once; splitting sentences takes time too.
    counter = await asyncio.to_thread(counter_for, settings.model or "")
    prompt = await asyncio.to_thread(
        rescore_prompt, question, judged, budget=settings.prompt_tokens, count=counter.count
    )
    if not prompt.shown:
        raise ModelFailed(
            f"The question and the instructions for grading take {prompt.tokens} tokens, which leaves no "
            f"room for a paper: raise FOOTNOTE_PROMPT_TOKENS ({settings.prompt_tokens}).",
            retryable=False,
        )
    call = ChatCall(settings, deadline=deadline)
    trouble: ModelError | None = None
    try:
        await call.whole(prompt.system, prompt.user)
    except ModelError as error:
        trouble = error
    grades = read_grades(call.readable, prompt.shown)
    graded = sum(grade is not None for grade in grades)
    usage = call.usage(counter.count)
    if 2 * graded < prompt.shown:
        if trouble is None:
            await call.forget()
            trouble = _too_few(call, settings.model, graded, prompt.shown).with_usage(usage)
        raise trouble
    if trouble is not None:
        log.warning("%d of %d papers were graded before this: %s", graded, prompt.shown, trouble)
    rest = (None,) * (len(papers) - prompt.shown)
    return Scores(grades=grades + rest, usage=usage)


def read_grades(reply: str, shown: int) -> tuple[int | None, ...]:
    """The grades that a reply gives to the papers numbered 1 to `shown`; pure.

    A grade is a line such as "[3] 2"; list marks, bold, "[3]: 2/3" and reasons behind it do no
    harm. All else is passed over: prose, grades out of range, numbers that weren't shown. Where
    a paper is graded twice, the first counts.
    """
    grades: list[int | None] = [None] * shown
    for line in reply.splitlines():
        for part in _NEXT_ON_LINE.split(line):
            if match := _GRADE.match(part[:_MAX_LINE_CHARS]):
                index = int(match["paper"]) - 1
                if 0 <= index < shown and grades[index] is None:
                    grades[index] = int(match["grade"])
    return tuple(grades)


def reorder(scores: Sequence[float], grades: Sequence[int | None]) -> list[int]:
    """The new order of papers, as indices into `scores`; pure, and always a permutation of them.

    Papers with a grade come by grade, those with the same by score, those with the same score as
    they came. A paper without a grade (also: one past the end of `grades`) keeps the very place
    that its score gives it, since nothing speaks for or against it; the others change places
    among themselves. Raises ValueError where there are more grades than scores.
    """
    if len(grades) > len(scores):
        raise ValueError(f"there are {len(grades)} grades for {len(scores)} papers")
    known = {index: grade for index, grade in enumerate(grades) if grade is not None}
    before = sorted(range(len(scores)), key=lambda index: -scores[index])
    by_grade = iter(sorted((i for i in before if i in known), key=lambda index: -known[index]))
    return [next(by_grade) if index in known else index for index in before]


def rescore_prompt(
    question: str, papers: Sequence[Paper], *, budget: int, count: Callable[[str], int]
) -> RescorePrompt:
    """The prompt that has the papers graded; they come best first. Pure.

    budget: tokens for the whole prompt, counted by `count`. Each paper has the same share of it,
    and what short abstracts leave over goes to long ones. Of an abstract that is longer, whole
    sentences are shown, those first that share most words with the question. Where shares would
    be too small to judge by, the worst papers aren't shown.
    """
    system = prompts.load("rescore_system").render(best=str(BEST_GRADE))
    fixed = count(system) + FRAMING_TOKENS
    room = max(0, budget - fixed - count(_user_message(question, [], len(papers))))
    blocks = _fill(question, [_lines(n, p) for n, p in enumerate(papers, start=1)], room, count)
    while True:
        user = _user_message(question, blocks, len(blocks))
        tokens = fixed + count(user)
        if tokens <= budget or not blocks:
            return RescorePrompt(system=system, user=user, tokens=tokens, shown=len(blocks))
        # Titles can be longer than their share, and lines together a few tokens more than their sum.
        blocks.pop()


def _fill(
    question: str, papers: Sequence[Sequence[str]], room: int, count: Callable[[str], int]
) -> list[str]:
    """The text of the papers that have room, from the lines of each."""
    costs = [[count(line) for line in lines] for lines in papers]
    while costs and (share := _share([sum(each) for each in costs], room)) < _LEAST_TOKENS:
        costs.pop()
    asked = set(analyzer().analyze(question))
    return [_cut(lines, cost, share, asked) for lines, cost in zip(papers, costs, strict=False)]


def _cut(lines: Sequence[str], costs: Sequence[int], share: int, asked: set[str]) -> str:
    """A paper's heading, and as many of its sentences as go into its share, in their order.

    Abstracts open with what was known before, so the first sentences would show hardly a finding.
    With 30 papers in 8,000 tokens, 23% of the sentences that answer the development questions are
    shown that way, 48% when filled from the end, and 64% by words shared with the question (the
    later sentence first where they share as many).
    """
    if sum(costs) <= share:
        return "".join(lines)

    def worth(place: int) -> tuple[int, int]:
        return len(asked.intersection(analyzer().analyze(lines[place]))), place

    kept, left = [0], share - costs[0]
    for place in sorted(range(1, len(lines)), key=worth, reverse=True):
        if costs[place] <= left:
            left -= costs[place]
            kept.append(place)
    return "".join(lines[place] for place in sorted(kept))


def _share(costs: Sequence[int], room: int) -> int:
    """The most that each may take, so that all together take no more than `room`."""
    left = room
    for count, cost in zip(range(len(costs), 0, -1), sorted(costs), strict=True):
        if cost * count > left:
            return left // count
        left -= cost
    return room


def _lines(number: int, paper: Paper) -> list[str]:
    """The heading and the sentences of a paper, sanitized, a line each."""
    title = sanitize(paper.display_title)
    if len(title) > MAX_TITLE_CHARS:
        title = title[:MAX_TITLE_CHARS] + "…"
    year = f" ({paper.year})" if paper.year else ""
    sentences = (sanitize(plain_text(span.of(paper.abstract))) for span in split_sentences(paper.abstract))
    return [f"[{number}] {title}{year}\n", *(f"{sentence}\n" for sentence in sentences)]


def _user_message(question: str, blocks: Sequence[str], count: int) -> str:
    papers = "".join(blocks).strip("\n")
    return prompts.load("rescore_user").render(papers=papers, question=sanitize(question), count=str(count))


def _too_few(call: ChatCall, model: str | None, graded: int, shown: int) -> ModelError:
    if not call.readable.strip():
        return call.nothing_to_read()
    return ModelEmpty(
        f"The reply of {model} grades {graded} of {shown} papers, fewer than half: ask again, or set "
        "another FOOTNOTE_MODEL.",
        retryable=True,
    )
