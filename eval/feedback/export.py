"""Readers' feedback as files: a question set to measure with, and pairs of answers to learn from.

Nothing in them says who asked. The pairs are built as Shi et al. build theirs in "WildFeedback:
Aligning LLMs With In-situ User Interactions And Feedback" (2024): from what readers say in the
conversation itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from footnote.eval.feedback.cases import draft_case, matched, wanted_names
from footnote.eval.feedback.pairs import preference_pairs
from footnote.eval.feedback.reading import ReadConversation
from footnote.eval.runs.files import using, write_atomically
from footnote.rag.answer import Answer
from footnote.store.chats.feedback import Feedback, Reviewed
from footnote.store.papers import Paper

log = logging.getLogger(__name__)

CASES = "cases.jsonl"
PREFERENCES = "preferences.jsonl"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written. A file is written where it has a line; skipped: a sentence for each that hasn't."""

    cases: int
    preferences: int
    skipped: tuple[str, ...]


def export_feedback(
    feedback: Feedback, papers: Callable[[], Iterable[Paper]], out: Path, *, since: datetime | None = None
) -> Exported:
    """Writes `cases.jsonl` and `preferences.jsonl` to the folder `out`, of feedback given from `since` on.

    papers: reads the library's, which the cases are held against: one that names a paper or words that aren't
    there is skipped, so that the file can be run. Raises DatabaseError, and RunError where `out` can't be
    used.
    """
    skipped: list[str] = []
    readers = [[_read(c, skipped) for c in reader] for reader in feedback.reviewed(since)]
    conversations = [conversation for reader in readers for conversation in reader]
    cases = _cases(conversations, papers, since, skipped)
    pairs = [pair for reader in readers for pair in preference_pairs(reader, since)]
    for name, rows in ((CASES, cases), (PREFERENCES, pairs)):
        if rows:
            with using(out):
                out.mkdir(parents=True, exist_ok=True)
            write_atomically(out / name, "".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in rows))
    return Exported(cases=len(cases), preferences=len(pairs), skipped=tuple(skipped))


def _read(conversation: Reviewed, skipped: list[str]) -> ReadConversation:
    answers: dict[int, Answer] = {}
    for turn in conversation.turns:
        if turn.answer is None:
            continue
        try:
            answers[turn.number] = Answer.model_validate_json(turn.answer)
        except ValidationError as error:
            log.warning(
                "answer %d of conversation %s: %s", turn.number, conversation.name, error.error_count()
            )
            skipped.append(
                f"{conversation.name}-{turn.number}: the answer can't be read by this version of Footnote"
            )
    return ReadConversation(conversation, answers)


def _cases(
    conversations: Sequence[ReadConversation],
    papers: Callable[[], Iterable[Paper]],
    since: datetime | None,
    skipped: list[str],
) -> list[dict[str, Any]]:
    """The cases that fit the library, each once; why others don't is added to `skipped`."""
    found = matched(papers, wanted_names(conversations))
    cases: dict[str, dict[str, Any]] = {}
    for conversation in conversations:
        for number in conversation.answers:
            case, problem = draft_case(conversation, number, found, since)
            if problem:
                skipped.append(problem)
            elif case:
                cases.setdefault(_asked(case), case)
    return list(cases.values())


def _asked(case: Mapping[str, Any]) -> str:
    """What identifies a case: two readers may have given the same feedback on the same question."""
    return json.dumps({name: value for name, value in case.items() if name not in ("id", "feedback")})
