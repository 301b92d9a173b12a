"""An order of questions of which every beginning is like the whole."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence

from footnote.eval.questions import Question

SEED = 1


def stratified(questions: Sequence[Question], seed: int = SEED) -> list[Question]:
    """The questions so that the first n, for every n, hold answerable and unanswerable ones in proportion.

    Of each kind, the types are in proportion too. The same seed gives the same order, so that a run with a
    larger limit asks what a smaller one asked, and more.
    """
    shuffled = list(questions)
    random.Random(seed).shuffle(shuffled)
    by_type = _spread(shuffled, lambda question: (question.answerable, question.type))
    return _spread(by_type, lambda question: question.answerable)


def _spread(questions: Sequence[Question], key: Callable[[Question], Hashable]) -> list[Question]:
    """Each group's members at equal distances over the whole; within a group the order stays."""
    groups: dict[Hashable, list[Question]] = {}
    for question in questions:
        groups.setdefault(key(question), []).append(question)
    placed = [
        ((position + 0.5) / len(group), question)
        for group in groups.values()
        for position, question in enumerate(group)
    ]
    return [question for _, question in sorted(placed, key=lambda each: each[0])]
