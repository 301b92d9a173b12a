"""The gate: what it lets through and what not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Citation
from rag.compose import Draft
from rag.verify import numbers, rule
from store.papers import Paper

ABSTRACT = (
    "We collect 300K high-quality instances and gain 15.49\\% on MT-Bench. Three judges agree. "
    "GPT-4 was asked 1,000 times."
)
PAPER = Paper(id="p", title="Magpie: 7 Ways to Align Data", abstract=ABSTRACT)
WHOLE = Citation.of(PAPER, 0, len(ABSTRACT))


def verdict(text: str, *, cited: tuple[Citation, ...] = (WHOLE,), unknown: tuple[str, ...] = ()) -> str:
    return rule(Draft(text=text, cited=cited, unknown=unknown)).verdict


def test_what_the_sentences_say_is_supported() -> None:
    assert verdict("Magpie collects 300K high-quality instances.") == "supported"
    assert verdict("The gain on MT-Bench is 15.49%.") == "supported"


def test_the_same_number_may_be_written_in_another_way() -> None:
    assert verdict("Magpie collects 300,000 high-quality instances.") == "supported"
    assert verdict("Magpie collects 300 thousand high-quality instances.") == "supported"
    assert verdict("In all 3 judges agree.") == "supported"


@pytest.mark.parametrize("number", ["400K", "30,000", "15.94%", "3000000"])
def test_a_number_that_stands_nowhere_is_contradicted(number: str) -> None:
    assert verdict(f"Magpie collects {number} high-quality instances.") == "contradicted"


def test_a_claim_without_a_citation_is_uncited() -> None:
    assert verdict("Magpie collects 300K instances.", cited=()) == "uncited"


def test_a_marker_that_names_no_sentence_spoils_its_claim() -> None:
    ruling = rule(Draft(text="Magpie collects instances.", cited=(WHOLE,), unknown=("9.9",)))
    assert ruling.verdict == "uncited"
    assert "9.9" in ruling.reasons[0]


def test_words_from_elsewhere_with_a_real_citation_are_weak() -> None:
    assert verdict("Bananas ripen faster beside tomatoes in a closed wooden drawer.") == "weak"


def test_a_quote_must_be_the_words_cited() -> None:
    first = Citation.of(PAPER, 0, 69)
    assert rule(Draft(text=first.quote, cited=(first,), quoted=True)).verdict == "supported"
    assert rule(Draft(text=first.quote + "!", cited=(first,), quoted=True)).verdict == "contradicted"


def test_digits_in_names_are_no_numbers() -> None:
    assert numbers("GPT-4 and Llama3 score 12.5 on MT-Bench") == {12.5}
    assert numbers("1,000 times") == {1000.0}
    assert numbers("4 million instructions and 300K kept") == {4e6, 3e5}


@given(st.integers(1, 10**7))
def test_never_supported_when_a_number_of_the_claim_is_absent(number: int) -> None:
    said = numbers(f"{ABSTRACT} {PAPER.title}".replace("\\", ""), words=True)
    outcome = verdict(f"Magpie collects {number} high-quality instances.")
    assert (outcome == "supported") == (float(number) in said)
