"""The parts of a question: sides, questions in turn, surveys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footnote.rag.retrieval.name_match import NamedPapers
from footnote.rag.retrieval.question_plan import MOST_SIDES, plan_question


def named(question: str, *names: str) -> list[NamedPapers]:
    return [
        NamedPapers(name=name, start=question.index(name), papers=(f"paper of {name}",), titled=1)
        for name in names
    ]


def sides(question: str, *names: str) -> list[str]:
    plan = plan_question(question, named(question, *names))
    return [part.subject for part in plan.parts] if plan.kind == "comparison" else []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Compare Zebra and Horse.", ["Zebra", "Horse"]),
        ("Which runs faster, the Zebra system or Horse?", ["Zebra", "Horse"]),
        ("Are Zebra and Horse both striped?", ["Zebra", "Horse"]),
        ("Zebra, Horse and Mule: what do they eat?", ["Zebra", "Horse", "Mule"]),
    ],
)
def test_names_that_stand_for_papers_are_sides(question: str, expected: list[str]) -> None:
    assert sides(question, *expected) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("process rewards vs outcome rewards", ["process rewards", "outcome rewards"]),
        (
            "Name the difference between early stopping and weight decay.",
            ["early stopping", "weight decay"],
        ),
        ("How does early stopping differ from weight decay?", ["early stopping", "weight decay"]),
        ("Is early stopping better than weight decay?", ["early stopping", "weight decay"]),
        ("Which saves more memory: early stopping or weight decay?", ["early stopping", "weight decay"]),
        ("How do SAC and TD3 differ?", ["SAC", "TD3"]),
    ],
)
def test_noun_groups_that_are_compared_are_sides(question: str, expected: list[str]) -> None:
    assert sides(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How do early stopping and weight decay work?",
        "What did the authors find in mice and rats?",
        "Who writes and who reads?",
        "What is Zebra?",
    ],
)
def test_what_is_only_joined_is_not_compared(question: str) -> None:
    assert plan_question(question).kind == "single"


def test_names_far_apart_are_not_sides_unless_something_compares_them() -> None:
    question = "How much does Zebra raise the score when Horse is left out?"
    assert sides(question, "Zebra", "Horse") == []


def test_two_names_of_one_paper_are_not_sides() -> None:
    one = [replace(each, papers=("p",)) for each in named("Zebra, Horse", "Zebra", "Horse")]
    assert plan_question("Zebra, Horse", one).kind == "single"


def test_sides_are_few() -> None:
    names = ["Ape", "Bee", "Cat", "Dog", "Elk", "Fox"]
    assert sides("Compare Ape, Bee, Cat, Dog, Elk and Fox.", *names) == names[:MOST_SIDES]


def test_a_side_is_asked_about_alone() -> None:
    plan = plan_question(
        "Do Zebra and Horse run on the same phone?", named("Do Zebra and Horse", "Zebra", "Horse")
    )
    first, second = (part.question for part in plan.parts)
    assert ("Zebra" in first, "Horse" in first, "phone" in first) == (True, False, True)
    assert ("Zebra" in second, "Horse" in second) == (False, True)
    plan = plan_question("Compare Zebra and Horse.", named("Compare Zebra and Horse.", "Zebra", "Horse"))
    assert [part.question for part in plan.parts] == ["What is Zebra?", "What is Horse?"]


@pytest.mark.parametrize(
    ("question", "names", "second"),
    [
        ("What is Zebra and how big is it?", ["Zebra"], "How big is Zebra?"),
        ("What is the striped tax, and how big is it?", [], "How big is the striped tax?"),
        ("How does Zebra find food and what are its limits?", ["Zebra"], "What are Zebra’s limits?"),
    ],
)
def test_the_second_question_says_what_it_is_about(question: str, names: list[str], second: str) -> None:
    plan = plan_question(question, named(question, *names))
    assert (plan.kind, plan.parts[1].question) == ("in_turn", second)


@pytest.mark.parametrize(
    "question",
    [
        "What is Zebra and what is Horse?",
        "Why is it hard and is it possible to measure that?",
        "How many stripes has a zebra, and how many instances were kept?",
    ],
)
def test_without_a_pronoun_that_leans_back_it_is_one_question(question: str) -> None:
    assert plan_question(question).kind != "in_turn"


def test_a_survey_is_one_part() -> None:
    plan = plan_question("Which papers study early stopping?")
    assert (plan.kind, len(plan.parts)) == ("survey", 1)
    question = "Which methods does Zebra use?"
    assert plan_question(question, named(question, "Zebra")).kind == "single"
