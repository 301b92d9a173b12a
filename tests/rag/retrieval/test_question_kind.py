"""What kind of answer a question asks for, and which sentences state one."""

from __future__ import annotations

import pytest

from footnote.eval.questions import SHIPPED, read_questions
from footnote.rag.retrieval.question_kind import (
    QuestionKind,
    asked_kind,
    asks_for_limits,
    asks_for_several,
    counted_things,
    defined_thing,
    introduced_thing,
    may_define,
    states_kind,
    states_limits,
    survey_topic,
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many instructions did Magpie extract?", "count"),
        ("What was the sample size of the study?", "count"),
        ("How many points does TPO gain?", "number"),
        ("What win rate does BPO reach?", "number"),
        ("By how much did F1 rise?", "number"),
        ("What percentage of users agreed?", "share"),
        ("When was HelpSteer2 released?", "date"),
        ("How much did it cost to collect the data?", "price"),
        ("Who are the authors of BeHonest?", "maker"),
        ("which company developed URPO", "maker"),
        ("Who benefits from alignment?", None),
        ("When does reward hacking set in?", None),
        ("How does URIAL work?", None),
    ],
)
def test_what_alone_can_answer(question: str, kind: QuestionKind | None) -> None:
    assert asked_kind(question) == kind


@pytest.mark.parametrize(
    ("sentence", "kind", "states"),
    [
        ("We collect 25,000 judgments.", "count", True),
        ("We use three examples.", "count", True),
        ("It needs 200k pairs.", "count", True),
        (r"Only 3.3\% of the labels are used.", "count", False),
        ("We train GPT-4 and 3D models.", "count", False),
        ("It has (1) a policy and (2) a reward.", "number", False),
        ("It rises by 4.5.", "number", True),
        (r"Accuracy drops by 12\%.", "share", True),
        ("Half of them agreed.", "share", True),
        ("We use 12 models.", "share", False),
        ("It was released in 2023.", "date", True),
        ("It cost $300.", "price", True),
        ("It is costly.", "price", False),
        ("RAFT was developed by OpenAI.", "maker", True),
        ("The bias introduced by the reward is small.", "maker", False),
    ],
)
def test_what_a_sentence_states(sentence: str, kind: QuestionKind, states: bool) -> None:
    assert states_kind(sentence, kind) is states


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("How many volunteers took part?", "volunteers"),
        ("How many preference pairs are in it?", "preference pairs"),
        ("HelpSteer2 number of response pairs", "response pairs"),
        ("How many?", ""),
        ("How much is it?", ""),
    ],
)
def test_what_is_counted(question: str, things: str) -> None:
    assert counted_things(question).strip() == things


@pytest.mark.parametrize(
    "question",
    [
        "Which papers study reward hacking?",
        "What methods reduce over-optimisation?",
        "Are there any works on inverse RL?",
        "List papers about jailbreaks",
        "papers on honesty",
        "In what different ways is inverse RL applied?",
        "What are the main ways to shorten answers?",
        "Write a literature review on honesty",
    ],
)
def test_several_are_asked_for(question: str) -> None:
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    ["What is DPO?", "Which methods does Baichuan use?", "Which model won?", "How do papers get listed?"],
)
def test_one_is_asked_for(question: str) -> None:
    assert not asks_for_several(question)


def test_few_development_questions_ask_plainly_for_several_and_all_of_these_need_them() -> None:
    several = [q for q in read_questions(SHIPPED).questions if asks_for_several(q.question)]
    assert len(several) == 9
    assert all(q.type == "synthesis" and len(q.papers) > 1 for q in several)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("What is URIAL?", "URIAL"),
        ("what is the alignment tax", "alignment tax"),
        ("What is AlignX and how big is it?", "AlignX"),
        ("What are the limitations of DPO?", ""),
        ("What is in the Nectar dataset?", ""),
        ("How does URIAL work?", ""),
    ],
)
def test_the_thing_that_is_to_be_explained(question: str, thing: str) -> None:
    assert defined_thing(question) == thing


def test_sentences_that_introduce_or_explain() -> None:
    assert may_define("We introduce a simple method, URIAL.")
    assert may_define("It suffers from reward hacking (where the model exploits the reward).")
    assert not may_define("URIAL gains 3 points on all tasks.")


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Which paper introduced SimPO?", "SimPO"),
        ("which work first proposed the KTO loss", "KTO"),
        ("Where was RICE introduced?", "RICE"),
        ("Who invented Constitutional AI?", "Constitutional AI"),
        ("Which company originally released the Llama model?", "Llama"),
        ("In which paper was BLEU first proposed?", "BLEU"),
        ("Who developed a cure for it in mice?", ""),
        ("Who made this?", ""),
        ("when was the oldest paper published?", ""),
        ("Which papers propose ways to mitigate position bias?", ""),
        ("What does SimPO introduce?", ""),
    ],
)
def test_whose_source_is_asked_for(question: str, thing: str) -> None:
    assert introduced_thing(question) == thing


@pytest.mark.parametrize(
    ("question", "sentence", "asked", "stated"),
    [
        ("What are the drawbacks of ZEBRA?", "However, it suffers from slow training.", True, True),
        ("Which limitations does ZEBRA have?", "To address these limitations, we propose it.", True, False),
        ("Which speed limit does ZEBRA keep?", "It gains three points.", False, False),
    ],
)
def test_limits(question: str, sentence: str, asked: bool, stated: bool) -> None:
    assert asks_for_limits(question) is asked
    assert states_limits(sentence) is stated


def test_an_overview_is_a_survey_if_it_is_asked_for() -> None:
    assert asks_for_several("Give me an overview of work on reward hacking")
    assert survey_topic("Give me an overview of work on reward hacking") == "reward hacking"
    assert not asks_for_several("What does the overview of DPO variants find?")


def test_where_a_system_runs_shows_whose_it_is() -> None:
    assert states_kind("It has been fully deployed on the Zebra App.", "maker")
    assert not states_kind("It is deployed on mobile phones.", "maker")
