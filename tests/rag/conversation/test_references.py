"""Papers that a question means by their place in an earlier answer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Answer, Citation, Claim, Nearest
from footnote.rag.conversation.condense import MAX_HISTORY_CHARS, condense
from footnote.rag.conversation.messages import Message, as_messages
from footnote.rag.conversation.references import (
    MAX_NAMED,
    MAX_TITLE_CHARS,
    papers_of,
    resolve_references,
    shown_title,
)
from footnote.store.papers import Paper

DPO = Paper(
    id="dpo",
    title="Direct Preference Optimization: Your Model is a Reward Model",
    abstract="We train on pairs, without PPO. It is stable.",
    date="2023-05",
    authors=("Rafailov, R.",),
)
COST = Paper(id="cost", title="Alignment Cost Study", abstract="Costs fall by half.", date="2024")
TITLES = re.compile("“([^”]*)”")
SURVEY = Paper(id="survey", title="A Survey of Image Models", abstract="We survey video too.")


def answered(*papers: Paper, question: str = "Which works are on alignment?") -> Answer:
    """An answer with one footnote a paper given; a paper may come twice."""
    citations = tuple(
        Citation.of(p, n, n + 10) for n, p in enumerate(papers)
    )  # each footnote is of other words
    claims = tuple(Claim(text="So.", citations=(n,), verdict="checked") for n in range(1, len(papers) + 1))
    return Answer(
        question=question,
        standalone=question,
        status="answered",
        claims=claims,
        citations=citations,
        mode="extractive",
    )


def refused(*papers: Paper) -> Answer:
    return Answer(
        question="What of geology?",
        standalone="What of geology?",
        status="unsupported",
        nearest=tuple(Nearest(paper=p, score=0.1) for p in papers),
        mode="extractive",
    )


THREE = as_messages([answered(DPO, COST, DPO, SURVEY)])
TWO = as_messages([answered(DPO, COST)])
ONE = as_messages([answered(COST)])
THEN_ONE = as_messages([answered(DPO, COST), answered(COST, question="What does it cost?")])


@pytest.mark.parametrize(
    ("history", "question", "meant"),
    [
        (THREE, "What does the second one report on costs?", [COST]),
        (THREE, "and the first paper?", [DPO]),
        (THREE, "Is the last of them about images?", [SURVEY]),
        (THREE, "Is the final paper any good?", [SURVEY]),
        (THREE, "what about paper 3", [SURVEY]),
        (THREE, "is number 2 open source?", [COST]),
        (THREE, "#2?", [COST]),
        (THREE, "What does the 2nd say about costs?", [COST]),
        (THREE, "compare the first and the third", [DPO, SURVEY]),
        (THREE, "compare the first and third papers", [DPO, SURVEY]),
        (THREE, "What does the second method do?", [COST]),
        (THREE, "Does [2] use pairs?", [COST]),
        (THREE, "Does [3] use pairs?", [DPO]),  # footnotes count quotes, not papers
        (THREE, "Is [4] or [1] newer?", [SURVEY, DPO]),
        (THREE, "is footnote 2 about money?", [COST]),
        (THREE, "how do these papers differ?", [DPO, COST, SURVEY]),
        (THREE, "the DPO one", [DPO]),
        (THREE, "does the survey one cover video?", [SURVEY]),
        (THREE, "the one by Rafailov, is it stable?", [DPO]),
        (THREE, "and the 2024 paper?", [COST]),
        (THREE, "what does the paper on images say?", [SURVEY]),
        (THREE, "is the PPO one older?", [DPO]),
        (TWO, "is the former or the latter cheaper?", [DPO, COST]),
        (TWO, "What does the latter cost?", [COST]),
        (TWO, "Do both papers agree?", [DPO, COST]),
        (TWO, "do both use pairs?", [DPO, COST]),
        (ONE, "does this paper say why?", [COST]),
        (ONE, "what does the paper conclude", [COST]),
        (THEN_ONE, "and the first one?", [DPO]),  # one paper has no first: the answer before is meant
        (THEN_ONE, "what about the other one?", [DPO]),
        (as_messages([refused(SURVEY, COST)]), "what is the second paper about?", [COST]),
    ],
)
def test_a_place_means_a_paper(history: tuple[Message, ...], question: str, meant: list[Paper]) -> None:
    named = resolve_references(question, history)
    assert TITLES.findall(named) == [shown_title(paper) for paper in meant]
    standalone = condense(question, history)
    assert all(f"“{paper.title}”" in standalone for paper in meant)


@pytest.mark.parametrize(
    ("history", "question"),
    [
        (THREE, "What is the second stage of RLHF?"),
        (THREE, "What is the second best method for saving labels?"),
        (THREE, "What is the first paper to propose DPO?"),
        (THREE, "Which was the first study of reward hacking?"),
        (THREE, "What values lie in [0, 1]?"),
        (THREE, "What does [2](http://example.org) say about alignment?"),
        (THREE, "What happened in [2024]?"),
        (THREE, "Is GPT 4 a fair judge of answers?"),
        (THREE, "What does paper 7 say about images?"),
        (THREE, "Which paper studies video generation first?"),
        (THREE, "do both use pairs?"),
        (THREE, "does the cheaper one use pairs?"),
        (THREE, "Which is better, the former or the latter?"),
        (TWO, "Is DPO or PPO better, and what does the latter need?"),
        (TWO, "How do both sides of a debate learn from one judge?"),
        (ONE, "What is the second paper about?"),
        (ONE, "How does the paper on Magpie get its instructions?"),
        ((), "What does the second one report?"),
        (as_messages([{"role": "assistant", "content": "Costs fall [1]. They rise [2]."}]), "Is [2] sure?"),
    ],
)
def test_what_means_no_paper_is_left_as_it_is(history: tuple[Message, ...], question: str) -> None:
    assert resolve_references(question, history) == question


def test_the_title_stands_where_the_reference_stood() -> None:
    asked = "What does the second one report on costs?"
    assert condense(asked, THREE) == "What does “Alignment Cost Study” report on costs?"
    assert condense("and the second one?", THREE) == "“Alignment Cost Study”?"


def test_without_an_answer_a_place_falls_back_on_the_question_before() -> None:
    history = as_messages([{"role": "user", "content": "Which papers study DPO?"}])
    assert condense("and the second one?", history) == "Which papers study DPO? and the second one?"


def test_footnotes_are_called_by_the_numbers_that_they_keep_through_a_conversation() -> None:
    first, then = answered(DPO, COST), answered(SURVEY, COST)
    history = as_messages([first, then.model_copy(update={"numbers": (3, 2)})])
    named = resolve_references("Is [3] newer than [1] and [2]?", history)
    assert TITLES.findall(named) == [SURVEY.title, DPO.title, COST.title]


def test_papers_are_listed_once_in_the_order_of_their_first_footnotes() -> None:
    assert papers_of(answered(DPO, COST, DPO, SURVEY)) == (DPO, COST, SURVEY)
    assert papers_of(refused(SURVEY, COST)) == (SURVEY, COST)


def test_a_title_can_neither_end_its_quotation_nor_be_taken_for_a_marker() -> None:
    sly = Paper(id="sly", title='An “old” [1.2] "trick"\n of ' + "words " * 60, abstract="An abstract of it.")
    named = resolve_references("and the second one?", as_messages([answered(COST, sly)]))
    assert named.startswith("and “An 'old' (1.2) 'trick' of words words")
    assert named.endswith("words…”?")
    assert len(named) < MAX_TITLE_CHARS + 20


@given(st.text(max_size=300), st.sampled_from([(), ONE, TWO, THREE, THEN_ONE]))
def test_no_question_makes_it_fail(question: str, history: tuple[Message, ...]) -> None:
    added = TITLES.findall(resolve_references(question.replace("“", ""), history))
    assert len(added) <= MAX_NAMED
    assert len(condense(question, history)) <= len(question) + MAX_HISTORY_CHARS + MAX_NAMED * 200


PIECES = [
    "the second one",
    "[1]",
    "[2]",
    "#3",
    "both",
    "the former",
    "all of them",
    "paper 2",
    "the DPO one",
    "and",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
def test_a_heap_of_references_names_few_papers(question: str) -> None:
    assert resolve_references(question, THREE).count("“") <= MAX_NAMED
