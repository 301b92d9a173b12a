"""What the embedder says of a text token by token goes with what it says of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.embedders.minilm import MiniLM

PIECES = [*"aé.- \t\n\r\x0b\x1c\x85\xa0\u2028\u0301\u3000中\x00", "[SEP]", "##a", "word", "x" * 101]
TEXT = "URIAL aligns base models by in-context learning alone."


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


def test_states_go_with_the_vector_and_the_words(model: MiniLM) -> None:
    states = model.states(TEXT)
    assert np.array_equal(states.vector, model.embed([TEXT])[0])
    assert len(states.spans) == len(states.rows) == model.count_tokens(TEXT) - 2
    assert np.allclose(np.linalg.norm(states.rows, axis=1), 1, atol=1e-5)
    assert "".join(TEXT[a:b] for a, b in states.spans) == TEXT.replace(" ", "")
    mean = states.rows.mean(
        axis=0
    )  # the vector is the mean of the states before these are brought to length 1
    assert float(mean @ states.vector) / float(np.linalg.norm(mean)) > 0.98


def test_a_question_is_read_once_and_nobody_can_change_what_is_kept(model: MiniLM) -> None:
    once = model.question_states(TEXT)
    assert model.question_states(TEXT) is once
    assert np.array_equal(model.embed_question(TEXT), once.vector)
    assert np.allclose(once.vector, model.embed([TEXT])[0], atol=1e-5)
    for kept in (once.vector, once.rows):
        with pytest.raises(ValueError, match="read-only"):
            kept[:] = 0


def test_tokens_beyond_the_window_are_left_out(model: MiniLM) -> None:
    assert len(model.states("bees " * 400).rows) == model.window - 2
    assert len(model.states("").rows) == 0


def test_a_word_means_what_it_means_where_it_stands(model: MiniLM) -> None:
    texts = ("They sat on the river bank.", "The bank raised its rates.", "Her bank charges high interest.")
    read = [model.states(text) for text in texts]
    river, rates, interest = (
        states.rows[next(n for n, (a, b) in enumerate(states.spans) if text[a:b] == "bank")]
        for text, states in zip(texts, read, strict=True)
    )
    assert rates @ interest > rates @ river


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
)
def test_tokens_are_counted_as_the_tokenizer_gives_them(model: MiniLM, text: str) -> None:
    assert model.count_tokens(text) == len(model._tokenizer.encode(text).ids)
