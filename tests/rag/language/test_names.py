"""Names of a claim, and whether a source has them."""

from __future__ import annotations

import pytest

from footnote.rag.language.names import names
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
        ("Falcon uses data.", "Falcon"),
        ("It is trained with PPO and DPO.", "PPO"),
        ("It is trained on Mistral data.", "Mistral"),
        ("LLaVA-v1.6 is used.", "LLaVA-v1.6"),
        ("It is SFT/DPO.", "SFT"),
    ],
)
def test_another_name_or_version_is_not(claim: str, name: str) -> None:
    assert missing(claim) == [name]
