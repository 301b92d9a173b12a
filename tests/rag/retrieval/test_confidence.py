"""Confidence: the signs that raise and lower it."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.retrieval.confidence import (
    ASKED_LIMIT,
    NO_TRUST,
    QUESTION_WORDS,
    ConfidenceFeatures,
    confidence,
    confidence_features,
    trust,
    trust_of,
)

FAIR = ConfidenceFeatures(
    passage=0.35,
    support=0.5,
    lead=0.05,
    nearer=0.05,
    leads_away=0.0,
    unknown_names=0.0,
    kind_far=0.0,
    missing=0.0,
    pieces=1.5,
    question_words=frozenset({"how", "and"}),
)


@pytest.mark.parametrize(
    "worse",
    [
        {"passage": 0.1},
        {"support": 0.2},
        {"leads_away": 0.1},
        {"unknown_names": 2.0},
        {"kind_far": 1.0},
        {"missing": 0.6},
        {"pieces": 3.0},
        {"question_words": frozenset({"did", "how"})},
    ],
)
def test_each_feature_moves_both_probabilities_the_right_way(worse: dict[str, Any]) -> None:
    other = trust_of(dataclasses.replace(FAIR, **worse))
    assert other.confidence < trust_of(FAIR).confidence
    assert other.quotes < trust_of(FAIR).quotes


@pytest.mark.parametrize("worse", [{"lead": 0.0}, {"nearer": 0.0}])
def test_a_paper_that_is_no_better_than_the_next_may_be_the_wrong_one(worse: dict[str, float]) -> None:
    other = trust_of(dataclasses.replace(FAIR, **worse))
    assert other.quotes < trust_of(FAIR).quotes
    assert other.confidence == trust_of(FAIR).confidence


def test_a_paper_without_a_rare_word_or_one_near_it_is_not_taken_to_answer() -> None:
    good = dataclasses.replace(FAIR, passage=0.9, support=0.9, lead=0.3, nearer=0.3)
    assert trust_of(good).quotes > 0.9
    assert trust_of(dataclasses.replace(good, missing=0.6)).quotes == 0.0


def test_how_a_question_is_put_counts_within_limits() -> None:
    put = [dataclasses.replace(FAIR, question_words=frozenset(words)) for words in ((), QUESTION_WORDS)]
    plain, every = (trust_of(features).confidence for features in put)
    odds = [math.log(x / (1 - x)) for x in (plain, every)]
    assert abs(odds[1] - odds[0]) <= ASKED_LIMIT


def test_nothing_found_is_no_confidence() -> None:
    assert confidence(None) == 0.0
    assert trust_of(None) == NO_TRUST


def signs(assistant: Assistant, question: str) -> ConfidenceFeatures:
    read = confidence_features(question, assistant.search(question), assistant.library)
    assert read is not None
    return read


def test_a_number_that_no_sentence_gives_is_noticed(assistant: Assistant) -> None:
    assert signs(assistant, "How many famous people are included in WikiPersona?").kind_far == 1
    assert signs(assistant, "How many instructions did Magpie extract?").kind_far < 0.3
    assert signs(assistant, "Which famous people are included in WikiPersona?").kind_far == 0


@pytest.mark.parametrize(
    "question",
    [
        "Who are the authors of BeHonest?",
        "Which company developed URPO?",
        "When was the Baichuan Alignment report published?",
        "How much did it cost to collect OpenAssistant Conversations?",
        "What percentage of LettinGo's users were women?",
    ],
)
def test_what_an_abstract_seldom_tells_is_noticed_where_it_does_not(
    assistant: Assistant, question: str
) -> None:
    assert signs(assistant, question).kind_far == 1


def test_names_that_the_paper_does_not_know_are_noticed(assistant: Assistant) -> None:
    question = "What Recall@20 does MambaRec reach on the Amazon Baby dataset?"
    assert signs(assistant, question).unknown_names == 2
    # URIAL's abstract writes 1K.
    assert signs(assistant, "Are 1000 examples enough, as in LIMA?").unknown_names == 0
    assert signs(assistant, "What does URIAL need?").unknown_names == 0


def test_a_name_that_one_abstract_gives_once_is_answered(assistant: Assistant) -> None:
    assert confidence(signs(assistant, "What are Adaptive Chameleons?")) > 0.6


def test_a_rare_word_that_the_paper_neither_has_nor_comes_near_to_is_missing(assistant: Assistant) -> None:
    assert signs(assistant, "How does URIAL align a base model?").missing < 0.1
    assert signs(assistant, "How does URIAL align the lifespan of a honeybee queen?").missing > 0.3


@pytest.mark.parametrize(
    "question",
    ["Why does RLHF always improve factuality?", "Why is DPO impossible to use with small models?"],
)
def test_what_a_question_takes_for_granted_is_not_called_answered(
    assistant: Assistant, question: str
) -> None:
    found = assistant.search(question, 8)
    assert trust(question, found, assistant.library).quotes < assistant.settings.answer_from


def test_a_foreign_question_is_far_from_every_paper(assistant: Assistant) -> None:
    foreign = signs(assistant, "What is the usual adult dose of ibuprofen?")
    own = signs(assistant, "How does alignment of language models work?")
    assert foreign.passage < own.passage
    assert foreign.support < own.support


def test_words_that_the_paper_says_are_supported_and_strange_ones_lead_away(assistant: Assistant) -> None:
    said = signs(assistant, "Do word embeddings learn human-like biases from text corpora?")
    strange = signs(assistant, "Do word embeddings of Etruscan inscriptions need dropout?")
    assert said.support > strange.support
    assert said.leads_away < strange.leads_away


@pytest.mark.parametrize("question", ["of the", "dropout", "a" * 3_000, "word " * 700, "١٢٣ 数字 ✓"])
def test_every_question_has_signs(assistant: Assistant, question: str) -> None:
    found = assistant.search(question)
    read = confidence_features(question, found, assistant.library)
    assert (read is None) == (not found.evidence)
    assert 0 <= confidence(read) < 0.8
