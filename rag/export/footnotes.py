"""Unique footnote numbers for several answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

from footnote.rag.answer import Answer


def renumbered(answers: Sequence[Answer]) -> list[Answer]:
    """The answers, in order, with one number for each quote, shared by the answers that cite it.

    Quotes keep their numbers, as in a conversation. A quote gets a new number only where another
    quote has its number, as between answers of different conversations.
    """
    numbers = (answer.number(n) for answer in answers for n in range(1, len(answer.citations) + 1))
    fresh = count(max(numbers, default=0) + 1)
    given: dict[tuple[object, ...], int] = {}
    taken: set[int] = set()
    out: list[Answer] = []
    for answer in answers:
        # An answer that cites one quote twice has two footnotes for it.
        again: Counter[tuple[object, ...]] = Counter()
        own: list[int] = []
        for n, citation in enumerate(answer.citations, 1):
            words = (citation.paper.id, citation.start, citation.end, citation.quote)
            again[words] += 1
            key = (*words, again[words])
            if key not in given:
                wanted = answer.number(n)
                given[key] = next(fresh) if wanted in taken else wanted
                taken.add(given[key])
            own.append(given[key])
        kept = [answer.number(n) for n in range(1, len(own) + 1)]
        out.append(answer if own == kept else answer.model_copy(update={"numbers": tuple(own)}))
    return out
