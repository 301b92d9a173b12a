from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.replies.numbered import numbered_lines


@pytest.mark.parametrize(
    "reply",
    [
        "1: yes\n2: no",
        "1. yes\n2. no",
        "[1] yes\n[2] no",
        "(1) yes\n(2) no",
        "- **1:** yes\n- **2:** no",
        "* **1**: yes\n* **2**: no",
        "Claim 1: yes\nClaim 2: no",
        "> 1 – yes\n> 2 – no",
        "| 1 | yes\n| 2 | no",
        "```\n1: yes\n2: no\n```",
        "<think>1: no\n2: yes</think>\n1: yes\n2: no",
        "Here they are:\n\n2: no\n1: yes\n1: no\n3: yes\n\nDone.",
        '{"1": "yes", "2": "no", "x": "y"}',
        '```json\n{\n  "1": "yes",\n  "2": "no"\n}\n```',
    ],
)
def test_a_line_for_each_number_however_it_is_set(reply: str) -> None:
    assert numbered_lines(reply, 2) == {1: "yes", 2: "no"}


def test_a_line_without_number_goes_on_and_a_blank_one_ends() -> None:
    reply = "1: We halve\nthe cost by 3.5 points\n1.5 times.\n\nHope that helps.\n2: It rains."
    assert numbered_lines(reply, 2) == {1: "We halve\nthe cost by 3.5 points\n1.5 times.", 2: "It rains."}


def test_numbers_that_were_not_asked_for_swallow_no_other() -> None:
    assert numbered_lines("0: a\n1: b\n7: c\nd\n2: e\n2024: f", 3) == {1: "b", 2: "e\n2024: f"}


@pytest.mark.parametrize("reply", ["", "yes", "{", '{"x": {"a": [', "[1, 2]", "\ud800\n1"])
def test_what_says_nothing_of_a_number_gives_nothing(reply: str) -> None:
    assert numbered_lines(reply, 3) == {}


PARTS = st.sampled_from(["1", "2:", ": ", "[", "]", "{", '"1": ', "\n", "\n\n", " yes", "<think>", "- "])


@given(st.lists(PARTS | st.text(max_size=3), max_size=30).map("".join), st.integers(0, 5))
def test_any_reply_is_read(reply: str, count: int) -> None:
    found = numbered_lines(reply, count)
    assert set(found) <= set(range(1, count + 1))
    assert all(text == text.strip() for text in found.values())


def test_a_reply_without_end_is_read_as_far_as_is_sane() -> None:
    found = numbered_lines("1: yes\n" + "2: no " * 1_000_000, 2)
    assert found[1] == "yes"
    assert len(found[2]) <= 100_000
