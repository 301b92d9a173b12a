"""Courtesies and format requests are distinguished from questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.assistant import Assistant
from footnote.rag.conversation.chitchat import is_courtesy, is_format_request

COURTESIES = """
thanks!
great, thank you
Thank you so much, that helps
ok
got it
cool, thx
I see.
that’s great
hello
good evening!
good to know, thanks
""".strip().splitlines()
FORMAT_REQUESTS = """
in german please
shorter
Shorter, please
explain like I’m five
as bullet points, please
can you put that in simpler words?
explain that in simple words
ELI5
in one sentence
translate it into French
numbers first
give me more detail
make it shorter
could you summarize that in two sentences?
and in English?
""".strip().splitlines()
QUESTIONS = """
thanks! what about robustness?
is it good
ok?
really?
What is DPO?
nice paper on DPO
in low-resource languages?
for images?
in code
explain reward hacking in simple words
shorter sequences?
German models?
what about tables?
why
""".strip().splitlines()


@pytest.mark.parametrize("text", COURTESIES)
def test_a_courtesy_asks_nothing(text: str) -> None:
    assert is_courtesy(text)
    assert not is_format_request(text)


@pytest.mark.parametrize("text", FORMAT_REQUESTS)
def test_a_format_request_asks_for_a_form(text: str) -> None:
    assert is_format_request(text)
    assert not is_courtesy(text)


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_neither(text: str) -> None:
    assert not is_courtesy(text)
    assert not is_format_request(text)


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from([*COURTESIES, *FORMAT_REQUESTS]), max_size=60).map(" ".join)
)
def test_any_text_can_be_classified(text: str) -> None:
    if is_courtesy(text) or is_format_request(text):
        assert len(" ".join(text.split())) <= 200


def test_thanks_are_declined_whatever_came_before(assistant: Assistant) -> None:
    first = assistant.ask("What is URIAL?")
    for history in ((), (first,)):
        answer = assistant.ask("thanks!", history=history)
        assert (answer.standalone, answer.status, answer.confidence) == ("thanks!", "unsupported", 0)
        assert any("asks nothing" in str(warning) for warning in answer.warnings)


def test_a_name_that_the_best_paper_does_not_have_counts_in_a_follow_up_too(assistant: Assistant) -> None:
    """The confidence reads the question that was searched for, not the words of the follow-up alone."""
    first = assistant.ask("What is URIAL?")
    follow_up = assistant.ask("and ZORBLAX-9?", history=[first])
    assert follow_up.standalone == "What is ZORBLAX-9?"
    assert follow_up.confidence == assistant.ask("What is ZORBLAX-9?").confidence
    assert assistant.ask("who wrote it?", history=[follow_up]).confidence == (
        assistant.ask("What is ZORBLAX-9? who wrote it?").confidence
    )
