"""The best of several answers: verified support, coverage of the question and brevity together.

The three are brought to the same scale and summed as log-sigmoids, as in Wang et al., "Transforming
and Combining Rewards for Aligning Large Language Models" (2024): past its reference a score gains
little more, so that no score can buy off another. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.rag.composing.draft_answer import Written
from footnote.rag.language.stopwords import content_words
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer


@dataclass(frozen=True)
class Scores:
    """What a candidate is judged by, each 0 … 1.

    support: the share of its sentences that the gate let through. coverage: the share of the question's
    terms that these have. brevity: 1 up to `BRIEF_WORDS` words, then what part of them is that many.
    """

    support: float
    coverage: float
    brevity: float

    @property
    def utility(self) -> float:
        """Their sum as log-sigmoids of the distance to their references; at most 0."""
        pairs = ((self.support, 0.9), (self.coverage, 0.5), (self.brevity, 0.7))
        return sum(_log_sigmoid((score - reference) * _STEEP) for score, reference in pairs)


BRIEF_WORDS = 120
_STEEP = 8.0
"""A score .25 short of its reference costs 2.1, one .25 past it still .1."""


def scores(question: str, written: Sequence[Written]) -> Scores:
    """How good an answer to `question` these sentences make."""
    standing = [each for each in written if each.stands]
    text = plain_text(" ".join(each.draft.text for each in standing))
    asked = set(analyzer().analyze(" ".join(content_words(question))))
    said = set(analyzer().analyze(text))
    words = len(text.split())
    return Scores(
        support=len(standing) / len(written) if written else 0.0,
        coverage=len(asked & said) / len(asked) if asked else 1.0,
        brevity=min(1.0, BRIEF_WORDS / words) if words else 0.0,
    )


def best(question: str, candidates: Sequence[Sequence[Written]]) -> int:
    """The place of the best candidate; the first of equals. There is at least one."""
    utilities = [scores(question, written).utility for written in candidates]
    return max(range(len(utilities)), key=lambda n: (utilities[n], -n))


def _log_sigmoid(value: float) -> float:
    return -math.log1p(math.exp(-value))
