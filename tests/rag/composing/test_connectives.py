from __future__ import annotations

import pytest

from footnote.rag.answer import Citation, DraftClaim
from footnote.rag.composing.connectives import Connectives, is_connective, is_courtesy, without_yes_no
from footnote.store.papers import Paper

QUESTION = "Does reward shaping help DPO?"
PAPER = Paper(id="p", title="Shaping", abstract="Shaping helps. It costs.")
CITED = (Citation.of(PAPER, 0, 14),)


@pytest.mark.parametrize(
    "text",
    [
        "The papers disagree.",
        "Two papers argue this.",
        "The findings are mixed.",
        "They disagree on whether reward shaping helps DPO.",
        "Others find the opposite:",
        "On the other hand, some authors find the following.",
    ],
)
def test_sentences_that_only_connect_are_known(text: str) -> None:
    assert is_connective(text, QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        "Reward shaping helps DPO.",
        "The papers agree that reward shaping helps DPO.",
        "Everybody knows that this is so and cheap.",
        "3 papers argue this.",
        "The papers disagree on whether PPO diverges.",
        "...",
    ],
)
def test_sentences_that_claim_something_are_not(text: str) -> None:
    assert not is_connective(text, QUESTION)


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("Sure!", True),
        ("Certainly.", True),
        ("Here is what the abstracts say:", True),
        ("I hope this helps!", True),
        ("Let me know if you need more.", True),
        ("Sure losses fall.", False),
        ("Certainly, DPO helps.", False),
    ],
)
def test_courtesies_are_known(text: str, trimmed: bool) -> None:
    assert is_courtesy(text) is trimmed


def read(*drafts: DraftClaim) -> list[DraftClaim]:
    connectives = Connectives(QUESTION)
    return [read for draft in drafts if (read := connectives.read(draft))]


def test_connecting_sentences_lead_the_next_claim_and_yes_begins_it() -> None:
    found = read(
        DraftClaim(text="Sure!", cited=()),
        DraftClaim(text="Yes.", cited=()),
        DraftClaim(text="The papers disagree.", cited=()),
        DraftClaim(text="Shaping helps.", cited=CITED),
        DraftClaim(text="It costs.", cited=CITED),
        DraftClaim(text="Two papers argue this.", cited=()),
        DraftClaim(text="I hope this helps!", cited=()),
    )
    assert [(draft.lead, draft.text) for draft in found] == [
        ("The papers disagree.", "Yes: Shaping helps."),
        (None, "It costs."),
    ]
    assert without_yes_no(found[0]).text == "Shaping helps."


def test_a_claim_without_markers_stays_one_for_the_checks_to_refuse() -> None:
    bare = DraftClaim(text="Everybody knows that this is so.", cited=())
    assert read(bare) == [bare]


def test_only_a_yes_or_no_before_a_composed_sentence_is_taken_off() -> None:
    inside = DraftClaim(text="Reviewers answer yes, no: both count.", cited=())
    assert without_yes_no(inside) == inside
    quoted = DraftClaim(text="No, shaping fails.", cited=(), quoted=True)
    assert without_yes_no(quoted) == quoted
