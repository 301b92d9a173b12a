"""Follow-ups made to stand alone by rule."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.eval.datasets.judged import judged_questions
from footnote.eval.questions import read_questions
from footnote.rag.answer import Answer, Citation, Claim
from footnote.rag.assistant import Assistant
from footnote.rag.conversation.condense import MAX_HISTORY_CHARS, condense
from footnote.rag.conversation.context_dependence import depends_on_context
from footnote.rag.conversation.messages import Message, as_messages, cleaned
from footnote.store.papers import Paper

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "eval/questions/dev.jsonl").read_text("utf-8").splitlines()
]
EARLIER = Message(role="user", content="What does GRAPE do for vision-language-action models?")


@pytest.mark.parametrize("question", ["was that expected?", "what about crashes?", "Why?"])
def test_a_question_that_only_refers_back_gets_the_one_before_it(question: str) -> None:
    assert condense(question, [EARLIER]) == f"{EARLIER.content} {question}"


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("and did that make it cost more?", "Did that make GRAPE cost more?"),
        (
            "what about crashes and the length of rollouts?",
            "GRAPE: what about crashes and the length of rollouts?",
        ),
        ("who are the authors?", "who are the authors of GRAPE?"),
    ],
)
def test_where_a_name_will_do_no_other_word_of_the_old_question_comes_along(
    question: str, standalone: str
) -> None:
    assert condense(question, [EARLIER]) == standalone


CONVERSATIONS = [
    json.loads(line)
    for line in Path(__file__).with_name("conversations.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("row", CONVERSATIONS, ids=lambda row: row["id"])
def test_a_conversation_leads_to_a_question_that_stands_alone(row: dict[str, Any]) -> None:
    """Corrections, courtesies, format requests, places and names; some with an answer that quotes papers."""
    history: tuple[Message, ...] = ()
    for turn in row["turns"]:
        asked = Message(role="user", content=turn["asked"])
        answer = quoting(turn["asked"], turn.get("quoted", ()), condense(turn["asked"], history))
        history += (asked, Message(role="assistant", content="It says so.", answer=answer))
    standalone = condense(row["question"], history)
    if "expected" in row:
        assert standalone == row["expected"]
    assert all(part in standalone for part in row.get("says", ()))
    assert not any(part in standalone for part in row.get("says_not", ()))


def quoting(question: str, titles: Sequence[str], standalone: str) -> Answer | None:
    """An answer with a quote of each title's paper, in order."""
    papers = [Paper(id=title, title=title, abstract="It is as it is, and so it is said.") for title in titles]
    if not papers:
        return None
    return Answer(
        question=question,
        standalone=standalone,
        status="answered",
        claims=tuple(Claim(text="So.", citations=(n,), verdict="checked") for n in range(1, len(papers) + 1)),
        citations=tuple(Citation.of(paper, n, n + 9) for n, paper in enumerate(papers)),
        mode="extractive",
    )


def test_a_question_that_stands_alone_is_left_alone() -> None:
    asked = "How can an aligner be trained without preference labels?"
    assert condense(asked, [EARLIER]) == asked


def test_without_history_nothing_changes() -> None:
    for row in QUESTIONS:
        assert condense(row["question"], ()) == row["question"]


def conversation(*questions: str) -> tuple[Message, ...]:
    return as_messages(
        [
            message
            for question in questions
            for message in (
                {"role": "user", "content": question},
                {"role": "assistant", "content": "It says so."},
            )
        ]
    )


def test_a_chain_of_follow_ups_reaches_its_first_question() -> None:
    history = conversation("What is GRPO?", "What is DPO?", "Why is it used?")
    assert condense("And its limits?", history) == "What about the limits of DPO?"


def test_follow_ups_between_stay_where_they_bring_a_topic_and_are_few() -> None:
    history = conversation("Are there benchmarks of reward models?", "and for video?", "how was it tested?")
    asked = "what about images?"
    assert condense(asked, history) == f"Are there benchmarks of reward models? and for video? {asked}"
    history = conversation("What is DPO?", "and for video?", "and for sound?", "and for robots?")
    assert condense(asked, history) == f"DPO: and for sound? and for robots? {asked}"


def test_a_format_request_is_for_the_last_question_and_not_kept() -> None:
    history = conversation("What is DPO?", "how was it tested?", "in one sentence")
    assert condense("shorter, please", history) == "how was DPO tested? shorter, please"
    assert condense("and on images?", history) == "how was DPO tested? and on images?"
    assert condense("shorter, please", ()) == "shorter, please"


def test_two_that_were_asked_of_in_turn_are_meant_together() -> None:
    history = conversation("What is DPO?", "What is PPO?")
    assert condense("compare the two", history) == "compare DPO and PPO"
    assert condense("which of them is cheaper?", history) == "which of DPO and PPO is cheaper?"
    assert condense("who wrote it?", history) == "who wrote PPO?"


def test_a_piece_of_a_question_stays_with_it() -> None:
    history = conversation("How do LLM judges work?", "are they biased?")
    assert condense("in which direction?", history) == "are LLM judges biased? in which direction?"
    assert condense("any code?", history) == "LLM judges: any code?"


def test_a_name_that_is_asked_of_next_is_what_is_spoken_of_then() -> None:
    history = conversation("Do reward models overfit?", "what about URIAL?")
    assert condense("what does it cost?", history) == "what does URIAL cost?"


def test_a_conversation_that_opens_with_a_follow_up_keeps_its_opening() -> None:
    assert condense("why?", conversation("how is it trained?")) == "how is it trained? why?"


def test_a_question_that_a_model_made_whole_is_leant_on_in_that_form() -> None:
    answer = Answer(
        question="And its limits?",
        standalone="What are the limits of DPO?",
        status="unsupported",
        mode="extractive",
    )
    history = as_messages([*conversation("What is DPO?"), answer])
    assert condense("why?", history) == "What are the limits of DPO? why?"


def test_follow_ups_find_the_papers_that_they_are_about(assistant: Assistant) -> None:
    """On the 50 of `follow_ups.jsonl` the mean nDCG@10 is .893; .426 where the history is left out."""
    questions = read_questions(Path(__file__).with_name("follow_ups.jsonl"))
    judged = judged_questions(questions, assistant.library.catalog.papers(), assistant.settings)
    gains = [
        ndcg([hit.paper.id for hit in assistant.search(query.text, k=10).hits], query.grades)
        for query in judged.queries
    ]
    assert len(gains) == 50
    assert sum(gains) / len(gains) > 0.87


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    gained = sum(1 / math.log2(place + 2) for place, paper in enumerate(found) if grades.get(paper))
    return gained / sum(1 / math.log2(place + 2) for place in range(min(10, len(grades))))


def test_every_follow_up_of_the_development_set_is_seen_as_one() -> None:
    follow_ups = [row for row in QUESTIONS if row.get("history")]
    assert len(follow_ups) == 8
    assert all(depends_on_context(row["question"]) for row in follow_ups)


def test_history_is_bounded() -> None:
    long = [Message(role="user", content="it " * 3000)]
    assert condense("and it?", long) == "and it?"


def test_history_is_cleaned_as_the_question_is() -> None:
    earlier = Message(role="user", content=" What is\x07 DPO\x1c\u200b?\n\ud800 ")
    assert cleaned(earlier.content) == "What is  DPO  ?\n?"
    assert condense("Why?", [earlier]) == "What is  DPO  ?\n? Why?"


messages = st.builds(
    Message,
    role=st.sampled_from(["user", "assistant"]),
    content=st.one_of(
        st.text(max_size=80),
        st.sampled_from(
            ["and it?", "why?", "What is DPO?", "no, I meant PPO", "and LiPO?", "shorter", "x" * 5000]
        ),
    ),
)


asked = st.text(max_size=200) | st.sampled_from(
    ["and its cost?", "no, I meant GRPO", "in German", "does it?"]
)


@given(asked, st.lists(messages, max_size=12))
def test_any_history_gives_a_bounded_question(question: str, history: list[Message]) -> None:
    standalone = condense(question, history)
    assert standalone == cleaned(standalone)
    assert bool(standalone) >= bool(cleaned(question))
    assert len(standalone) <= len(cleaned(question)) + MAX_HISTORY_CHARS + 10


@given(st.text(max_size=500))
def test_any_question_without_history_is_only_cleaned(question: str) -> None:
    assert condense(question, ()) == cleaned(question)
