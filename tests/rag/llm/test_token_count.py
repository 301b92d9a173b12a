from __future__ import annotations

import logging
import threading

import pytest
import tiktoken

from footnote.rag.llm.token_count import TokenCounter, Vocabularies, vocabulary_of


def bytewise() -> tiktoken.Encoding:
    """A vocabulary in which every byte is a token, but "th" and "the" are one."""
    ranks = {bytes([n]): n for n in range(256)} | {b"th": 256, b"the": 257}
    return tiktoken.Encoding(
        "bytewise", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 258}
    )


def test_tokens_are_counted_by_the_vocabulary() -> None:
    counter = TokenCounter(bytewise())
    assert (counter.count("the cat"), counter.estimated) == (5, False)


def test_names_of_special_tokens_in_a_text_are_text() -> None:
    assert TokenCounter(bytewise()).count("<|endoftext|>") == len("<|endoftext|>")


def test_without_a_vocabulary_bytes_are_counted_and_said_to_be_an_estimate() -> None:
    counter = TokenCounter()
    assert counter.estimated
    assert [counter.count(text) for text in ("", "abc", "abcd", "标题", "\ud800")] == [0, 1, 2, 2, 1]


def test_a_vocabulary_is_fetched_once() -> None:
    fetched: list[str] = []

    def fetch(name: str) -> tiktoken.Encoding:
        fetched.append(name)
        return bytewise()

    vocabularies = Vocabularies(fetch, wait_s=60)
    first = vocabularies.get("bytewise")
    assert first is not None
    assert vocabularies.get("bytewise") is first
    assert fetched == ["bytewise"]


def test_a_fetch_that_hangs_is_not_waited_for_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    release, ended = threading.Event(), threading.Event()

    def fetch(name: str) -> tiktoken.Encoding:
        release.wait()
        try:
            return bytewise()
        finally:
            ended.set()

    vocabularies = Vocabularies(fetch, wait_s=0.05)
    with caplog.at_level(logging.WARNING, "footnote.rag.llm.token_count"):
        assert vocabularies.get("slow") is None
        assert vocabularies.get("slow") is None
    assert [record.getMessage() for record in caplog.records] == [
        "the vocabulary slow of tiktoken is not there yet: tokens are estimated"
    ]
    release.set()
    assert ended.wait(60)


def test_a_fetch_that_fails_leaves_the_estimate(caplog: pytest.LogCaptureFixture) -> None:
    def fetch(name: str) -> tiktoken.Encoding:
        raise ConnectionError("no route to https://user:secret@host/")

    with caplog.at_level(logging.WARNING, "footnote.rag.llm.token_count"):
        assert Vocabularies(fetch, wait_s=60).get("gone") is None
    assert "can't be fetched (ConnectionError)" in caplog.text
    assert "secret" not in caplog.text


def test_models_that_nobody_knows_count_by_a_recent_vocabulary() -> None:
    assert vocabulary_of("gpt-4") == "cl100k_base"
    assert vocabulary_of("gpt-4o-mini") == vocabulary_of("llama3.2:3b") == "o200k_base"
