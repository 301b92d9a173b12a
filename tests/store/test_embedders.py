"""Embedders by choice: over HTTP, not installed, and a library that is stamped with its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.settings import SettingsError, load_settings
from footnote.store.embedders import make_embedder, parse_choice
from footnote.store.embedders.minilm import MiniLM
from footnote.store.embedders.openai_compatible import MAX_CHARS, TEXTS_A_REQUEST, OpenAIEmbedder
from footnote.store.errors import EmbedderError, IndexMismatch
from footnote.store.ingest import ingest, open_library
from footnote.store.library import Library
from tests.store.embeddings_server import EmbeddingsServer, vector_of


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with EmbeddingsServer() as running:
        yield running


def embedder(server: EmbeddingsServer, **changes: Any) -> OpenAIEmbedder:
    defaults = {"base_url": server.base_url, "api_key": "sk-secret", "retries": 0}
    return OpenAIEmbedder("words", **defaults | changes)


# The choice


def test_a_choice_is_a_kind_and_a_model_which_may_have_colons() -> None:
    assert parse_choice("minilm") == ("minilm", "")
    assert parse_choice("openai:nomic-embed-text:v1.5") == ("openai", "nomic-embed-text:v1.5")
    assert isinstance(make_embedder(), MiniLM)


@pytest.mark.parametrize("choice", ["", "glove", "openai", "openai:", "minilm:large", "fastembed"])
def test_a_choice_that_is_none_names_the_choices(choice: str) -> None:
    with pytest.raises(ValueError, match="minilm, openai:MODEL, fastembed:MODEL"):
        parse_choice(choice)


def test_the_setting_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", "word2vec")
    with pytest.raises(SettingsError, match=r"FOOTNOTE_EMBEDDER.*openai:MODEL"):
        load_settings()


def test_fastembed_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)  # as if it weren't
    with pytest.raises(
        EmbedderError, match=r"fastembed:BAAI/bge-small-en-v1\.5.*pip install -e '\.\[fastembed\]'"
    ):
        make_embedder("fastembed:BAAI/bge-small-en-v1.5")


# Over HTTP


def test_texts_go_in_batches_and_come_back_as_unit_rows_in_order(server: EmbeddingsServer) -> None:
    texts = [f"bees {'dance ' * n}" for n in range(TEXTS_A_REQUEST + 3)]
    made = embedder(server)
    rows = made.embed(texts)
    expected = np.array([vector_of(text, 32) for text in texts], np.float32)
    assert np.allclose(rows, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert (made.name, made.version, made.dimensions) == ("openai:words", "32", 32)
    assert [len(request["input"]) for request in server.requests] == [1, TEXTS_A_REQUEST, 3]
    assert {request["model"] for request in server.requests} == {"words"}
    assert set(server.keys) == {"Bearer sk-secret"}
    assert made.embed([]).shape == (0, 32)


def test_a_question_is_sent_once_and_a_text_is_never_empty_or_too_long(server: EmbeddingsServer) -> None:
    made = embedder(server)
    assert made.embed_question("bees?") is made.embed_question("bees?")
    assert len(server.requests) == 2, "the dimensions, and the question"
    made.embed(["", "bees " * MAX_CHARS])
    empty, long = server.requests[-1]["input"]
    assert empty == " "
    assert len(long) == MAX_CHARS


def test_a_server_of_ones_own_needs_no_key_but_openai_does(server: EmbeddingsServer) -> None:
    assert embedder(server, api_key=None).embed_question("bees").shape == (32,)
    with pytest.raises(EmbedderError, match="OPENAI_API_KEY"):
        OpenAIEmbedder("words")


@pytest.mark.parametrize(
    ("status", "named"),
    [(401, "OPENAI_API_KEY"), (404, "no such model"), (429, "more requests"), (500, "HTTP status 500")],
)
def test_what_the_server_refuses_is_an_error_that_names_the_fix(
    server: EmbeddingsServer, status: int, named: str
) -> None:
    server.statuses = [status]
    with pytest.raises(EmbedderError, match=named) as caught:
        embedder(server).embed(["bees"])
    assert "FOOTNOTE_EMBEDDER=openai:words" in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_a_request_that_fails_in_passing_is_sent_again(server: EmbeddingsServer) -> None:
    server.statuses = [503]
    assert embedder(server, retries=1).dimensions == 32


def test_a_server_that_is_silent_or_away_is_an_error(server: EmbeddingsServer) -> None:
    server.gate.clear()
    with pytest.raises(EmbedderError, match=r"no reply within 0\.2 s"):
        embedder(server, timeout_s=0.2).embed(["bees"])
    with pytest.raises(EmbedderError, match="can't be reached: check OPENAI_BASE_URL"):
        embedder(server, base_url="http://127.0.0.1:9/v1").embed(["bees"])


@pytest.mark.parametrize(
    "body",
    [
        {"choices": []},
        {"data": None},
        "no JSON",
        {"data": []},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": ["a", "b"]}]},
    ],
)
def test_a_reply_that_is_no_embedding_is_an_error(server: EmbeddingsServer, body: object) -> None:
    server.body = body
    with pytest.raises(EmbedderError, match="FOOTNOTE_EMBEDDER=openai:words"):
        embedder(server).embed(["bees"])


def test_vectors_of_another_length_are_never_mixed(server: EmbeddingsServer) -> None:
    made = embedder(server)
    made.embed(["bees"])
    server.dimensions = 16
    with pytest.raises(EmbedderError, match=r"16 dimensions after vectors of 32.*--rebuild"):
        made.embed(["bees"])


# A library


def test_a_library_is_stamped_with_its_embedder_and_answers_with_it(
    server: EmbeddingsServer, few_papers: Path, tmp_path: Path
) -> None:
    settings = load_settings(
        home=tmp_path, embedder="openai:words", openai_base_url=server.base_url, openai_api_key="sk-secret"
    )
    file = tmp_path / "eight.jsonl"
    file.write_text("".join(few_papers.read_text().splitlines(keepends=True)[:8]))
    library = Library(settings.library, embedder(server))
    ingest(library, [file])
    title = next(library.catalog.papers()).title
    library.close()
    assistant = Assistant(settings)
    assert assistant.status().embedder == "openai:words@32+2"
    assert assistant.status().waiting == 0
    # Its states are of the model that ships: the server gives none, and the checks need them.
    assert isinstance(assistant.library.token_embedder, MiniLM)
    assert assistant.search(title, 1).hits[0].paper.title == title
    assert assistant.ask(title).citations
    assistant.close()
    with pytest.raises(IndexMismatch, match=r"openai:words@32\+2.*FOOTNOTE_EMBEDDER.*ingest --rebuild"):
        open_library(settings.library)
    rebuilt = Library(settings.library)
    with rebuilt.writing():
        rebuilt.rebuild()
        rebuilt.index_waiting()
    assert open_library(settings.library).status().embedder == "all-MiniLM-L6-v2-int8@1+2"
