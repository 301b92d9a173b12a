"""Sources for sentences that cite nothing."""

from __future__ import annotations

import pytest

from footnote.rag.answer import Citation, DraftClaim
from footnote.rag.assistant import Assistant
from footnote.rag.composing.source_finding import MAX_SOURCES, find_sources, with_sources
from footnote.rag.retrieval.retrieve import retrieve
from footnote.rag.retrieved_paper import RetrievedPaper

QUESTION = "How often does the model comply with harmful queries from free users when it fakes alignment?"


@pytest.fixture(scope="module")
def evidence(assistant: Assistant) -> tuple[RetrievedPaper, ...]:
    return retrieve(assistant.library, QUESTION, papers=8, candidates=100).evidence


def found(assistant: Assistant, text: str, evidence: tuple[RetrievedPaper, ...]) -> list[str]:
    return [citation.quote for citation in find_sources(text, evidence, assistant.library.embedder.embed)]


def test_a_paraphrase_gets_the_sentence_that_it_is_of(
    assistant: Assistant, evidence: tuple[RetrievedPaper, ...]
) -> None:
    [first, *_] = found(
        assistant, "Harmful queries of free users are complied with in 14% of cases.", evidence
    )
    assert "complies with harmful queries from free users 14% of the time" in first


def test_a_sentence_of_two_gets_both(assistant: Assistant, evidence: tuple[RetrievedPaper, ...]) -> None:
    text = (
        "The model complies with harmful queries from free users 14% of the time, and training it to comply "
        "by reinforcement learning increases the rate of alignment-faking reasoning to 78%."
    )
    quotes = " ".join(found(assistant, text, evidence))
    assert "14% of the time" in quotes
    assert "to 78%" in quotes


@pytest.mark.parametrize(
    "text",
    [
        "I hope this helps!",
        "Sure, here is what the papers say.",
        "Paris is the capital of France.",
        "Ibuprofen is given at 400 mg three times a day.",
        "How often does the model comply with harmful queries from free users?",
        "…",
    ],
)
def test_what_no_sentence_is_near_to_gets_none(
    assistant: Assistant, evidence: tuple[RetrievedPaper, ...], text: str
) -> None:
    assert found(assistant, text, evidence) == []


def test_sources_are_few_and_distinct(assistant: Assistant, evidence: tuple[RetrievedPaper, ...]) -> None:
    text = " ".join(evidence[0].paper.abstract.split())[:1500]
    quotes = found(assistant, text, evidence)
    assert 1 <= len(quotes) <= MAX_SOURCES
    assert len(set(quotes)) == len(quotes)


def test_only_a_draft_without_any_marker_gets_sources(
    assistant: Assistant, evidence: tuple[RetrievedPaper, ...]
) -> None:
    embed = assistant.library.embedder.embed
    sentence = evidence[0].cite(1)
    bare = with_sources(DraftClaim(text=sentence.quote, cited=()), evidence, embed)
    assert bare.sources_found
    assert sentence in bare.cited
    other: Citation = evidence[0].cite(2)
    for draft in (
        DraftClaim(text=sentence.quote, cited=(other,)),
        DraftClaim(text=sentence.quote, cited=(), unknown=("[9.9]",)),
        DraftClaim(text="I hope this helps!", cited=()),
    ):
        assert with_sources(draft, evidence, embed) is draft
