"""A reply as words to search for, and the abstract that follows a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.replies.search_words import MAX_CHARS, search_words, split_abstract


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("", ""),
        ("?!\n...", ""),
        ("Here it is:", "Here it is:"),
        ("Here it is:\n\n  a  b\t c \r\n", "a b c"),
        (
            "2024 findings\n3) third\n12. twelfth\n# Title\n> quoted",
            "2024 findings third twelfth Title quoted",
        ),
        ("标" * 3000, "标" * MAX_CHARS),
        ("a" * MAX_CHARS + " b", "a" * MAX_CHARS),
    ],
)
def test_a_reply_becomes_one_line_of_words(reply: str, words: str) -> None:
    assert search_words(reply) == words


@given(st.text(max_size=50).map(lambda text: text * 60))
def test_words_are_bounded_and_on_one_line(reply: str) -> None:
    words = search_words(reply)
    assert len(words) <= MAX_CHARS
    assert len(words.splitlines()) <= 1
    assert set(words) <= {*reply, " "}


@pytest.mark.parametrize(
    ("reply", "parts"),
    [
        ("What is DPO?\nABSTRACT: We train.\nIt works.", ("What is DPO?\n", "We train. It works.")),
        ("What is DPO?\n**Abstract**: We train.", ("What is DPO?\n", "We train.")),
        ("What does the abstract: say?", ("What does the abstract: say?", "")),
        ("What is DPO?", ("What is DPO?", "")),
        ("ABSTRACT: We train.", ("", "We train.")),
    ],
)
def test_an_abstract_is_split_from_the_question_before_it(reply: str, parts: tuple[str, str]) -> None:
    assert split_abstract(reply) == parts


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_before_the_mark_is_lost(before: str, after: str) -> None:
    head, words = split_abstract(f"{before}\nABSTRACT: {after}")
    assert f"{before}\n".startswith(head)
    assert len(words) <= MAX_CHARS
