"""Which sentences are quoted, and in what order."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.assistant import Assistant
from footnote.rag.composing.quote_choice import MAX_SURVEYED, Quote, choose, of_each, surveyed

sentences = st.lists(
    st.lists(st.floats(0, 1, exclude_min=True), min_size=1, max_size=12), min_size=1, max_size=6
)


def places(chosen: list[Quote]) -> list[tuple[int, list[int]]]:
    return [(quote.paper, list(quote.sentences)) for quote in chosen]


def test_a_clear_best_paper_gets_the_quotes() -> None:
    chosen = choose([0.95, 0.4], [[0.7, 0.02, 0.8, 0.02, 0.6], [0.9, 0.9]], 5)
    assert places(chosen) == [(0, [3]), (0, [1]), (0, [5])]


def test_papers_that_tie_share_the_quotes() -> None:
    chosen = choose([0.9, 0.9], [[0.1, 0.8, 0.0], [0.9, 0.1, 0.6]], 4)
    assert places(chosen) == [(1, [1]), (1, [3]), (0, [2])]


def test_the_best_quote_leads_and_the_rest_of_its_paper_follows_in_order() -> None:
    chosen = choose([0.9, 0.4], [[0.3, 0.0, 0.2, 0.0, 0.9], [0.9]], 5)
    assert places(chosen) == [(0, [5]), (0, [1]), (0, [3])]
    chosen = choose([0.9, 0.9], [[0.3, 0.0, 0.4], [0.2, 0.0, 0.41]], 5)
    assert places(chosen) == [(1, [3]), (1, [1]), (0, [1]), (0, [3])]


def test_neighbours_are_one_quote_of_two_sentences_at_most() -> None:
    assert places(choose([0.9], [[0.0, 0.5, 0.9, 0.4]], 5)) == [(0, [2, 3]), (0, [4])]
    assert places(choose([0.9], [[0.5, 0.9, 0.0, 0.7, 0.6]], 2)) == [(0, [1, 2]), (0, [4, 5])]


def test_the_less_sure_the_paper_the_fewer_quotes() -> None:
    scores = [[0.9, 0.0, 0.3, 0.0, 0.1]]
    counts = [len(choose([0.9], scores, 5, best_is_right=chance)) for chance in (1.0, 0.4, 0.1)]
    assert counts == [3, 2, 1]


def test_each_paper_of_several_has_its_part_and_a_second_quote_only_where_it_is_as_good() -> None:
    scores = [[0.9, 0.2, 0.88], [0.1, 0.2, 0.3], [0.0, 0.0], [0.5]]
    chosen = of_each([3, 0, 2, 1], scores)
    assert [(q.paper, q.sentence) for q in chosen] == [(3, 1), (0, 1), (0, 3), (1, 3)]
    assert [(q.paper, q.sentence) for q in of_each([0], scores, most=1)] == [(0, 1)]


def test_a_survey_takes_what_is_about_it_the_best_first_and_no_paper_twice_over() -> None:
    same, other = np.eye(2, dtype=np.float32)
    assert surveyed([0.9, 0.89, 0.8, 0.0], np.stack([same, same, other, other])) == [0, 2, 1]
    assert surveyed([0.0], np.stack([same])) == []
    many = np.eye(2 * MAX_SURVEYED, dtype=np.float32)
    assert len(surveyed([0.9] * len(many), many)) == MAX_SURVEYED


def test_what_adds_little_to_a_good_answer_is_left_out() -> None:
    scores = [[0.09, 0.0, 0.9, 0.0, 0.5]]
    assert places(choose([0.9], scores, 5)) == [(0, [3]), (0, [1]), (0, [5])]
    assert places(choose([0.9], scores, 5, enough=0.2)) == [(0, [3]), (0, [5])]


def test_something_is_always_quoted() -> None:
    assert len(choose([0.5], [[0.0001, 0.0002]], 5)) == 1


@given(sentences, st.integers(1, 8), st.floats(0, 1))
def test_quotes_are_bounded_and_distinct_and_a_papers_stand_together(
    table: list[list[float]], limit: int, enough: float
) -> None:
    scores = sorted((0.1 * n for n in range(len(table))), reverse=True)
    chosen = choose(scores, table, limit, enough=enough)
    assert 1 <= len(chosen) <= limit
    assert max(len(quote.sentences) for quote in chosen) <= 2
    quoted = [(quote.paper, sentence) for quote in chosen for sentence in quote.sentences]
    assert len(set(quoted)) == len(quoted)
    papers = [quote.paper for quote in chosen]
    assert len(list(groupby(papers))) == len(set(papers))


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


def test_three_quotes_at_most_unless_more_are_set(assistant: Assistant) -> None:
    assert len(assistant.ask("What is MinMo?").citations) <= 3


def test_each_side_of_a_comparison_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("How do URIAL and Magpie differ?")
    assert answer.status in {"answered", "closest"}
    assert [claim.lead is not None for claim in answer.claims].count(True) == 2
    assert {"URIAL" in c.quote or "Magpie" in c.quote for c in answer.citations} == {True}


def test_a_side_that_the_library_lacks_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("Compare PINE and Zyxomat.")
    assert answer.status == "partial"
    assert "PINE" in answer.text
    assert answer.left_open == "anything about Zyxomat, which no paper here names."


def test_two_questions_in_turn_are_answered_each(assistant: Assistant) -> None:
    answer = assistant.ask("What is AlignX and how big is it?")
    assert {c.paper.id for c in answer.citations} == {answer.citations[0].paper.id}
    assert "1.3 million" in answer.text


def test_a_name_in_lower_case_finds_its_paper(assistant: Assistant) -> None:
    answer = assistant.ask("what is uRial good for in the kitchen")
    titles = {p.id: p.title for p in assistant.library.catalog.papers()}
    assert titles[answer.ranking[0]].startswith("The Unlocking Spell")


def test_a_thing_that_only_the_title_names_is_explained_by_what_the_paper_presents(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("What is OncoReason?")
    assert answer.citations[0].quote.startswith("We present a unified, multi-task learning framework")


def test_a_common_word_that_papers_write_as_a_name_makes_no_survey_a_question_about_one(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("Which papers deal with emergent misalignment?")
    titles = {citation.paper.title for citation in answer.citations}
    assert sum("Emergent Misalignment" in title for title in titles) == 2


def test_a_source_that_the_library_lacks_is_not_replaced_by_a_paper_that_mentions_it(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("Which paper introduced SimPO?")
    assert answer.status == "unsupported"
    (warning,) = answer.warnings
    assert "no paper of the library introduces SimPO" in warning.text
    assert "Reward-aware Preference Optimization" in warning.text
    held = assistant.ask("What work presents OncoReason?")
    assert held.citations[0].paper.title.startswith("OncoReason")
