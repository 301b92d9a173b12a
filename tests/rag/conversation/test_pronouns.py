"""Pronouns, and parts without a whole, are filled with what was spoken of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.conversation.pronouns import resolve_pronoun
from footnote.rag.conversation.subjects import Subjects, subjects_of

ONE, TWO = subjects_of("What is URIAL?"), subjects_of("Compare URIAL and Magpie.")
MANY, PHRASE = subjects_of("What are process reward models?"), subjects_of("What is reward hacking?")


@pytest.mark.parametrize(
    ("question", "subjects", "full"),
    [
        ("who wrote it?", ONE, "who wrote URIAL?"),
        ("and what about its cost?", ONE, "What about the cost of URIAL?"),
        ("and its GPU memory?", ONE, "What about the GPU memory of URIAL?"),
        ("Does their code work?", ONE, "Does URIAL's code work?"),
        ("how does that compare with DPO", ONE, "how does URIAL compare with DPO"),
        ("who are the authors?", ONE, "who are the authors of URIAL?"),
        ("what does the paper say about DPO?", ONE, "what does URIAL say about DPO?"),
        ("ok, is it cheap and does it scale?", ONE, "Is URIAL cheap and does it scale?"),
        ("is it true that it helps?", ONE, "is it true that URIAL helps?"),
        ("it’s slow, why?", ONE, "URIAL is slow, why?"),
        ("how does it work?", TWO, "how do URIAL and Magpie work?"),
        ("Is it cheap?", TWO, "Are URIAL and Magpie cheap?"),
        ("are they cheap?", TWO, "are URIAL and Magpie cheap?"),
        ("how are they trained?", MANY, "how are process reward models trained?"),
        ("what are their costs?", MANY, "what are the costs of process reward models?"),
        ("how can that be prevented", PHRASE, "how can reward hacking be prevented"),
    ],
)
def test_the_subject_takes_the_place(question: str, subjects: Subjects, full: str) -> None:
    assert resolve_pronoun(question, subjects) == full


@pytest.mark.parametrize(
    ("question", "subjects"),
    [
        ("why?", ONE),
        ("how long does it take to train?", ONE),
        ("does it matter whether labels are noisy?", ONE),
        ("is that the state of the art?", ONE),
        ("what do they conclude?", ONE),  # the authors
        ("what does the paper say?", PHRASE),
        ("is it safe?", Subjects()),
    ],
)
def test_where_nothing_is_sure_nothing_is_put(question: str, subjects: Subjects) -> None:
    assert resolve_pronoun(question, subjects) is None


@given(
    st.text(max_size=1200) | st.lists(st.sampled_from(["it", "İt", "its", "the cost", "does"])).map(" ".join)
)
def test_any_question_can_be_put(question: str) -> None:
    for subjects in (ONE, TWO, PHRASE):
        if (full := resolve_pronoun(question, subjects)) is not None:
            assert str(subjects) in full
