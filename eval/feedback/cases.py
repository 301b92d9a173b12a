"""What a reader found good, or missed, as a question with its gold. Pure.

An answer with "up" is right: the papers that it cites are its gold papers and the quotes its
evidence, less the footnotes that the reader found wrong; a refusal with "up" is a question that the
library doesn't answer. A missing paper that the library has is gold; what was cited instead is
neutral, since nobody marked it as wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from footnote.eval.datasets.gold import match_gold
from footnote.eval.errors import GoldError
from footnote.eval.feedback.reading import ReadConversation, is_new
from footnote.eval.questions import Question, QuestionSet
from footnote.rag.answer import Answer, Citation
from footnote.rag.conversation.messages import Message, as_messages
from footnote.rag.conversation.references import resolve_references
from footnote.store.chats.feedback import Given
from footnote.store.papers import Paper, title_key

_MOST_NAMES = 20
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{3,1000})[”\"»]")


@dataclass(frozen=True)
class Names:
    """Papers that are looked for: ids (also of other registers) and keys of titles."""

    ids: set[str | None] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class FoundPapers:
    """Papers of the library by the names that were looked for."""

    by_id: Mapping[str, Paper]
    by_title: Mapping[str, Sequence[Paper]]

    def namesakes(self, titles: Iterable[str]) -> list[Paper]:
        """All papers under these titles."""
        keys = dict.fromkeys(map(title_key, titles))
        return [paper for key in keys for paper in self.by_title.get(key, ())]


def wanted_names(conversations: Iterable[ReadConversation]) -> Names:
    """The papers that are cited in conversations, and those that readers missed."""
    names = Names()
    for conversation in conversations:
        for number, answer in conversation.answers.items():
            names.titles.update(title_key(c.paper.title) for c in answer.citations)
            if missing := conversation.feedback_on(number).get("missing_paper"):
                if missing.paper:
                    names.ids.add(missing.paper)
                for name in _names_in(missing.comment or ""):
                    names.ids.add(name)
                    names.titles.add(title_key(name))
    return names


def matched(papers: Callable[[], Iterable[Paper]], names: Names) -> FoundPapers:
    """The papers that are looked for, and their namesakes: a pass for each."""
    by_id: dict[str, Paper] = {}
    if names.ids:
        for paper in papers():
            by_id |= {
                i: paper for i in (paper.id, paper.arxiv, paper.doi, paper.pmid) if i in names.ids and i
            }
    by_title: dict[str, list[Paper]] = {}
    wanted = names.titles | {title_key(paper.title) for paper in by_id.values()}
    for paper in papers() if wanted else ():
        if (key := title_key(paper.title)) in wanted:
            by_title.setdefault(key, []).append(paper)
    return FoundPapers(by_id, by_title)


def draft_case(
    conversation: ReadConversation, number: int, found: FoundPapers, since: datetime | None
) -> tuple[dict[str, Any] | None, str | None]:
    """The case that a turn makes, or why it makes none although there is feedback on it."""
    said, answer = conversation.feedback_on(number), conversation.answers[number]
    up, missing = said.get("up"), said.get("missing_paper")
    if not (is_new(up, since) or is_new(missing, since)):
        return None, None
    ident = f"fb-{conversation.stored.name}-{number}"
    missed = _missed(missing, found) if missing else None
    if missing and missed is None and up is None:
        return None, f"{ident}: what the reader missed is no paper of this library, or not one alone"
    if answer.filters and answer.filters.only is not None:
        return None, f"{ident}: it was asked of chosen papers alone, which a question set can't say"
    if answer.filters and answer.status == "unsupported" and not missed:
        return None, f"{ident}: the refusal is right of the papers that passed the filters, not of all"
    case = _case(ident, conversation, number, liked=up is not None, missed=missed)
    if case["answerable"] and not case["papers"]:
        return None, f"{ident}: the reader found each of its footnotes wrong"
    if problem := _misfit(case, found):
        return None, problem
    return case, None


def _case(
    ident: str, conversation: ReadConversation, number: int, *, liked: bool, missed: Paper | None
) -> dict[str, Any]:
    answer = conversation.answers[number]
    history = _history(conversation, number)
    good, beside, wrong = _citations(conversation, number)
    gold = [c.paper.title for c in good] if liked else []
    if missed:
        gold.append(missed.title)
    gold = list(dict.fromkeys(gold))
    cited = [c.paper.title for c in (*good, *beside)]
    near = [c.paper.title for c in wrong] or [n.paper.title for n in answer.nearest if not answer.claims]
    said = conversation.feedback_on(number)
    return {
        "id": ident,
        "type": "followup" if history else "feedback" if gold or answer.claims else "unanswerable",
        "question": resolve_references(conversation.turn(number).question, history),
        "history": [message.model_dump(include={"role", "content"}) for message in history],
        "answerable": bool(gold or answer.claims),
        "papers": gold,
        "also_ok": [title for title in dict.fromkeys(cited) if title not in gold],
        "near": [title for title in dict.fromkeys(near) if title not in (*gold, *cited)],
        "evidence": _evidence(good) if liked else [],
        "nuggets": [],
        "feedback": {
            **conversation.provenance(number),
            "kinds": sorted(said),
            "versions": sorted({given.version for given in said.values()}),
        },
    }


def _citations(
    conversation: ReadConversation, number: int
) -> tuple[list[Citation], list[Citation], list[Citation]]:
    """An answer's citations: those that carry a claim, others, and those that the reader found wrong."""
    answer = conversation.answers[number]
    carrying = {n for claim in answer.claims for n in claim.citations}
    good, beside, wrong = list[Citation](), list[Citation](), list[Citation]()
    for footnote, citation in enumerate(answer.citations, start=1):
        if {"down", "wrong_source"} & conversation.feedback_on(number, footnote).keys():
            wrong.append(citation)
        else:
            (good if footnote in carrying else beside).append(citation)
    return good, beside, wrong


def _evidence(citations: Iterable[Citation]) -> list[dict[str, str]]:
    quotes = dict.fromkeys((c.paper.title, c.quote) for c in citations)
    return [{"paper": title, "quote": quote} for title, quote in quotes]


def _history(conversation: ReadConversation, number: int) -> tuple[Message, ...]:
    """The conversation before a turn as the assistant had it."""
    before: list[Answer] = [answer for n, answer in conversation.answers.items() if n < number]
    return as_messages(before)


def _missed(missing: Given, found: FoundPapers) -> Paper | None:
    """The paper that the reader missed, where the library has it and it is no other's namesake."""
    if missing.paper:
        return found.by_id.get(missing.paper)
    for name in _names_in(missing.comment or ""):
        papers = [found.by_id[name]] if name in found.by_id else found.namesakes([name])
        if len(papers) == 1:
            return papers[0]
    return None


def _names_in(comment: str) -> list[str]:
    """What in a comment may be a paper's title or id: all of it, a line, what is in quotation marks, a word
    with a digit.
    """
    parts = [comment, *comment.splitlines(), *_QUOTED.findall(comment)]
    parts += [word for word in comment.split() if any(c.isdigit() for c in word)]
    bare = (part.strip().strip(".,;:!?()[]") for part in parts)
    return list(dict.fromkeys(name for name in bare if name))[:_MOST_NAMES]


def _misfit(case: dict[str, Any], found: FoundPapers) -> str | None:
    """Why a run would refuse the case."""
    question = Question.model_validate(case)
    one = QuestionSet(file="feedback", questions=(question,), dataset_hash="")
    titles = [*question.papers, *question.also_ok, *(e.paper for e in question.evidence)]
    try:
        match_gold(one, found.namesakes(titles))
    except GoldError as error:
        return "; ".join(error.problems)
    return None
