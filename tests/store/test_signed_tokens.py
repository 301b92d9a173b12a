"""Tokens kept as signs: which are kept, and how near a question's come to them."""

from __future__ import annotations

import numpy as np
import pytest

from footnote.store.embedders.minilm import MiniLM
from footnote.store.signed_tokens import joined, question_tokens, signed_tokens, similarities


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


def test_punctuation_and_stop_words_are_left_out(model: MiniLM) -> None:
    text = "What, then, is the cost of a reward model?"
    states = model.states(text)
    asked = question_tokens(text, states)
    words = [text[start:end] for start, end in states.spans]
    kept = [words[states.pieces.index(piece)] for piece in asked.pieces]
    assert kept == ["What", "cost", "reward", "model"]
    assert asked.rows.shape == (4, 384)
    indexed = signed_tokens(text, states)
    assert indexed.pieces.tolist() == sorted(asked.pieces)
    assert np.array_equal(np.unpackbits(indexed.signs, axis=1), asked.rows > 0)


def test_a_text_of_stop_words_has_no_token(model: MiniLM) -> None:
    kept = signed_tokens("It is. Of the?", model.states("It is. Of the?"))
    assert len(kept.pieces) == len(kept.signs) == 0


def test_a_piece_counts_once_however_often_a_paper_has_it(model: MiniLM) -> None:
    parts = [signed_tokens(text, model.states(text)) for text in ("Bees dance.", "Bees and bees sting.")]
    whole = joined(parts)
    assert len(whole.signs) == sum(len(part.signs) for part in parts) == 5
    assert whole.pieces.tolist() == sorted({*parts[0].pieces.tolist(), *parts[1].pieces.tolist()})


@pytest.mark.parametrize("tokens", [1, 3, 700])
def test_similarity_is_the_weighted_mean_of_each_tokens_nearest(tokens: int) -> None:
    random = np.random.default_rng(tokens)
    question = random.standard_normal((tokens, 64), np.float32)
    question /= np.linalg.norm(question, axis=1, keepdims=True)
    weights = random.random(tokens)
    weights /= weights.sum()
    signs = [random.choice([-1, 1], (count, 64)) for count in (1, 40, 7)]
    expected = [float(weights @ (question @ rows.T / 8).max(axis=1)) for rows in signs]
    found = similarities(question, weights, [np.packbits(rows > 0, axis=1) for rows in signs])
    assert found == pytest.approx(expected, abs=1e-5)


def test_what_is_meant_is_near_where_the_words_are_others(model: MiniLM) -> None:
    asked = "How do doctors treat a heart attack?"
    question = question_tokens(asked, model.states(asked)).rows
    texts = ("Physicians manage myocardial infarction with aspirin.", "Bees dance to show where flowers are.")
    papers = [signed_tokens(text, model.states(text)).signs for text in texts]
    near, far = similarities(question, np.full(len(question), 1 / len(question)), papers)
    assert near > far + 0.1


def test_texts_whose_tokens_were_just_read_have_the_same_vectors(model: MiniLM) -> None:
    texts = ["Bees dance.", "A reward model costs a lot.", "Bees sting."]
    before = model.embed(texts)
    states = model.states_of_all(texts[:2])
    assert np.array_equal(model.embed(texts), before)
    assert np.array_equal(np.stack([each.vector for each in states]), before[:2])
