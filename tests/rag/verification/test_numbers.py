"""Numbers of claims: as they stand, computed, in ranges, beside the right thing, from the right paper."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Citation
from footnote.rag.verification.verify import Ruling, check, check_citations
from footnote.store.papers import Paper

SAME = [
    ("Fewer than half of the users agreed.", "Most users disagreed: only 41% of the users agreed."),
    ("More than half of the users agreed.", "80% of the users agreed."),
    ("Cost falls by four fifths to nine tenths.", "Cost falls by 80% to 90%."),
    ("The effect has two phases.", "The effect was biphasic."),
    ("The delay is a tenth of a second.", "The delay is 100 ms."),
    ("It takes 20% of the time.", "It takes 1/5 of the time that DPO needs."),
    ("Stays were two and a half days shorter.", "Stays were 2.5 days shorter."),
    ("Gains of about four points.", "Gains of 4.2 points."),
    ("The trial lasted a year and a half.", "The trial lasted 18 months."),
    ("Accuracy is 0.91.", "Accuracy reaches 91%."),
    ("The attack succeeds in 9 of 10 cases.", "The attack succeeds in 90% of the cases."),
    ("The two methods are fast.", "SimPO is one of the fast methods."),
    ("The grant was $5 million.", "The grant was 5 million Australian dollars."),
    ("The grant was 5 million.", "The grant was €5 million."),
    ("Patients took 12 mg daily.", "Patients took 12 mg/kg per day for a week."),
    ("Patients took 12 mg.", "Patients took 12 mg/day."),
    ("Costs were 40 dollars a patient.", "Costs were $40 (€36)."),
    ("A year has 12 visits.", "Patients had one visit, or 12 visits a year."),
]
COMPUTED = [
    ("Accuracy rises by 4 percentage points.", "Accuracy rises from 80% to 84%."),
    ("Accuracy rises by 5%.", "Accuracy rises from 80% to 84%."),
    ("The method gains 2.6 points over the baseline.",
     "It scores 44.84 points where the baseline has 42.24 points."),
    ("In total, 150 patients took part.", "Of the patients, 90 got the drug and 60 patients a placebo."),
    ("The other 56% disagreed.", "44% of the users agreed."),
    ("A fifth of the reports are of databases.", "Of 480 reports, 96 reports are of databases."),
    ("Reports of databases make up 20 % of all.", "Of 480 reports, 96 reports are of databases."),
    ("Training is three times as fast.", "Training takes 12 hours where it took 36 hours."),
    ("The error rate halves.", "The error rate falls from 12% to 6%."),
    ("The share triples.", "The share increases by 200%."),
    ("Cost falls by 90 %.", "It is 10 times cheaper than before."),
    ("Nearly nine in ten patients stayed.", "Of 200 patients, 178 stayed."),
    ("The data span ten years.", "The data are from 2010 to 2020."),
    ("Three models are compared.", "We compare Llama, Mistral, and Falcon."),
    ("It makes two points.", "(1) Judges are biased; (2) tuning helps."),
]  # fmt: skip
WRONG = [
    ("Accuracy rises by 4%.", "Accuracy rises from 80% to 84%."),  # points are not per cent
    ("Accuracy rises by 6 percentage points.", "Accuracy rises from 80% to 84%."),
    ("In total, 160 patients took part.", "Of the patients, 90 got the drug and 60 patients a placebo."),
    ("The other 65% disagreed.", "44% of the users agreed."),
    ("56% of the users agreed.", "44% of the users agreed."),  # nothing says that it is the rest
    ("Training is four times as fast.", "Training takes 12 hours where it took 36 hours."),
    ("Three models are compared.", "Five models are compared: Llama, Mistral, and Falcon lead."),
    ("The delay is 100 s.", "The delay is 100 ms."),
    ("The grant was $5 million.", "The grant was €5 million."),
    ("The grant was 5 million US dollars.", "The grant was 5 million pounds."),
    ("Costs rose by 9 euros.", "Costs rose from $11 to $20."),
    ("Patients took 12 mg/day.", "Patients took 12 mg/week."),
    ("There were 40 cases a week.", "There were 40 cases a year."),
    ("An annual dose of 12 mg helps.", "A dose of 12 mg a month helps."),
    ("Patients took 12 mg/kg.", "Patients took 12 mg/g."),
    ("Users took 2,000 mg.", "Users took 2,000 IU."),
    ("The gain is 8 to 9%.", "The gain is 8-12% on math and 4-9% on code."),
    ("Only 64 of 120 hosts answered.", "Only 46 of 120 hosts answered."),
]


@pytest.mark.parametrize(("claim", "source"), [*SAME, *COMPUTED])
def test_a_number_may_be_written_otherwise_or_computed(claim: str, source: str) -> None:
    assert check(claim, [source]).findings == ()


@pytest.mark.parametrize(("papers", "number"), [(2, "Two"), (3, "Three"), (11, "Eleven"), (12, "Twelve")])
def test_a_small_number_may_count_the_papers_cited_and_nothing_else(papers: int, number: str) -> None:
    titles = [f"On {chr(ord('A') + n)}" for n in range(papers)]
    evidence = ["Gains are large on code."] * papers
    for name in ("studies", "abstracts", "reports"):
        assert check(f"{number} {name} report large gains.", evidence, titles=titles).passes
    assert not check(f"{number} models report large gains.", evidence, titles=titles).passes
    assert not check(f"{number} studies report large gains.", evidence, titles=[*titles, "On Z"]).passes


def test_thirteen_papers_are_not_counted() -> None:
    titles = [f"On {chr(ord('A') + n)}" for n in range(13)]
    claim = "Thirteen studies report large gains."
    assert not check(claim, ["Gains are large on code."] * 13, titles=titles).passes


@pytest.mark.parametrize(("claim", "source"), WRONG)
def test_a_number_that_neither_stands_there_nor_follows_is_refused(claim: str, source: str) -> None:
    ruling = check(claim, [source])
    assert [finding.kind for finding in ruling.findings] == ["number"]
    figures = set(re.findall(r"\d[\d,.]*\d|\d", source)) - set(re.findall(r"\d[\d,.]*\d|\d", claim))
    assert not any(re.search(rf"\b{figure}\b", reason) for figure in figures for reason in ruling.reasons)


def cited(**abstracts: str) -> list[Citation]:
    papers = [
        Paper(id=name, title=f"{name}: a method of tuning", abstract=text) for name, text in abstracts.items()
    ]
    return [Citation.of(paper, 0, len(paper.abstract)) for paper in papers]


@pytest.mark.parametrize("form", [
    "Alphina gains {a} on math and Betalon {b}.",
    "Alphina gains {a}, while Betalon gains {b}.",
    "Gains on math are {a} with Alphina and {b} with Betalon.",
    "“Alphina: a method of tuning” reports gains of {a}, and “Betalon: a method of tuning” of {b}.",
])  # fmt: skip
def test_a_number_stands_in_the_paper_that_its_clause_names(form: str) -> None:
    sources = cited(Alphina="Our method gains 8-12% on math.", Betalon="Our method gains 4-9% on math.")
    assert check_citations(form.format(a="8–12%", b="4–9%"), sources).passes
    swapped = check_citations(form.format(a="4–9%", b="8–12%"), sources)
    assert {finding.kind for finding in swapped.findings} == {"number"}


@pytest.mark.parametrize("claim", [
    "The gains are 4-9% and 8-12%.",
    "Alphina and Betalon gain 8-12% and 4-9%.",
    "Two papers report gains of 4-9% and of 8-12%.",
    "Gains reach 4% to 12%.",
])  # fmt: skip
def test_where_no_paper_is_named_a_number_may_be_of_any(claim: str) -> None:
    sources = cited(Alphina="Our method gains 8-12% on math.", Betalon="Our method gains 4-9% on math.")
    assert check_citations(claim, sources).passes


NUMBERS = st.lists(st.integers(11, 99), min_size=3, max_size=3, unique=True)
NAMES = st.lists(
    st.sampled_from(["DPO", "PPO", "KTO", "SimPO", "GRPO", "MMLU", "GSM8K", "HumanEval"]),
    min_size=3, max_size=3, unique=True,
)  # fmt: skip
LISTS = [
    "{x}, {y} and {z} reach {a}%, {b}% and {c}%, respectively.",
    "The method improves over {x}, {y}, and {z} by {a}%, {b}%, and {c}%, respectively.",
    "We see gains of {a}%, {b}% and {c}% over {x}, {y} and {z}, respectively.",
    "Accuracy is {a}% on {x}, {b}% on {y}, and {c}% on {z}.",
    "The tuned model has {x} ({a}%), {y} ({b}%) and {z} ({c}%) as scores.",
]
CERTAIN = [
    "With {y}, it is {b}%.",
    "The figure of {b}% goes with {y}.",
    "There are {a}% with {x}, and {b}% with {y}.",
    "For {x}, {y} and {z}, the values are {a}%, {b}% and {c}%, respectively.",
]
UNCERTAIN = [
    "{x}, {y} and {z} have {a}%, {b}% and {c}%.",
    "It is {b}%, other than {z}.",
    "Better than with {y}, the figure is {b}%.",
    "Values go up to {b}%.",
]


def filled(form: str, names: list[str], numbers: list[int]) -> str:
    return form.format(**dict(zip("xyz", names, strict=True)), **dict(zip("abc", numbers, strict=True)))


@given(st.sampled_from(LISTS), st.sampled_from(CERTAIN), NAMES, NUMBERS)
def test_of_a_certain_pairing_the_right_one_passes_and_its_mirror_not(
    source: str, claim: str, names: list[str], numbers: list[int]
) -> None:
    evidence = [filled(source, names, numbers)]
    assert check(filled(claim, names, numbers), evidence).passes
    mirrored = [numbers[1], numbers[0], numbers[2]]
    assert kinds(check(filled(claim, names, mirrored), evidence)) == {"pairing"}


@given(st.sampled_from(LISTS), st.sampled_from(UNCERTAIN), NAMES, NUMBERS)
def test_of_an_uncertain_pairing_neither_is_refused(
    source: str, claim: str, names: list[str], numbers: list[int]
) -> None:
    evidence = [filled(source, names, numbers)]
    for order in (numbers, [numbers[1], numbers[0], numbers[2]]):
        assert check(filled(claim, names, order), evidence).passes


@given(NUMBERS)
def test_counts_that_have_changed_places_are_refused(numbers: list[int]) -> None:
    source = f"We collect {numbers[0]} annotations from {numbers[1]} annotators."
    assert check(f"There are {numbers[1]} annotators with {numbers[0]} annotations.", [source]).passes
    mirrored = check(f"There are {numbers[0]} annotators with {numbers[1]} annotations.", [source])
    assert kinds(mirrored) == {"pairing"}


def kinds(ruling: Ruling) -> set[str]:
    return {finding.kind for finding in ruling.findings}
