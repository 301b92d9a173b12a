"""Recognition of questions to the catalogue: on questions that it wasn't fitted to, and on ordinary ones."""

from __future__ import annotations

import numpy as np

from footnote.eval.questions import SHIPPED, read_questions
from footnote.rag.catalogue.intentions import CLASSES, Intention, classifier, features
from footnote.store.embedders.minilm import MiniLM

ASKED: dict[Intention, tuple[str, ...]] = {
    "count": (
        "what is the number of papers here?",
        "how many abstracts can you search",
        "How many of these articles are from 2023?",
        "count all papers on fairness",
        "how many papers have you got about jailbreaks?",
        "how many papers came out in 2024",
    ),
    "list": (
        "list everything about sycophancy after 2023",
        "which papers on reward models do you have?",
        "Show me the papers from 2024",
        "give me all articles about red teaming",
        "what papers exist in here on diffusion models?",
        "titles on safety please, since 2022",
        "papers about recommendation from 2023",
    ),
    "years": (
        "what years do these papers come from?",
        "how new are the papers",
        "what's your latest paper?",
        "the oldest paper in the library",
        "which time period is covered by the library",
    ),
    "date": (
        "when did the paper on URIAL come out?",
        "what year is BeHonest from?",
        "publication year of Magpie",
        "When was “Alignment for Honesty” published?",
    ),
    "sources": (
        "which sources were these papers taken from?",
        "what files did you read the papers from",
        "where did you get the papers from",
        "what data sources does this library use",
    ),
    "authors": (
        "who are the authors of URIAL?",
        "papers written by Yoshua Bengio",
        "Which papers are by Paul Christiano?",
        "who wrote BeHonest",
        "list the authors in the library",
        "did Jane Smith write any paper in here?",
        "any papers by Anthropic people such as Amanda Askell?",
    ),
    "venues": (
        "which conferences are the papers from?",
        "In which journal was URIAL published?",
        "papers from ICLR",
        "which venues do you cover",
    ),
    "topics": (
        "what topics are in the library",
        "summarise the library for me",
        "what is this collection about?",
        "give me an overview of all papers",
        "what subjects do the papers cover?",
        "describe your library",
    ),
    "abilities": (
        "what can I do here?",
        "help!",
        "who are you",
        "what sort of questions do you answer?",
        "can you explain how to use this tool",
        "what are you capable of",
    ),
    "greeting": (
        "hello there",
        "Good morning!",
        "hey, how are you doing?",
        "hi footnote",
    ),
    "thanks": (
        "thank you so much!",
        "thanks, very useful",
        "great, bye",
        "ok thanks",
        "nice answer, thank you",
    ),
}
"""Written after the fit; the wording is none of its examples'."""


def test_questions_that_it_was_not_fitted_to_are_recognised() -> None:
    asked = [(text, intention) for intention, texts in ASKED.items() for text in texts]
    texts = [text for text, _ in asked]
    found = classifier().intentions(texts, MiniLM().embed(texts))
    wrong = [(text, got) for (text, wanted), got in zip(asked, found, strict=True) if got != wanted]
    assert len(asked) >= 57
    assert len(wrong) <= 0.12 * len(asked), wrong


def test_questions_to_the_papers_are_not_taken_for_others() -> None:
    texts = [question.question for question in read_questions(SHIPPED).questions]
    found = classifier().intentions(texts, MiniLM().embed(texts))
    assert not [text for text, intention in zip(texts, found, strict=True) if intention]


def test_probabilities_are_of_all_classes() -> None:
    texts = ["how many papers?", "What is URIAL?"]
    embedder = MiniLM()
    table = classifier().probabilities(features(texts, embedder.embed(texts), classifier().columns))
    assert table.shape == (2, len(CLASSES))
    np.testing.assert_allclose(table.sum(axis=1), 1, rtol=1e-5)
    assert CLASSES[int(table[0].argmax())] == "count"
    assert classifier().embedder == f"{embedder.name}@{embedder.version}"


def test_a_long_question_is_one_to_the_papers() -> None:
    text = "how many papers are in this library? " * 9
    assert classifier().intentions([text], MiniLM().embed([text])) == [None]
