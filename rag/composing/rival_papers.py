"""Papers that answer the question too, beside the one that is quoted.

One paper, which may be planted, must not hide what another says about the same thing. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from footnote.rag.retrieval.sentence_scores import term_share
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.store.display import plain_text

MAX_RANK = 5
"""Only the first papers are looked at."""
MAX_RIVALS = 1
_COVERAGE = 0.6
"""Share of the best paper's coverage of the question's terms that a rival must have."""
_NEAR = 0.58
"""Cosine to the question that a rival's nearest sentence must have."""


def rival_papers(
    vector: npt.NDArray[np.float32],
    idf: Mapping[str, float],
    evidence: Sequence[RetrievedPaper],
    quoted: Set[int],
) -> list[int]:
    """Places of the papers that are about the same thing as the best paper quoted, at most one.

    vector: the question's unit vector. idf: weights of its analysed terms. evidence: best first.
    quoted: places of the papers that are quoted already. A paper counts where its title and abstract
    hold 60 % of what the quoted paper's hold of the question's terms, by weight, and a sentence of it
    has a cosine of .58 to the question. The thresholds are set by hand: see docs/retrieval.md.
    """
    if not quoted:
        return []
    least = _COVERAGE * max(_coverage(evidence[place], idf) for place in quoted)
    return [
        place
        for place, paper in enumerate(evidence[:MAX_RANK])
        if place not in quoted
        and float((paper.vectors @ vector).max()) >= _NEAR
        and _coverage(paper, idf) >= least
    ][:MAX_RIVALS]


def _coverage(evidence: RetrievedPaper, idf: Mapping[str, float]) -> float:
    return term_share(f"{evidence.paper.display_title}. {plain_text(evidence.paper.abstract)}", idf)
