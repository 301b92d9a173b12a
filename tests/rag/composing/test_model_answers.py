"""Whole answers with a chat model over HTTP: good ones, and what becomes of every bad one."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from footnote.rag import Answer, Assistant
from footnote.rag.answer import REFUSAL
from footnote.rag.events import Done, Event, Restart, TextDelta
from footnote.rag.llm.chat_errors import Endpoint, excerpt
from footnote.rag.settings import load_settings
from tests.model_server import ModelServer

QUESTION = "What are Adaptive Chameleons?"
KEY = "sk-test-secret-0123456789"


def assistant_on(home: Path, base_url: str, **changes: Any) -> Assistant:
    given = {
        "home": home,
        "model": "scripted",
        "openai_api_key": KEY,
        "openai_base_url": base_url,
        "model_stall_s": 0.6,
        "answer_deadline_s": 5,
        "verifier": "rules",
        **changes,
    }
    return Assistant(load_settings(**given))


@pytest.fixture
def with_model(library_home: Path, model_server: ModelServer) -> Assistant:
    return assistant_on(library_home, model_server.base_url)


def assert_every_citation_is_verbatim(answer: Answer) -> None:
    for citation in answer.citations:
        assert citation.paper.abstract[citation.start : citation.end] == citation.quote


def test_a_composed_answer_is_footnoted_and_costs_one_call(
    with_model: Assistant, model_server: ModelServer
) -> None:
    model_server.script("good")
    answer = with_model.ask(QUESTION)
    assert (answer.status, answer.mode, answer.model) == ("answered", "llm", "scripted")
    assert len(answer.claims) == 2
    assert all(claim.citations and claim.verdict == "checked" for claim in answer.claims)
    assert answer.warnings == ()
    assert answer.usage is not None
    assert (answer.usage.calls, answer.usage.estimated, answer.usage.cost_usd) == (1, False, None)
    assert len(model_server.requests) == 1
    assert_every_citation_is_verbatim(answer)


def test_the_key_goes_into_the_header_and_nowhere_else(
    with_model: Assistant, model_server: ModelServer
) -> None:
    model_server.script("good")
    answer = with_model.ask(QUESTION)
    (request,) = model_server.requests
    assert KEY in request.headers["authorization"]
    assert KEY not in request.prompt + answer.model_dump_json()


async def test_text_is_streamed_as_it_is_supported(with_model: Assistant, model_server: ModelServer) -> None:
    model_server.script("odd_splits")
    events = [event async for event in with_model.stream(QUESTION)]
    done = events[-1]
    assert isinstance(done, Done)
    assert done.answer.mode == "llm"
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == done.answer.text


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("refused_key", "OPENAI_API_KEY"),
        ("forbidden", "403"),
        ("busy", "429"),
        ("no_quota", "quota"),
        ("server_error", "500"),
        ("rejected", "400"),
        ("unknown_model", "FOOTNOTE_MODEL"),
        ("stall_at_once", "0.6"),
        ("empty", ""),
        ("only_think", ""),
        ("html", "OPENAI_BASE_URL"),
        ("unknown_ids", "supported"),
        ("nonsense", "supported"),
    ],
)
def test_whatever_the_model_does_the_reader_gets_quotes_and_a_warning(
    with_model: Assistant, model_server: ModelServer, script: str, message: str
) -> None:
    model_server.script(script)
    answer = with_model.ask(QUESTION)
    assert answer.status == "answered"
    assert (answer.mode, answer.model) == ("extractive", None)
    assert any("Adaptive Chameleons" in claim.text and claim.quoted for claim in answer.claims)
    (warning,) = answer.warnings
    assert warning.kind == "fallback"
    assert message in warning.text
    assert "quotes the papers instead" in warning.text
    assert KEY not in answer.model_dump_json()
    assert_every_citation_is_verbatim(answer)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("stall", "0.6"),
        ("stall_with_comments", "0.6"),
        ("cut_off", "broke off"),
        ("no_finish", "broke off"),
        ("length", "FOOTNOTE_ANSWER_TOKENS"),
        ("filtered", "content filter"),
        ("broken_json", "broke off"),
        ("error_in_stream", "out of memory"),
        ("very_long", "60 sentences"),
    ],
)
def test_a_reply_that_ends_early_is_kept_up_to_its_last_whole_sentence(
    with_model: Assistant, model_server: ModelServer, script: str, message: str
) -> None:
    model_server.script(script)
    answer = with_model.ask(QUESTION)
    assert (answer.mode, answer.status) == ("llm", "partial")
    assert answer.claims
    assert "And then" not in answer.text
    (warning,) = answer.warnings
    assert warning.kind == "cut"
    assert message in warning.text
    assert_every_citation_is_verbatim(answer)


def test_reasoning_that_was_cut_is_not_shown(with_model: Assistant, model_server: ModelServer) -> None:
    model_server.say("{1.1} {1.2} And so", finish="length")
    answer = with_model.ask(QUESTION)
    assert answer.mode == "extractive"
    assert answer.warnings[0].kind == "fallback"


def test_sentences_without_markers_get_sources_that_are_marked_as_found(
    with_model: Assistant, model_server: ModelServer
) -> None:
    model_server.script("no_markers")
    answer = with_model.ask(QUESTION)
    assert (answer.mode, answer.status) == ("llm", "answered")
    assert [claim.sources_found for claim in answer.claims] == [True, True]
    assert all(claim.citations for claim in answer.claims)
    assert_every_citation_is_verbatim(answer)


def test_a_server_that_cuts_the_prompt_is_named(with_model: Assistant, model_server: ModelServer) -> None:
    model_server.script("cut_prompt")
    answer = with_model.ask(QUESTION)
    assert answer.mode == "llm"
    (warning,) = answer.warnings
    assert warning.kind == "prompt"
    assert "FOOTNOTE_PROMPT_TOKENS" in warning.text
    assert "OLLAMA_CONTEXT_LENGTH" in warning.text


def test_a_refused_connection_ends_in_quotes(library_home: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    answer = assistant_on(library_home, f"http://127.0.0.1:{port}/v1").ask(QUESTION)
    assert answer.mode == "extractive"
    assert "OPENAI_BASE_URL" in answer.warnings[0].text


def test_without_key_and_address_the_answer_says_which_is_missing(library_home: Path) -> None:
    assistant = Assistant(load_settings(home=library_home, model="some-model"))
    answer = assistant.ask(QUESTION)
    assert answer.mode == "extractive"
    assert "OPENAI_API_KEY" in answer.warnings[0].text


def test_a_sentence_that_cites_nothing_never_stands_beside_one_that_does(
    with_model: Assistant, model_server: ModelServer
) -> None:
    model_server.say("{1.1} [1.1]. Everybody knows that this is so. {1.2} [99.9].")
    answer = with_model.ask(QUESTION)
    assert answer.status == "partial"
    assert len(answer.claims) == 1
    assert "Everybody knows" not in answer.text
    assert "2 sentences of the model dropped" in answer.warnings[0].text


def test_a_number_that_the_sentence_does_not_have_is_dropped(
    with_model: Assistant, model_server: ModelServer
) -> None:
    model_server.say("{1.1} [1.1]. The alignment model defends against 87% of poisoned contexts [1.2].")
    answer = with_model.ask(QUESTION)
    assert "87" not in answer.text
    assert "87" in answer.warnings[0].text


def test_the_models_refusal_is_a_refusal(with_model: Assistant, model_server: ModelServer) -> None:
    model_server.script("refuses")
    answer = with_model.ask(QUESTION)
    assert (answer.status, answer.mode) == ("unsupported", "llm")
    assert answer.text == REFUSAL
    assert answer.nearest


def test_a_model_is_asked_where_quoting_would_decline(
    with_model: Assistant, model_server: ModelServer
) -> None:
    question = "What is grokking in neural networks?"
    model_server.script("refuses")
    refused = with_model.ask(question)
    assert (refused.status, refused.mode, len(model_server.requests)) == ("unsupported", "llm", 1)
    assert refused.confidence is not None
    assert 0.05 < refused.confidence < 0.3
    model_server.script("server_error")
    failed = with_model.ask(question)
    assert (failed.status, failed.claims) == ("unsupported", ()), "quotes have a threshold of their own"
    assert [warning.kind for warning in failed.warnings] == ["fallback"]


def test_what_the_library_cannot_answer_costs_no_call(
    with_model: Assistant, model_server: ModelServer
) -> None:
    model_server.script("good")
    answer = with_model.ask("Who painted the ceiling of the Sistine Chapel?")
    assert answer.status == "unsupported"
    assert model_server.requests == []


async def test_leaving_half_way_ends_the_request(with_model: Assistant, model_server: ModelServer) -> None:
    model_server.script("stall")
    events = with_model.stream(QUESTION)
    async for event in events:
        if isinstance(event, TextDelta):
            break
    await events.aclose()
    assert model_server.requests[0].left.wait(2)


def test_one_assistant_serves_many_loops(with_model: Assistant, model_server: ModelServer) -> None:
    model_server.script("good")
    assert {with_model.ask(QUESTION).mode for _ in range(3)} == {"llm"}


@pytest.mark.parametrize(
    ("script", "restarts"),
    [("good", 0), ("refuses", 0), ("no_markers", 0), ("refused_key", 0), ("cut_off", 0), ("stall", 0)],
)
async def test_text_since_the_last_restart_is_the_answers(
    library_home: Path, model_server: ModelServer, script: str, restarts: int
) -> None:
    model_server.script(script)
    # Long enough for the first sentence to come, however busy the machine is.
    assistant = assistant_on(library_home, model_server.base_url, model_stall_s=3, answer_deadline_s=30)
    events: list[Event] = [event async for event in assistant.stream(QUESTION)]
    cuts = [n for n, event in enumerate(events) if isinstance(event, Restart)]
    assert len(cuts) == restarts
    if cuts:
        assert any(isinstance(event, TextDelta) for event in events[: cuts[0]])
    done = events[-1]
    assert isinstance(done, Done)
    rest = events[cuts[-1] if cuts else 0 :]
    assert "".join(event.text for event in rest if isinstance(event, TextDelta)) == done.answer.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Incorrect key: sk-abc", "Incorrect key: [key]"),
        ("Bearer  abc.def sent", "[key] sent"),
        ("key ab***yz, or abcd*******wxyz.", "key [key] or [key]"),
        ("key=sk-ab***c (" + "x" * 9_000, "[key] (" + "x" * 153 + "…"),
        ("x" * 9_000 + "***" + "y" * 9_000, "[key]"),
    ],
)
def test_what_a_server_says_is_shown_without_keys(said: str, shown: str) -> None:
    endpoint = Endpoint(model="m", provider="openai", base_url=None)
    assert excerpt(RuntimeError(said), endpoint) == f": “{shown}”"


@pytest.mark.parametrize(
    ("key", "said", "shown"),
    [
        ("a", "a bad request at a gateway", "[key] bad request at [key] gateway"),
        ("ollama", "ollama-runner: llamaollamas", "[key]-runner: llamaollamas"),
        ("none", "nonetheless none", "nonetheless [key]"),
        (KEY, f"x{KEY}y", "x[key]y"),
    ],
)
def test_a_short_key_is_replaced_only_where_it_is_a_word(key: str, said: str, shown: str) -> None:
    endpoint = Endpoint(model="m", provider="openai", base_url=None, secret=key)
    assert excerpt(RuntimeError(said), endpoint) == f": “{shown}”"
