"""Sentences that answer nothing: labels of sections, the publisher's words, addresses."""

from __future__ import annotations

import pytest

from footnote.rag.retrieval.sentence_cues import is_boilerplate, label_length, only_says_where


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("METHODS: We asked 12 people.", "METHODS: "),
        ("Materials and methods: Mice ran.", "Materials and methods: "),
        ("Conclusion. It works.", "Conclusion. "),
        ("Results show that it works.", ""),
        ("Background noise: it hums.", ""),
        ("We present results: they hold.", ""),
    ],
)
def test_the_label_that_a_sentence_begins_with(sentence: str, label: str) -> None:
    assert sentence[: label_length(sentence)] == label


@pytest.mark.parametrize(
    "sentence",
    [
        "Background:",
        "Methods.",
        "© 2010 Elsevier B.V.",
        "Copyright 2012 by the society.",
        "All rights reserved.",
    ],
)
def test_what_is_never_quoted(sentence: str) -> None:
    assert is_boilerplate(sentence)


@pytest.mark.parametrize("sentence", ["We used 2010 samples.", "Results: It works.", "The method is right."])
def test_what_may_be_quoted(sentence: str) -> None:
    assert not is_boilerplate(sentence)


def test_an_address_is_quoted_only_where_it_is_asked_for() -> None:
    sentence = "The code is available at https://example.org."
    assert only_says_where(sentence, "How does it work?")
    assert not only_says_where(sentence, "Where is the code?")
