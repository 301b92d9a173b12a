from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.replies.visible import Cleaner, visible_text


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("<think>Or not.</think>It is.", "It is."),
        ("<Thinking>Or not.</THINKING>It is.", "It is."),
        ("<seed:think>Or not.</seed:think>It is.", "It is."),
        ("◁think▷Or not.◁/think▷It is.", "It is."),
        ("[THINK]Or not.[/THINK]It is.", "It is."),
        ("<|begin_of_thought|>Or not.<|end_of_thought|>It is.", "It is."),
        ("Or not, <think> it is.</reasoning>It is.", "Or not, It is."),
        ("Opened by the server.</think>It is.", "It is."),
        ("Opened by the server.◁/think▷It is.", "It is."),
        ("It is. <reasoning>And never closed", "It is. "),
        ("<answer>It is.</answer>", "It is."),
        ("```json\n{}\n```", "\n{}\n"),
        ("x < y ◁ z [th] <answ", "x < y ◁ z [th] <answ"),
        ("a\u200bb\U000e0041", "ab"),
    ],
)
def test_what_the_reader_is_meant_to_see(reply: str, shown: str) -> None:
    assert visible_text(reply) == shown


@given(
    st.lists(
        st.sampled_from(
            ["<think>", "</think>", "◁think▷", "◁", "[/THINK]", "<answer>", "<", "[", "```", "\n", "a"]
        )
        | st.text(max_size=2),
        max_size=20,
    ).map("".join)
)
def test_what_is_held_back_is_at_most_a_tag(reply: str) -> None:
    cleaner = Cleaner()
    for char in reply:
        cleaner.step(char)
    assert len(cleaner.finish()) <= 60
