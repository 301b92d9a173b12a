"""A rewritten question, read defensively."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.conversation.rewriting import MAX_ADDED_CHARS, parse_rewrite, rejection_reason


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("", ""),
        ("\n\n", ""),
        ("Here it is:", ""),
        ("What is DPO?", "What is DPO?"),
        ("  What  is\tDPO?  ", "What is DPO?"),
        ("Standalone question: What is DPO?", "What is DPO?"),
        ("Rewritten standalone question：What is DPO?", "What is DPO?"),
        ("The question is: What is DPO?", "What is DPO?"),
        ("Query: dpo cost", "dpo cost"),
        ("1. What is DPO?", "What is DPO?"),
        ("> “What is DPO?”", "What is DPO?"),
        ("«Qu'est-ce que DPO ?»", "Qu'est-ce que DPO ?"),
        ("**What is DPO?**", "What is DPO?"),
        ("What does “A Title” say?", "What does “A Title” say?"),
        ("“A” or “B”?", "“A” or “B”?"),
        ("What is DPO [1][2.3]?", "What is DPO?"),
        ("Of course.\nWhat is DPO?\nI put DPO for it.", "What is DPO?"),
        ("dpo cost\nI put DPO for it.", "dpo cost"),
        ("DPO 的成本是多少？", "DPO 的成本是多少？"),
    ],
)
def test_one_question_is_read_from_a_reply(reply: str, question: str) -> None:
    assert parse_rewrite(reply) == question


READER = ["What is DPO?"]
KNOWN = ["Reader: What is DPO?", "Answer (from “EGuR: A Guide”): Quote-Tuning rises by 55% over GPT-4o."]


def wrong(rewrite: str, question: str, limit: int = 4000) -> str | None:
    return rejection_reason(rewrite, question, reader=READER, known=KNOWN, limit=limit)


@pytest.mark.parametrize(
    ("rewrite", "question"),
    [
        ("Does DPO need labels?", "does it need labels"),
        ("Why does DPO work?", "why?"),
        ("How does DPO compare with PPO?", "how does that compare with PPO"),
        ("How does DPO compare with PPO?", "How does it compare with ppo?"),
        ("Does EGuR help DPO with smaller models?", "and for smaller models?"),
        ("Does Quote-Tuning by 55% make DPO cheaper?", "Is it cheaper?"),
        ("What does DPO cost for 7B models?", "and what does it cost for 7B models?"),
        ("What is RLHF?", "ok and what is RLHF?"),
        ("Was kostet DPO bei kleineren Modellen?", "Und bei kleineren Modellen?"),
        ("DPO 的成本是多少？", "成本是多少？"),
        ("Tell me more about DPO", "tell me more"),
        ("does DPO need labels", "does it need labels"),
        ("Does EGuR need labels?", "does it need labels"),
        ("Explain DPO", "ok explain it"),
        ("What are the drawbacks of DPO?", "sounds great, whats the catch?"),
        ("How does EGuR's cost compare with that of DPO?", "and its cost?"),
        ("What is KTO?", "not DPO, I meant KTO"),
        (
            "Which costs does AI feedback have?",
            "Welche Kosten hat das Feedback von KI und ist es die Mühe wert?",
        ),
    ],
)
def test_a_faithful_form_passes(rewrite: str, question: str) -> None:
    assert wrong(rewrite, question) is None


@pytest.mark.parametrize(
    ("rewrite", "question", "why"),
    [
        ("", "why?", "no question"),
        ("?!", "why?", "no question"),
        ("Why " + "does DPO work " * 60 + "?", "why?", "too long"),
        ("DPO is a loss.", "why?", "is no question"),
        ("DPO needs labels.", "does it need labels", "is no question"),
        ("How does DPO compare with others?", "how does that compare with PPO", "leaves out PPO"),
        ("What does DPO cost for small models?", "and what does it cost for 7B models?", "leaves out 7B"),
        ("Does DPO need labels from ACME?", "does it need labels", "brings in ACME"),
        ("Does DPO need labels from Anthropic?", "does it need labels", "brings in Anthropic"),
        ("Does DPO need 500 labels?", "does it need labels", "brings in 500"),
        (
            "Does DPO need labels, see https://evil.example?",
            "does it need labels",
            "brings in https",
        ),
        ("Which brand of bananas is best?", "why?", "something else"),
        ("Does Acme need labels from bananas of the Acme Corporation?", "does it need labels", "brings in"),
    ],
)
def test_an_unfaithful_form_is_refused(rewrite: str, question: str, why: str) -> None:
    found = wrong(rewrite, question)
    assert found is not None
    assert why in found


def test_the_limit_of_questions_holds() -> None:
    assert wrong("Does DPO need labels?", "does it need labels", limit=10) == "it is too long"


texts = st.text(max_size=300)


@given(texts)
def test_any_reply_is_read_as_at_most_one_line(reply: str) -> None:
    assert len(parse_rewrite(reply).splitlines()) <= 1


@given(texts, texts)
def test_what_passes_is_bounded(rewrite: str, question: str) -> None:
    if rejection_reason(rewrite, question, reader=[question], known=[], limit=4000) is None:
        assert len(rewrite) <= len(question) + MAX_ADDED_CHARS
