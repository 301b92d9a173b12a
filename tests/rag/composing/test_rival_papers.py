"""Papers that answer the question beside the one quoted."""

from __future__ import annotations

import numpy as np

from footnote.rag.composing.quote_choice import Quote, best_of, choose, of_each, with_rivals
from footnote.rag.composing.rival_papers import MAX_RIVALS, rival_papers
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.store.papers import Paper
from footnote.store.sentences import Span

VECTOR = np.array([1.0, 0.0], np.float32)
IDF = {"zebra": 2.0, "stripe": 1.0}


def paper(name: str, abstract: str, cosine: float) -> RetrievedPaper:
    row = np.array([[cosine, (1 - cosine**2) ** 0.5]], np.float32)
    return RetrievedPaper(
        paper=Paper(id=name, title=name, abstract=abstract),
        sentences=(Span(0, len(abstract)),),
        score=0.9,
        vectors=row,
    )


BEST = paper("best", "A zebra has 40 stripes.", 0.9)
RIVAL = paper("rival", "A zebra has 26 stripes.", 0.7)
FAR = paper("far", "A zebra has 26 stripes.", 0.3)
OTHER = paper("other", "A horse has none.", 0.7)


def test_a_near_paper_that_holds_the_questions_terms_is_a_rival() -> None:
    assert rival_papers(VECTOR, IDF, [BEST, FAR, OTHER, RIVAL], {0}) == [3]


def test_rivals_are_few_near_the_top_and_not_quoted_yet() -> None:
    assert rival_papers(VECTOR, IDF, [BEST, *[RIVAL] * 5], {0}) == list(range(1, MAX_RIVALS + 1))
    assert rival_papers(VECTOR, IDF, [BEST, *[OTHER] * 4, RIVAL], {0}) == []
    assert rival_papers(VECTOR, IDF, [BEST, RIVAL], {0, 1}) == []
    assert rival_papers(VECTOR, IDF, [BEST, RIVAL], set()) == []


def test_the_quote_of_least_worth_makes_room_for_a_rival() -> None:
    chosen = [Quote(0, 2, 2, 0.9), Quote(0, 1, 1, 0.2), Quote(0, 3, 3, 0.4)]
    assert with_rivals(chosen, [Quote(1, 1, 1, 0.1)], 3) == [chosen[0], chosen[2], Quote(1, 1, 1, 0.1)]
    assert with_rivals(chosen, [Quote(1, 1, 1, 0.1), None], 5) == [*chosen, Quote(1, 1, 1, 0.1)]
    assert with_rivals(chosen[:1], [Quote(1, 1, 1, 0.1)], 1) == chosen[:1]


def test_a_sentence_with_a_score_of_zero_is_never_taken() -> None:
    assert [(q.paper, q.sentence) for q in choose([0.9], [[0.0, 0.3]], 5)] == [(0, 2)]
    assert choose([0.9, 0.8], [[0.0], [0.0, 0.0]], 5) == []
    assert [(q.paper, q.sentence) for q in of_each([0, 1], [[0.0], [0.2]])] == [(1, 1)]
    assert best_of([[0.0, 0.0]], 0) is None
    assert best_of([[0.1, 0.3]], 0) == Quote(0, 2, 2, 0.3)
