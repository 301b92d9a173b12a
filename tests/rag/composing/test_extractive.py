"""Which sentences are quoted, and in what order."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.assistant import Assistant
from footnote.rag.composing.extractive import choose, choose_of_several

sentences = st.lists(
    st.lists(st.floats(0, 1, exclude_min=True), min_size=1, max_size=12), min_size=1, max_size=6
)


def test_a_clear_best_paper_gets_the_quotes() -> None:
    chosen = choose([0.95, 0.4], [[0.1, 0.8, 0.7, 0.02], [0.9, 0.9, 0.9, 0.9]], 5)
    assert [(q.paper, q.sentence) for q in chosen] == [(0, 1), (0, 2), (0, 3)]


def test_papers_that_tie_share_the_quotes() -> None:
    chosen = choose([0.9, 0.9], [[0.1, 0.8, 0.7], [0.9, 0.1, 0.6]], 4)
    assert [(q.paper, q.sentence) for q in chosen] == [(0, 2), (0, 3), (1, 1), (1, 3)]


def test_a_quote_that_is_clearly_the_best_leads_and_its_paper_too() -> None:
    chosen = choose([0.9, 0.4], [[0.3, 0.2, 0.9], [0.9]], 5)
    assert [(q.paper, q.sentence) for q in chosen] == [(0, 3), (0, 1), (0, 2)]
    chosen = choose([0.9, 0.9], [[0.3, 0.4], [0.2, 0.9]], 5)
    assert [(q.paper, q.sentence) for q in chosen] == [(1, 2), (1, 1), (0, 1), (0, 2)]


def test_where_several_are_asked_for_papers_near_the_best_have_their_part() -> None:
    scores = [[0.9, 0.8, 0.7, 0.6], [0.1, 0.2, 0.3], [0.9], [0.8, 0.9], [1.0]]
    papers = [0.9, 0.82, 0.5, 0.4, 0.4]
    assert {q.paper for q in choose(papers, scores, 5)} == {0}
    chosen = choose_of_several(papers, scores, 5)
    assert [(q.paper, q.sentence) for q in chosen] == [(0, 1), (0, 2), (1, 2), (1, 3), (2, 1)]
    assert [(q.paper, q.sentence) for q in choose_of_several(papers, scores, 2)] == [(0, 1), (1, 3)]
    assert {q.paper for q in choose_of_several([0.9, 0.9, 0.9, 0.8, 0.8], scores, 5)} == {0, 1, 2, 3, 4}


def test_what_adds_little_to_a_good_answer_is_left_out() -> None:
    scores = [[0.09, 0.9, 0.5]]
    assert [q.sentence for q in choose([0.9], scores, 5)] == [2, 1, 3]
    assert [q.sentence for q in choose([0.9], scores, 5, enough=0.2)] == [2, 3]


def test_something_is_always_quoted() -> None:
    assert len(choose([0.5], [[0.0001, 0.0002]], 5)) == 1


@given(sentences, st.integers(1, 8), st.booleans(), st.floats(0, 1))
def test_quotes_are_bounded_and_distinct_and_a_papers_stand_together(
    table: list[list[float]], limit: int, several: bool, enough: float
) -> None:
    scores = sorted((0.1 * n for n in range(len(table))), reverse=True)
    chosen = (
        choose_of_several(scores, table, limit) if several else choose(scores, table, limit, enough=enough)
    )
    places = [(q.paper, q.sentence) for q in chosen]
    assert 1 <= len(places) <= limit
    assert len(set(places)) == len(places)
    papers = [paper for paper, _ in places]
    assert len(list(groupby(papers))) == len(set(papers))
    if several:
        assert max(Counter(papers).values()) <= 2
        assert places == sorted(places)


def test_a_number_that_is_asked_for_comes_first(assistant: Assistant) -> None:
    answer = assistant.ask("How many volunteers took part in building OpenAssistant Conversations?")
    assert "13,500 volunteers" in answer.citations[0].quote


def test_a_question_for_papers_is_answered_by_several(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers use inverse reinforcement learning for LLM alignment?")
    assert len({citation.paper for citation in answer.citations}) >= 3


def test_where_the_code_lies_is_quoted_only_when_asked(assistant: Assistant) -> None:
    place = "The code is publicly available at https://github.com/Raibows/CREAM."
    assert place not in assistant.ask("What is CREAM?").text
    assert place in assistant.ask("Where is the code of CREAM available?").text
