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
from footnote.rag.conversation.messages import Message, as_messages, cleaned
from footnote.store.papers import Paper

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "eval/questions/dev.jsonl").read_text("utf-8").splitlines()
]
EARLIER = Message(role="user", content="What does GRAPE do for vision-language-action models?")


@pytest.mark.parametrize(
    "question", ["was that expected?", "what about crashes?", "Why?", "who are the authors?", "does it scale"]
)
def test_a_question_that_depends_on_context_comes_after_the_one_before_it(question: str) -> None:
    assert condense(question, [EARLIER]) == f"{EARLIER.content} {question}"


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
    assert condense(row["question"], history) == row["expected"]


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


def test_a_chain_of_follow_ups_reaches_its_last_whole_question() -> None:
    history = conversation("What is GRPO?", "What is DPO?", "Why is it used?")
    assert condense("And its limits?", history) == "What is DPO? Why is it used? And its limits?"


def test_follow_ups_between_stay_where_they_have_words_of_their_own_and_are_few() -> None:
    history = conversation("Are there benchmarks of reward models?", "and for video?", "why?")
    asked = "what about images?"
    assert condense(asked, history) == f"Are there benchmarks of reward models? and for video? {asked}"
    history = conversation("What is DPO?", "and for video?", "and for sound?", "and for robots?")
    assert condense(asked, history) == f"What is DPO? and for sound? and for robots? {asked}"


def test_what_is_too_long_is_left_out_and_the_rest_stays_in_order() -> None:
    long = "What is DPO? " + "x" * MAX_HISTORY_CHARS
    history = conversation(long, "and for video?", "and for sound?")
    assert condense("and for robots?", history) == "and for video? and for sound? and for robots?"


def test_a_format_request_is_for_the_last_question_and_not_kept() -> None:
    history = conversation("What is DPO?", "how was it tested?", "in one sentence")
    assert condense("shorter, please", history) == "What is DPO? how was it tested? shorter, please"
    assert condense("and on images?", history) == "What is DPO? how was it tested? and on images?"
    assert condense("shorter, please", ()) == "shorter, please"


def test_a_name_that_is_asked_about_instead_takes_the_place_of_the_old_one() -> None:
    history = conversation("How does LiPO compare with DPO?")
    assert condense("and KTO?", history) == "How does LiPO compare with KTO?"
    assert condense("sorry, with KTO I mean", history) == "How does LiPO compare with KTO?"
    assert condense("not LiPO, PRO", history) == "How does PRO compare with DPO?"
    assert (
        condense("Sorry, I meant DAS and RecGPT.", conversation("What is PAD?")) == "What is DAS and RecGPT?"
    )
    asked = "And OneRec-V2? What are its two big changes?"
    assert condense(asked, conversation("What is OneRec?")) == f"What is OneRec? {asked}"


def test_questions_in_another_language_do_not_pile_up() -> None:
    german = "Wie wird die Ausrichtung von Modellen und ihre Sicherheit gemessen?"
    history = conversation("What is DPO?", german, "Und wie ist das mit den Kosten für die Modelle?")
    assert condense("and its limits?", history) == "What is DPO? and its limits?"
    assert condense("and its limits?", conversation(german, german)) == f"{german} and its limits?"
    assert condense(german, history) == german


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
    assert condense("and KTO?", history) == "What are the limits of KTO?"


def test_follow_ups_find_the_papers_that_they_are_about(assistant: Assistant) -> None:
    """On the 50 of `follow_ups.jsonl` the mean nDCG@10 is .885; .426 where the history is left out."""
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
