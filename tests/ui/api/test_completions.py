"""Footnote as a model: the openai package asks it, with and without a stream, and gets footnotes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import openai
import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.settings import Settings
from footnote.store.ingest import ingest
from footnote.store.library import Library
from tests.ui.api.api_server import serving

CHAMELEONS = "What are Adaptive Chameleons?"


@pytest.fixture(scope="module")
def assistant(library_home: Path) -> Assistant:
    return Assistant(Settings(home=library_home))


@pytest.fixture(scope="module")
def url(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0) as client:
        yield client


def ask(client: openai.OpenAI, *contents: str, **options: Any) -> Any:
    roles = ["user", "assistant"] * len(contents)
    messages = [{"role": role, "content": text} for role, text in zip(roles, contents, strict=False)]
    return client.chat.completions.create(model="footnote", messages=messages, **options)  # type: ignore[call-overload]


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["footnote"]


def test_an_answer_has_footnotes_and_an_annotation_for_each_marker(
    client: openai.OpenAI, assistant: Assistant
) -> None:
    reply = ask(client, CHAMELEONS, temperature=0.3).choices[0]
    answer = assistant.ask(CHAMELEONS)
    text = reply.message.content
    assert reply.finish_reason == "stop"
    assert answer.citations
    assert all(citation.quote[:20].split()[0] in text for citation in answer.citations)
    marks = [each for each in reply.message.annotations if each.type == "url_citation"]
    assert marks
    for mark in marks:
        place, quote = mark.url_citation, mark.footnote
        number = int(text[place.start_index : place.end_index].strip("[^]"))
        cited = {answer.number(n): c for n, c in enumerate(answer.citations, 1)}[number]
        assert (quote["paper"], quote["quote"]) == (cited.paper.id, cited.quote)
        assert cited.paper.abstract[quote["start"] : quote["end"]] == cited.quote
        assert place.title == cited.paper.display_title


def test_a_stream_gives_the_same_words_and_at_last_the_annotations(client: openai.OpenAI) -> None:
    whole = ask(client, CHAMELEONS)
    chunks = list(ask(client, CHAMELEONS, stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert len(deltas[-1].annotations) == len(whole.choices[0].message.annotations)
    assert chunks[-1].usage == whole.usage


def test_a_follow_up_is_read_with_the_conversation_before_it(client: openai.OpenAI) -> None:
    first = ask(client, "How does URIAL align a base model?").choices[0].message.content
    follow_up = "How many examples does it need?"
    told = ask(client, "How does URIAL align a base model?", first, follow_up)
    alone = ask(client, follow_up)
    assert told.choices[0].message.content != alone.choices[0].message.content
    assert "URIAL" in told.choices[0].message.content


@pytest.mark.parametrize(("request_", "error", "words"), [
    ({"model": "gpt-x", "messages": [{"role": "user", "content": "Hi"}]}, openai.NotFoundError, "footnote"),
    ({"model": "footnote", "messages": []}, openai.UnprocessableEntityError, "messages"),
    (
        {"model": "footnote", "messages": [{"role": "assistant", "content": "Hi"}]},
        openai.UnprocessableEntityError,
        "role user",
    ),
    (
        {"model": "footnote", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
        openai.UnprocessableEntityError,
        "content",
    ),
    (
        {"model": "footnote", "messages": [{"role": "user", "content": " "}]},
        openai.UnprocessableEntityError,
        "empty",
    ),
])  # fmt: skip
def test_a_request_that_cannot_be_used_names_why(
    client: openai.OpenAI, request_: dict[str, Any], error: type[openai.APIStatusError], words: str
) -> None:
    with pytest.raises(error) as refused:
        client.chat.completions.create(**request_)
    assert words in refused.value.body["message"]  # type: ignore[index, call-overload]


def test_an_error_of_a_stream_is_an_event(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIError, match="empty"):
        list(ask(client, " ", stream=True))


def test_words_of_papers_are_no_markup_and_load_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    title = "Zorblax maps ![pixel](http://outside.example/p.png)"
    abstract = "Zorblax maps show ![caves](caves.png) and <img src=x> [^1] rivers under the ice sheet."
    file.write_text(json.dumps({"id": "z", "title": title, "abstract": abstract}))
    home = tmp_path / "home"
    library = Library(home / "library")
    ingest(library, [file])
    library.close()
    settings = Settings(home=home, refuse_below=0)
    with Assistant(settings) as assistant, serving(assistant) as url:
        with openai.OpenAI(base_url=f"{url}/v1", api_key="any") as client:
            message = ask(client, "What do Zorblax maps show?").choices[0].message
        assert urlopen(f"{url}/v1/models").status == 200
    assert "Zorblax" in message.content
    assert "![" not in message.content
    assert "<img" not in message.content.replace("\\<img", "")
    assert {mark.footnote["paper"] for mark in message.annotations} == {"z"}
    assert all(mark.url_citation.url == "urn:footnote:z" for mark in message.annotations)
