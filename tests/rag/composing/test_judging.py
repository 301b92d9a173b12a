from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.composing.judging import judge_prompt, read_judgements
from footnote.rag.llm.token_count import TokenCounter
from tests.rag.hostile import HOSTILE

count = TokenCounter().count
PAIRS = [
    ("It gains 3.5 points.", ("We gain $3.5$ points.", "It costs 40\\% more.")),
    ("It rains.", ("It rains on Mondays.",)),
]


def test_each_claim_stands_above_the_sentences_that_it_cites() -> None:
    prompt = judge_prompt(PAIRS, budget=10_000, count=count)
    assert (
        "<claims>\n1. It gains 3.5 points.\ncites: We gain 3.5 points.\ncites: It costs 40% more.\n\n"
        "2. It rains.\ncites: It rains on Mondays.\n</claims>"
    ) in prompt.user
    assert "1 to 2:" in prompt.user
    assert prompt.shown == 2
    assert prompt.tokens == count(prompt.system) + count(prompt.user) + 16


@pytest.mark.parametrize("budget", [100, 500, 520, 600, 800])
def test_claims_that_do_not_fit_are_left_out_from_the_end(budget: int) -> None:
    pairs = [(f"Claim {n} says that.", (f"Sentence {n} says that.",) * 3) for n in range(1, 40)]
    prompt = judge_prompt(pairs, budget=budget, count=count)
    assert prompt.tokens <= budget or not prompt.shown
    for n in range(1, 40):
        assert (f"{n}. Claim {n} says" in prompt.user) == (n <= prompt.shown)
        assert prompt.user.count(f"Sentence {n} says") == (3 if n <= prompt.shown else 0)


@given(HOSTILE, HOSTILE)
def test_hostile_claims_and_sentences_cannot_leave_their_place(claim: str, sentence: str) -> None:
    prompt = judge_prompt([(claim, (sentence,)), *PAIRS], budget=10_000, count=count)
    assert prompt.user.count("<claims>") == 1 == prompt.user.count("</claims>")
    inside = prompt.user.split("<claims>\n")[1].split("\n</claims>")[0]
    assert len(inside.split("\n")) == 9


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("1: yes\n2: no", {1: True, 2: False}),
        ("1: Yes.\n2: **No**", {1: True, 2: False}),
        ("1: yes, it says so.\n2: no; 1: yes", {1: True, 2: False}),
        ("1: yes 2: no", {1: True, 2: False}),
        ("1: supported\n2: not supported", {1: True, 2: False}),
        ("[1] true\n[2] unsupported", {1: True, 2: False}),
        ('{"1": "yes", "2": "no"}', {1: True, 2: False}),
        ('{"1": true, "2": false}', {1: True, 2: False}),
        ("<think>1: no</think>1: yes", {1: True}),
        ("1: perhaps\n2: nobody knows\n3: yes", {}),
        ("yes", {}),
        ("", {}),
    ],
)
def test_judgements_are_read(reply: str, expected: dict[int, bool]) -> None:
    assert read_judgements(reply, 2) == expected


@given(HOSTILE | st.text('12:yesno \n,{}"', max_size=60), st.integers(0, 4))
def test_any_reply_is_read(reply: str, number: int) -> None:
    assert set(read_judgements(reply, number)) <= set(range(1, number + 1))
