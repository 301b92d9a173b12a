"""How near a claim is to its evidence, by what words mean where they stand."""

from __future__ import annotations

import pytest

from footnote.rag.verification.verify import check
from footnote.store.embedders.minilm import MiniLM

STATES = MiniLM().states
SOURCE = (
    "Our evaluation on 125 fine-tuned LLMs demonstrates that our method can reduce their harmful rate from "
    "33.25% to 1.74%, without sacrificing task performance much."
)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Small networks that stop early keep what they know when the data change.",
            "Early stopping lets small networks retain their knowledge under distribution shift.",
        ),
        (
            "A quarter of the patients were not telling the truth when they said they had stopped smoking.",
            "A quarter of patients were untruthful in their claims to have stopped smoking.",
        ),
        (
            "People who compare texts sometimes prefer the one that sounds assertive to the true one.",
            "Human annotators have been shown to prefer assertive over truthful texts in certain contexts.",
        ),
        ("The method cuts the harmful rate of fine-tuned LLMs to 1.74%.", SOURCE),
    ],
)
def test_what_is_said_in_other_words_is_near(claim: str, source: str) -> None:
    ruling = check(claim, [source], states=STATES)
    assert ruling.verdict == "supported", ruling.reasons


@pytest.mark.parametrize(
    "claim",
    [
        "The method cuts the harmful rate of LLMs to 1.74%, because it was trained on biomedical records.",
        "The method cuts the harmful rate of LLMs to 1.74%, and whales sing at night in northern harbours.",
        "The tokenizer was extended with two thousand Icelandic words.",
    ],
)
def test_what_is_added_to_a_true_claim_is_told(claim: str) -> None:
    ruling = check(claim, [SOURCE], states=STATES)
    assert ruling.verdict in ("weak", "contradicted")
    assert ruling.reasons


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Bananas ripen faster beside tomatoes.", SOURCE),
        ("Alignment is solved.", "Our implementation will be available at: https://alignment.example."),
        ("PPO is good.", "PPO is expensive to run."),
    ],
)
def test_a_short_claim_of_something_else_is_told(claim: str, source: str) -> None:
    assert check(claim, [source], states=STATES).verdict == "weak"


def test_a_claim_longer_than_the_model_reads_is_not_near() -> None:
    padding = " The harmful rate falls." * 60
    claim = f"The harmful rate falls.{padding} Whales sing at night in cold northern harbours."
    assert check(claim, ["The harmful rate falls."], states=STATES).verdict == "weak"


def test_a_heading_may_be_named_but_supports_nothing() -> None:
    title = "Whale Songs in Northern Harbours"
    assert (
        check("Whales sing in northern harbours.", [SOURCE], titles=(title,), states=STATES).verdict == "weak"
    )
