"""Denials, directions, winners, numbers in another's place: each by itself, false and true."""

from __future__ import annotations

import pytest

from footnote.rag.verification.verify import check

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
    ("TPO beats SFT by 4.2% and DPO by 4.97%.", "TPO outperforms DPO and SFT by 4.2% and 4.97% on MT-Bench."),
    (
        "Tuning on 20% of misaligned data lowers honesty by 1%.",
        "As little as 1% of misaligned data is enough to lower honesty by over 20%.",
    ),
    # who did what
    (
        "The Critic writes several drafts, and the Writer scores them by a rubric.",
        "The Writer writes several drafts, while the Critic scores them by a rubric.",
    ),
    (
        "NCA and DPO adjust relative likelihood, whereas InfoNCA optimizes absolute likelihood.",
        "InfoNCA and DPO adjust relative likelihood, while NCA optimizes absolute likelihood.",
    ),
    ("KTO outperforms TPO.", "TPO achieves superior results compared to DPO, IPO, KTO, and ORPO."),
    ("Judges prioritise factuality over style.", "Judges are biased, prioritizing style over factuality."),
    ("Tuning, not pretraining, matters most.", "Pretraining, and not tuning, matters most."),
    ("Responses score above those of the base model.", "Responses score lower than those of the base model."),
    # what is needed
    ("The filter cannot do without labels.", "The filter does not require labels."),
    ("Steering is not possible unless the model is trained.", "Steering works without training the model."),
    # qualities that go up or down
    ("Cells become more resistant to light.", "Cells show increased sensitivity to light."),
    ("Bias effects are weaker for minorities.", "Bias effects are exacerbated for minorities."),
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
    # numbers said otherwise
    ("Cost falls by four fifths to nine tenths.", "Cost falls by 80% to 90%."),
    ("The effect has two phases.", "The effect was biphasic."),
    ("The delay is a tenth of a second.", "The delay is 100 ms."),
    ("It takes 20% of the time.", "It takes 1/5 of the time that DPO needs."),
    ("The share was 34 versus 45 percent.", "The share was 34% vs 45% (P = 0.007)."),
    ("The older of the two models is more cautious.", "GPT-3.5 is more cautious than the newer GPT-4."),
    # names said otherwise
    ("18 percent of Denmark's population are in it.", "It covers 18% of the Danish population."),
    ("The Beck Depression Inventory has two factors.", "A 2-factor solution fits the BDI best."),
    # denials and needs said otherwise
    ("Mast cells without CRACM1 are weak.", "Mast cells from CRACM1-deficient mice are weak."),
    ("Patients who could not reach 5 METs were older.", "Patients achieving <5 METs were older."),
    ("ALT needs little tuning.", "ALT requires minimal tuning."),
    ("The tuned model is less robust to noise.", "Tuning makes the model more vulnerable to noise."),
    ("Reduced sensitivity to noise was seen.", "The model is more resistant to noise."),
    (
        "DPO wins on math, and PPO on code.",
        "On code PPO wins, and on math DPO does.",
    ),
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
