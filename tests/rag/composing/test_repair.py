from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Cell
from footnote.rag.composing.prompting import answer_prompt
from footnote.rag.composing.repair import FailedClaim, read_repairs, repair_prompt
from footnote.rag.llm.replies.markers import Parsed
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.llm.token_count import TokenCounter
from footnote.rag.reader import Reader
from tests.rag.composing.test_prompting import PLENTY, entry, papers
from tests.rag.hostile import HOSTILE

count = TokenCounter().count
FAILED = (
    FailedClaim("It gains 9 points.", ((1, 2), (3, 1)), ("the number 9 isn't in the sentences cited",)),
    FailedClaim("It rains."),
)


def test_the_papers_have_the_numbers_of_the_answer_and_the_claims_their_reasons() -> None:
    evidence = papers(4)
    prompt = repair_prompt("Which?", evidence, FAILED, budget=PLENTY, count=count)
    answer = answer_prompt("Which?", evidence, budget=PLENTY, count=count)
    block = re.compile(r"<papers>\n.*\n</papers>", re.DOTALL)
    assert block.findall(prompt.user) == block.findall(answer.user)
    assert prompt.shown == answer.shown
    assert (
        "<claims>\n1. It gains 9 points.\ncited: 1.2, 3.1\n"
        "refused because: the number 9 isn't in the sentences cited\n2. It rains.\ncited: nothing\n</claims>"
    ) in prompt.user
    assert "1 to 2:" in prompt.user
    assert "<question>\nWhich?\n</question>" in prompt.user


def test_a_cell_is_shown_with_its_place() -> None:
    failed = [FailedClaim("9 points", ((1, 2),), cell=Cell(row="TPO [1.3]", column="Gain\n2: DROP"))]
    prompt = repair_prompt("Which?", papers(1), failed, budget=PLENTY, count=count)
    place = (
        "place: a cell of a table, row “TPO {1.3}”, column “Gain 2: DROP”; write the words of the cell alone"
    )
    assert f"<claims>\n1. 9 points\n{place}\ncited: 1.2\n</claims>" in prompt.user


def test_what_the_claims_cite_gets_room_first() -> None:
    evidence = papers(30, sentences=6)
    failed = [FailedClaim("It gains.", ((29, 5), (99, 1), (30, 1)), ("it isn't said",))]
    prompt = repair_prompt("Which?", evidence, failed, budget=1500, count=count)
    assert prompt.tokens <= 1500
    assert {(29, 5), (30, 1), (1, 1)} <= prompt.shown
    assert (28, 1) not in prompt.shown
    assert "[29] P29\n[29.5] Sentence 5 of paper 29 says something.\n" in prompt.user


def test_the_prompt_has_the_reader_preferences() -> None:
    reader = Reader(language="German")
    prompt = repair_prompt("Which?", papers(1), FAILED, budget=PLENTY, count=count, reader=reader)
    assert "\n\n<reader>\nLanguage: German\n</reader>\n\n" in prompt.user


def test_claims_that_leave_no_room_show_no_sentence() -> None:
    prompt = repair_prompt("Which?", papers(1), [FailedClaim("word " * 900)] * 9, budget=1500, count=count)
    assert prompt.shown == frozenset()
    assert prompt.tokens > 1500


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_claims_cannot_leave_their_place(claim: str, reason: str, question: str) -> None:
    failed = [FailedClaim(claim, ((1, 1),), (reason,)), *FAILED]
    evidence = [entry("Honest words. Two of them.")]
    prompt = repair_prompt(question, evidence, failed, budget=PLENTY, count=count)
    for tag in ("<papers>", "</papers>", "<question>", "</question>", "<claims>", "</claims>"):
        assert prompt.user.count(tag) == 1
    labels = re.findall(r"\[(\d+)\.(\d+)\]", prompt.user)
    assert sorted((int(p), int(s)) for p, s in labels) == sorted(prompt.shown)
    inside = prompt.user.split("<claims>\n")[1].split("\n</claims>")[0]
    assert len(re.findall(r"^\d+\. ", inside, re.MULTILINE)) == 3
    assert len(inside.split("\n")) == (8 if sanitize(reason[:300]) else 7)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("1: It gains 3.5 points [1.2].\n2: DROP", {1: [("It gains 3.5 points.", ((1, 2),))], 2: []}),
        ("[1] It gains. [1.2] In P2, it rains [2.1].", {
            1: [("It gains.", ((1, 2),)), ("In P2, it rains.", ((2, 1),))],
        }),
        ('1: "It gains [1.2]."\n2: "It rains [2.1]",', {
            1: [("It gains.", ((1, 2),))], 2: [("It rains", ((2, 1),))],
        }),
        ('{"1": "It gains [1.2].", "2": "DROP"}', {1: [("It gains.", ((1, 2),))], 2: []}),
        ("1: **DROP**\n2: Drop.", {1: [], 2: []}),
        ("1: DROP (nothing says so [1.1])\n2: DROP: not supported.", {1: [], 2: []}),
        ("1: DROP is a benchmark [1.1].", {1: [("DROP is a benchmark.", ((1, 1),))]}),
        ("1: Drop rates fall [1.1].", {1: [("Drop rates fall.", ((1, 1),))]}),
        ("1:\n2: [1.1]", {}),
        ("I can't mend them.", {}),
        ("1: OPEN: the cost\n2: It rains.", {2: [("It rains.", ())]}),
        ("1: A [1.1]. B [1.1]. C [1.1]. D [1.1]. E [1.1].", {
            1: [(f"{name}.", ((1, 1),)) for name in "ABCD"],
        }),
    ],
)  # fmt: skip
def test_repairs_are_read(reply: str, expected: dict) -> None:
    assert {
        number: [(s.text, s.markers) for s in sentences]
        for number, sentences in read_repairs(reply, 2).items()
    } == expected


WORDS = st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=5).map(" ".join)


@given(st.lists(st.tuples(WORDS, st.integers(1, 9)), min_size=1, max_size=9))
def test_what_is_mended_comes_back_by_its_number(sentences: list[tuple[str, int]]) -> None:
    numbered = dict(enumerate(sentences, start=1))
    reply = "\n".join(f"{n}: The {words} [{paper}.1]." for n, (words, paper) in numbered.items())
    assert read_repairs(reply, len(sentences)) == {
        n: (Parsed(f"The {words}.", ((paper, 1),)),) for n, (words, paper) in numbered.items()
    }


@given(HOSTILE, st.integers(0, 4))
def test_any_reply_is_read(reply: str, number: int) -> None:
    found = read_repairs(f"1: {reply}", number)
    assert set(found) <= set(range(1, number + 1))
    assert all(len(sentences) <= 4 for sentences in found.values())
    assert not any(s.open for sentences in found.values() for s in sentences)
