"""A chat model's help with the search: what it changes, what it costs, and what its failure leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.search import assisted_search
from footnote.rag.settings import Settings
from tests.model_server import ModelServer

QUESTION = "Which methods defend against poisoned context?"


def with_help(library_home: Path, server: ModelServer, **changed: object) -> Settings:
    return Settings(
        home=library_home,
        model="scripted-1",
        openai_api_key="sk-test",
        openai_base_url=server.base_url,
        model_stall_s=0.5,
        **changed,
    )


@pytest.fixture
def plain(assistant: Assistant) -> list[str]:
    return [fused.paper for fused in assistant.search(QUESTION).ranking]


async def test_words_of_the_model_widen_the_search(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str]
) -> None:
    settings = with_help(library_home, model_server, expand="abstract")
    model_server.say("We train robots to fold laundry with diffusion policies and human feedback.")
    searched = await assisted_search(assistant.library, QUESTION, settings)
    assert [f.paper for f in searched.found.ranking] != plain
    assert searched.found.question == QUESTION


async def test_what_the_help_took_is_counted(
    assistant: Assistant, library_home: Path, model_server: ModelServer
) -> None:
    settings = with_help(library_home, model_server, expand="question")
    model_server.script("expand_good")
    searched = await assisted_search(assistant.library, QUESTION, settings)
    [request] = model_server.requests
    assert searched.trouble is None
    assert searched.usage is not None
    assert (searched.usage.calls, searched.usage.prompt_tokens) == (1, len(request.prompt.split()))


@pytest.mark.parametrize("script", ["refused_key", "stall_at_once", "empty"])
async def test_without_a_working_model_the_search_goes_on(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str], script: str
) -> None:
    settings = with_help(library_home, model_server, expand="question")
    model_server.script(script)
    searched = await assisted_search(assistant.library, QUESTION, settings)
    assert [f.paper for f in searched.found.ranking] == plain
    assert searched.trouble is not None
    assert searched.trouble.endswith("The search went on without the model.")
    assert "sk-test" not in searched.trouble
    assert len({request.prompt for request in model_server.requests}) == 1


async def test_help_that_fails_is_counted(
    assistant: Assistant, library_home: Path, model_server: ModelServer
) -> None:
    settings = with_help(library_home, model_server, expand="question")
    model_server.script("empty")
    searched = await assisted_search(assistant.library, QUESTION, settings)
    [request] = model_server.requests
    assert searched.trouble is not None
    assert searched.usage is not None
    assert (searched.usage.calls, searched.usage.prompt_tokens) == (1, len(request.prompt.split()))


async def test_help_has_no_more_time_than_the_answer(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str]
) -> None:
    settings = with_help(library_home, model_server, expand="question")
    model_server.script("expand_good")
    searched = await assisted_search(assistant.library, QUESTION, settings, deadline=Deadline(0))
    assert [f.paper for f in searched.found.ranking] == plain
    assert searched.trouble is not None
    assert "FOOTNOTE_ANSWER_DEADLINE_S" in searched.trouble
    assert searched.usage is None


async def test_no_model_is_asked_where_none_is_to(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str]
) -> None:
    for settings in (
        with_help(library_home, model_server),
        with_help(library_home, model_server, mode="extractive", expand="question"),
    ):
        searched = await assisted_search(assistant.library, QUESTION, settings)
        assert [f.paper for f in searched.found.ranking] == plain
        assert searched.usage is None
    assert model_server.requests == []


def test_an_answer_counts_all_calls_and_says_what_failed(
    library_home: Path, model_server: ModelServer
) -> None:
    # With words of the model's the nearest passage may be another; what is looked at here are the calls.
    assistant = Assistant(
        with_help(library_home, model_server, expand="question", refuse_below=0.0, verifier="rules")
    )
    model_server.script("expand_good", "good")
    answer = assistant.ask("How does Dialectical Alignment resist poisoned context?")
    assert answer.mode == "llm"
    assert answer.usage is not None
    assert answer.usage.calls == 2
    model_server.script("empty", "good")
    answer = assistant.ask("How does Dialectical Alignment resist poisoned context?")
    assert answer.mode == "llm"
    assert any("went on without the model" in str(warning) for warning in answer.warnings)
    assistant.close()
