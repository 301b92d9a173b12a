from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Citation
from footnote.rag.llm.token_count import TokenCounter
from footnote.rag.verification.judge_prompt import ClaimToJudge, judge_prompt
from footnote.store.papers import Paper
from footnote.store.sentences import split_sentences
from tests.rag.hostile import HOSTILE

count = TokenCounter().count
PLENTY = 20_000


def cited(paper: Paper, *places: int) -> tuple[Citation, ...]:
    spans = list(split_sentences(paper.abstract))
    return tuple(Citation.of(paper, *spans[place - 1]) for place in places)


TPO = Paper(
    id="a",
    title="Token Weights",
    date="2024-10-09",
    abstract="Labels cost a lot. We present TPO, which weighs tokens. Our method gains $3.5$ points.",
)
DPO = Paper(id="b", title="Pairs", abstract="DPO needs pairs of answers. DPO gains 9 points.")


def test_judging_what_was_reworded_costs_half_the_instructions() -> None:
    claims = [ClaimToJudge(text="DPO gains 9 points.", cited=cited(DPO, 2), doubts=("it may be less",))]
    first = judge_prompt("Which gains?", claims, budget=PLENTY, count=count)
    again = judge_prompt("Which gains?", claims, budget=PLENTY, count=count, reword=False)
    assert again.user == first.user.replace("<question>\nWhich gains?\n</question>\n\n", "")
    assert "rewording" in first.system
    assert "rewording" not in again.system
    assert count(again.system) <= count(first.system) / 2


def test_sentences_stand_once_under_their_paper_with_the_one_that_names_our_method() -> None:
    claims = [
        ClaimToJudge(text="TPO gains 3.5 points.", cited=cited(TPO, 3), others=cited(DPO, 2)),
        ClaimToJudge(text="DPO gains 9 points.", cited=cited(DPO, 2), doubts=("it may be less",)),
        ClaimToJudge(text="It is so.", cited=(), refused=("cites nothing",), others=cited(TPO, 3)),
    ]
    user = judge_prompt("Which gains?", claims, budget=PLENTY, count=count).user
    assert (
        "<papers>\n[1] Token Weights\n[1.1] We present TPO, which weighs tokens.\n"
        "[1.2] Our method gains 3.5 points.\n[2] Pairs\n[2.1] DPO gains 9 points.\n</papers>"
    ) in user
    assert (
        "<claims>\n1. TPO gains 3.5 points.\ncites: 1.2; compare: 2.1\n"
        "2. DPO gains 9 points.\ncites: 2.1\ndoubt: it may be less\n"
        "3. It is so.\ncites: nothing; compare: 1.2\nrefused: cites nothing\n</claims>"
    ) in user
    assert "<question>\nWhich gains?\n</question>" in user
    assert "Labels cost" not in user


def test_the_sentence_before_is_there_only_for_words_that_a_claim_has_from_it() -> None:
    for claim, shown in (
        ("TPO gains 3.5 points.", True),
        ("The method that weighs tokens gains 3.5 points.", True),
        ("The method gains 3.5 points.", False),
    ):
        claims = [ClaimToJudge(text=claim, cited=cited(TPO, 3))]
        user = judge_prompt("Which gains?", claims, budget=PLENTY, count=count).user
        assert ("We present TPO, which weighs tokens." in user) is shown, claim


def test_a_year_stands_beside_a_title_where_a_claim_has_it_and_papers_to_compare_have_no_title() -> None:
    claims = [
        ClaimToJudge(text="In 2024, 3.5 points were gained.", cited=cited(TPO, 3), others=cited(DPO, 2))
    ]
    user = judge_prompt("Which gains?", claims, budget=PLENTY, count=count).user
    assert "[1] Token Weights (2024)\n" in user
    assert "[2.1] DPO gains 9 points." in user
    assert "Pairs" not in user


@pytest.mark.parametrize("budget", [100, 800, 900, 1200, PLENTY])
def test_claims_that_do_not_fit_are_left_out_from_the_end(budget: int) -> None:
    claims = [ClaimToJudge(text=f"Claim {n} says that.", cited=cited(DPO, 1)) for n in range(1, 40)]
    prompt = judge_prompt("Which?", claims, budget=budget, count=count)
    assert prompt.tokens <= budget or not prompt.shown
    assert judge_prompt("Which?", claims, budget=prompt.tokens, count=count) == prompt
    assert [n for n in range(1, 40) if f"\n{n}. Claim {n} says" in prompt.user] == list(
        range(1, prompt.shown + 1)
    )


@given(HOSTILE, HOSTILE, HOSTILE.filter(str.strip), HOSTILE.filter(bool))
def test_hostile_words_cannot_leave_their_place(claim: str, reason: str, title: str, question: str) -> None:
    paper = Paper(id="x", title=title, abstract=title)
    claims = [
        ClaimToJudge(
            text=claim, cited=(Citation.of(paper, 0, len(title)),), refused=(reason,), others=cited(DPO, 1)
        ),
        ClaimToJudge(text="So.", cited=cited(DPO, 2)),
    ]
    prompt = judge_prompt(question, claims, budget=PLENTY, count=count)
    for tag in ("<papers>", "</papers>", "<question>", "</question>", "<claims>", "</claims>"):
        assert prompt.user.count(tag) == 1
    labels = re.findall(r"\[(\d+)\.(\d+)\]", prompt.user)
    assert sorted((int(p), int(s)) for p, s in labels) == sorted(prompt.sentences)
    inside = prompt.user.split("<claims>\n")[1].split("\n</claims>")[0]
    assert len(re.findall(r"^\d+\. ", inside, re.MULTILINE)) == 2
    assert len(inside.split("\n")) == 5


@given(st.lists(st.lists(st.integers(1, 2), max_size=3), min_size=1, max_size=5))
def test_every_sentence_that_a_claim_names_is_in_the_prompt(places: list[list[int]]) -> None:
    claims = [ClaimToJudge(text="So.", cited=cited(DPO, *some)) for some in places]
    prompt = judge_prompt("?", claims, budget=PLENTY, count=count)
    assert set(prompt.sentences.values()) == {citation for claim in claims for citation in claim.cited}
