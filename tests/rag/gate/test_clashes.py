"""Denials, directions, winners, numbers in another's place: each by itself, false and true."""

from __future__ import annotations

import pytest

from rag.verify import check

CLASHES = [
    # denials
    ("The method requires labels.", "The method does not require any labels."),
    ("The method does not scale to long texts.", "The method scales to long texts."),
    ("Probing fails to find the feature.", "Probing finds the feature in every layer."),
    ("The tuned model works with a reward model.", "The tuned model works without a reward model."),
    ("No gain was seen on coding tasks.", "A clear gain was seen on coding tasks."),
    # directions
    ("Longer training decreases accuracy on math.", "Longer training increases accuracy on math."),
    ("Tuning degrades factuality.", "Tuning improves factuality of answers."),
    ("The attack is more effective on larger models.", "The attack is less effective on larger models."),
    ("The estimator is unstable under noise.", "The estimator is stable under noise."),
    # winners
    ("PPO is better than DPO on summarization.", "DPO is better than PPO on summarization."),
    ("DPO is outperformed by PPO.", "DPO outperforms PPO in all settings."),
    ("Small models surpass large models on this test.", "Large models surpass small models on this test."),
    # whose number
    (
        "Gains are 3.7% in medical imaging.",
        "Gains are 18.5% in language generation, 3.7% in robot control, and 30.1% in medical imaging.",
    ),
    (
        "TPO improves by 0.63 points over SFT.",
        "TPO improves by 1.27 and 0.63 points over SFT and DPO, respectively.",
    ),
    ("BLEU fell from 31.5 to 20.4 with noise.", "BLEU fell from 20.4 to 31.5 with noise."),
]
OVERSTATED = [
    ("The policy always prefers long answers.", "The policy often prefers long answers."),
    ("Sleep loss causes memory decline.", "Sleep loss was associated with memory decline."),
    ("Tuning teaches style only.", "We hypothesize that tuning teaches style only."),
]
AGREES = [
    ("The method needs no labels.", "The method does not require any labels."),
    ("Tuning does not improve recall.", "Tuning fails to improve recall."),
    ("Tuning lowers the error rate.", "Tuning improves accuracy and reduces the error rate."),
    ("Accuracy on math rises with longer training.", "Longer training increases accuracy on math."),
    ("PPO loses to DPO on summarization.", "DPO beats PPO on summarization."),
    ("PPO is worse than DPO.", "DPO is better than PPO."),
    ("PPO is outperformed by DPO.", "DPO outperforms PPO in all settings."),
    ("DPO and PPO were both tested.", "PPO and DPO were both tested."),
    (
        "The gains are over SFT, by 1.27 points.",
        "TPO gains 1.27 and 0.63 points over SFT and DPO, respectively.",
    ),
    ("Fewer than half of the users agreed.", "Most users disagreed: only 41% of the users agreed."),
    ("It removes the need for a reward model.", "It needs no reward model."),
]


@pytest.mark.parametrize(("claim", "source"), CLASHES)
def test_a_clash_is_told(claim: str, source: str) -> None:
    ruling = check(claim, [source])
    assert ruling.verdict == "contradicted"
    assert ruling.reasons


@pytest.mark.parametrize(("claim", "source"), OVERSTATED)
def test_what_goes_further_than_its_source_is_weak(claim: str, source: str) -> None:
    assert check(claim, [source]).verdict == "weak"


@pytest.mark.parametrize(("claim", "source"), AGREES)
def test_the_same_in_other_words_is_no_clash(claim: str, source: str) -> None:
    ruling = check(claim, [source])
    assert ruling.verdict != "contradicted", ruling.reasons
