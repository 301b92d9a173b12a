"""Which sentences are quoted, and in what order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.composing.extractive import choose

sentences = st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=12), min_size=1, max_size=6)


def test_a_clear_best_paper_gets_the_quotes() -> None:
    chosen = choose([0.95, 0.4], [[0.1, 0.8, 0.7, 0.02], [0.9, 0.9, 0.9, 0.9]], 5)
    assert [(q.paper, q.sentence) for q in chosen] == [(0, 1), (0, 2), (0, 3)]


def test_papers_that_tie_share_the_quotes() -> None:
    chosen = choose([0.9, 0.9], [[0.1, 0.8, 0.7], [0.9, 0.1, 0.6]], 4)
    assert [(q.paper, q.sentence) for q in chosen] == [(0, 2), (0, 3), (1, 1), (1, 3)]


def test_something_is_always_quoted() -> None:
    assert len(choose([0.5], [[0.0001, 0.0002]], 5)) == 1


@given(sentences, st.integers(1, 8))
def test_quotes_are_bounded_distinct_and_in_reading_order(table: list[list[float]], limit: int) -> None:
    scores = sorted((0.1 * n for n in range(len(table))), reverse=True)
    chosen = choose(scores, table, limit)
    places = [(q.paper, q.sentence) for q in chosen]
    assert 1 <= len(places) <= limit
    assert places == sorted(set(places))


def test_where_the_code_lies_is_quoted_only_when_asked(assistant: Assistant) -> None:
    place = "The code is publicly available at https://github.com/Raibows/CREAM."
    assert place not in assistant.ask("What is CREAM?").text
    assert place in assistant.ask("Where is the code of CREAM available?").text
