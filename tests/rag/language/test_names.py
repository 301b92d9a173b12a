"""Names of a claim, and whether a source has them."""

from __future__ import annotations

import pytest

from footnote.rag.language.names import is_name_in_question, names, question_names, spelled_as_names
from footnote.rag.language.source_names import SourceNames, absent
from footnote.rag.language.tokens import tokenize

SOURCE = SourceNames(
    (
        tokenize(
            "We train $i$REPO with Direct Preference Optimization (DPO) on Llama-3.1-8B-Instruct and "
            "GPT-4o, by reinforcement learning from human feedback, for Chinese users of Reward Bench and "
            "LLaVA-v1.5, in Oct 2024.",
            2_000,
        ),
        tokenize("Magpie: alignment data from nothing", 2_000),
    )
)


def missing(claim: str) -> list[str]:
    return absent(names(tokenize(claim, 2_000)), SOURCE)


@pytest.mark.parametrize(
    "claim",
    [
        "In iREPO, DPO-trained Llama 3.1 8B does well.",
        "Magpie uses RewardBench and RLHF.",
        "They serve users from China in October.",
        "GPT-4o-based judges rate non-DPO models.",
        "Systemic lupus erythematosus (SLE) is not the topic.",
        "Chat models help.",
        "However, the DPOs differ.",
        "The LLaVA v1.5 model and Llama-3.1 are used.",
    ],
)
def test_other_spellings_parts_and_initials_are_known(claim: str) -> None:
    assert missing(claim) == []


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("It beats GPT-4 by far.", "GPT-4"),
        ("It beats GPT-3.5 by far.", "GPT-3.5"),
        ("We train Llama-3-8B.", "Llama-3-8B"),
        ("It is trained with PPO and DPO.", "PPO"),
        ("It is trained on Mistral data.", "Mistral"),
        ("LLaVA-v1.6 is used.", "LLaVA-v1.6"),
        ("It is SFT/DPO.", "SFT"),
    ],
)
def test_another_name_or_version_is_not(claim: str, name: str) -> None:
    assert missing(claim) == [name]


def test_a_question_names_what_is_spelled_as_a_name_or_has_digits() -> None:
    asked = "How does GPT-4 judge SimPO on 40 tasks? Does Magpie?"
    assert question_names(asked) == {"gpt", "simpo", "40", "magpie"}
    assert question_names("Who made Magpie?") == {"magpie"}


def test_a_rewritten_question_keeps_names_and_numbers_as_written() -> None:
    assert spelled_as_names("How does GPT-4 do with Magpie on 40 tasks?") == ["GPT-4", "Magpie", "40"]
    assert spelled_as_names("Wie gut ist Magpie bei Fragen?") == []  # German writes each noun with a capital


@pytest.mark.parametrize(("text", "is_one"), [
    ("SimPO", True), ("Magpie", True), ("“the paper”", True), ("tuning", False), ("Magpie works", False),
])  # fmt: skip
def test_a_word_of_a_question_may_be_a_name(text: str, is_one: bool) -> None:
    assert is_name_in_question(text) == is_one
