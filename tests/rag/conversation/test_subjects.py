"""What a question is about, where that can stand for a pronoun."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.conversation.subjects import Subjects, most_cited, subjects_of
from tests.rag.conversation.test_references import COST, DPO, SURVEY, answered


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is DPO?", ["DPO"]),
        ("what is reward hacking", ["reward hacking"]),
        ("What are process reward models?", ["process reward models"]),
        ("How does PORTIA work?", ["PORTIA"]),
        ("What does GRAPE do for vision-language-action models?", ["GRAPE"]),
        ("How does Magpie get its instructions?", ["Magpie"]),
        ("Is GPT-4 a fair evaluator?", ["GPT-4"]),
        ("Tell me about the paper on Magpie.", ["Magpie"]),
        ("What is the main idea of PAD?", ["PAD"]),
        ("What is URIAL's cost?", ["URIAL"]),
        ("How does TPO differ from DPO?", ["TPO"]),
        ("Compare URIAL and Magpie.", ["URIAL", "Magpie"]),
        ("What is the difference between reward hacking and sycophancy?", ["reward hacking", "sycophancy"]),
        ("What are DPO and PPO?", ["DPO", "PPO"]),
        ("“A Survey of Image Models”?", ["“A Survey of Image Models”"]),
        ("Can you explain what Panacea does?", ["Panacea"]),
        ("Explain weak-to-strong generalization to a newcomer", ["weak-to-strong generalization"]),
        ("What does the survey on pluralistic alignment say?", ["the survey on pluralistic alignment"]),
        ("Who proposed DPO?", ["DPO"]),
        ("Magpie", ["Magpie"]),
        ("Are LLM judges swayed by the order of the answers?", []),
        ("Do LLMs lean to one political side?", []),
        ("Is there a survey of LLM alignment?", []),
        ("What is known about sycophancy in assistants?", []),
        ("What is the effect of model size on political bias?", []),
        ("What is it?", []),
        ("Who is the author of this?", []),
        ("Compare them.", []),
        ("How can the reward of DPO be used per token?", []),
        ("Was ist DPO?", []),
    ],
)
def test_the_subject_is_a_name_or_a_short_phrase(question: str, names: list[str]) -> None:
    assert list(subjects_of(question).names) == names


def test_only_a_question_that_asks_what_a_thing_is_is_about_nothing_else() -> None:
    assert subjects_of("What is DPO?").whole
    assert not subjects_of("What are the limitations of DPO?").whole
    assert not subjects_of("How does DPO avoid reward models?").whole


def test_several_take_a_verb_in_the_plural() -> None:
    assert subjects_of("What are process reward models?").plural
    assert subjects_of("Compare URIAL and Magpie.").plural
    assert not subjects_of("What is DPO?").plural


def test_of_several_the_one_is_meant_that_is_most_cited() -> None:
    answer = answered(DPO, COST, COST)
    assert most_cited(["Direct Preference Optimization", "Cost Study"], answer) == "Cost Study"
    assert most_cited(["Direct Preference Optimization", "Cost"], answered(DPO, COST)) is None
    assert most_cited(["PP", "Image"], answered(DPO, SURVEY)) == "Image", "whole words"
    assert most_cited(["GRPO", "ORPO"], answer) is None
    assert most_cited(["DPO"], None) is None


@given(st.text(max_size=1500))
def test_any_question_can_be_read(question: str) -> None:
    found = subjects_of(question)
    assert isinstance(found, Subjects)
    assert all(found.names)
