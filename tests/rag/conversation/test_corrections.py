"""Names that a reader puts right, or asks of next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.conversation.corrections import (
    Correction,
    correction,
    most_similar,
    name_after,
    names_in,
    replace_name,
    replacement_name,
)


@pytest.mark.parametrize(
    ("text", "new", "old"),
    [
        ("no, I meant TPO", "TPO", None),
        ("no no, I meant tpo", "tpo", None),
        ("sorry, Magpie", "Magpie", None),
        ("I was asking about weak-to-strong generalization.", "weak-to-strong generalization", None),
        ("not DPO, PRO", "PRO", "DPO"),
        ("not text but images", "images", "text"),
        ("I meant PAD, not DAS", "PAD", "DAS"),
        ("Actually, I meant Magpie instead of URIAL.", "Magpie", "URIAL"),
        ("I meant “A Title, and More”", "“A Title, and More”", None),
        ("oh sorry, I was thinking of DreamO", "DreamO", None),
    ],
)
def test_a_correction_is_read(text: str, new: str, old: str | None) -> None:
    assert correction(text) == Correction(new, old)


@pytest.mark.parametrize(
    "text",
    ["Why not DPO?", "no, really?", "yes", "no", "I mean for robots", "I meant its cost", "What is DPO?"],
)
def test_what_corrects_no_name_is_none(text: str) -> None:
    assert correction(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("and PPO?", "PPO"),
        ("what about Magpie?", "Magpie"),
        ("and “A title here”?", "“A title here”"),
        ("same for DPO", "DPO"),
        ("Why?", None),
        ("Latency?", None),
        ("and for DPO?", None),
        ("and images?", None),
    ],
)
def test_a_name_alone_is_asked_of_next(text: str, name: str | None) -> None:
    assert replacement_name(text) == name


def test_a_correction_says_where_it_belongs() -> None:
    assert correction("no wait, with DPO I mean") == Correction("DPO", at="with")
    assert correction("no, to DPO") == Correction("DPO", at="to")
    assert name_after("with", "How does Aligner compare with RLHF?") == "RLHF"
    assert name_after("with", "How does Aligner deal with noise?") is None


def test_a_name_is_replaced_as_a_whole_word_wherever_it_stands() -> None:
    assert replace_name("Is DPO, or TDPO, like dpo?", "DPO", r"\1") == r"Is \1, or TDPO, like \1?"
    assert replace_name("What is TDPO?", "DPO", "PPO") is None


def test_the_name_that_is_meant_is_spelt_most_like_it() -> None:
    assert most_similar("TPO", ["Magpie", "iREPO"]) == "iREPO"
    assert most_similar("TPO", []) is None
    assert names_in("What do GPT-4, Magpie and URIAL cost?") == ("GPT-4", "Magpie", "URIAL")


@given(
    st.text(max_size=600) | st.lists(st.sampled_from(["no,", "I meant", "not", "TPO", "DPO,"])).map(" ".join)
)
def test_any_text_can_be_read(text: str) -> None:
    found = correction(text)
    assert found is None or found.new
    assert replacement_name(text) is None or replacement_name(text) in " ".join(text.split())
