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
    assert [f.paper for f in searched.plain.ranking] == plain
    assert searched.found.question == searched.plain.question == QUESTION


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
        with_help(library_home, model_server, expand="off"),
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


ASKED = "How does Dialectical Alignment resist poisoned context?"
IMAGINED = "We train robots to fold laundry with diffusion policies and human feedback."


def say_in_turn(server: ModelServer, *texts: str) -> None:
    server.play(*({"text": text} for text in texts))


def imagining(library_home: Path, server: ModelServer) -> Assistant:
    """An assistant as it is by default with a chat model, but that no judge is called."""
    return Assistant(with_help(library_home, server, expand=None, verifier="rules"))


def test_an_abstract_is_imagined_by_default_where_a_model_is_set(
    library_home: Path, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FOOTNOTE_EXPAND")
    assert with_help(library_home, model_server).resolved_expand == "abstract"
    assert with_help(library_home, model_server, mode="extractive").resolved_expand == "off"
    assert Settings(home=library_home).resolved_expand == "off"


def test_the_confidence_comes_from_the_question_alone(
    assistant: Assistant, library_home: Path, model_server: ModelServer
) -> None:
    with imagining(library_home, model_server) as helped:
        say_in_turn(model_server, IMAGINED, "{1.1} [1.1].")
        answer = helped.ask(ASKED)
    by_itself = assistant.ask(ASKED)
    assert answer.confidence == by_itself.confidence
    assert answer.ranking != by_itself.ranking
    assert len(model_server.requests) == 2
    assert answer.usage is not None
    assert answer.usage.calls == 2


def test_a_follow_up_takes_one_call_before_its_answer(library_home: Path, model_server: ModelServer) -> None:
    with imagining(library_home, model_server) as helped:
        say_in_turn(model_server, IMAGINED, "{1.1} [1.1].", f"{ASKED}\nABSTRACT: {IMAGINED}", "{1.1} [1.1].")
        first = helped.ask(ASKED)
        follow_up = helped.ask("how does it do that?", history=[first])
    condensing, composing = model_server.requests[2:]
    assert "begins with ABSTRACT:" in condensing.prompt
    assert f"<question>\n{ASKED}\n</question>" in composing.prompt
    assert follow_up.standalone == ASKED
    assert follow_up.ranking == first.ranking, "the same abstract was searched for"
    assert follow_up.confidence == first.confidence
    assert follow_up.usage is not None
    assert follow_up.usage.calls == 2


def test_a_question_in_another_language_is_shown_to_the_model_in_both(
    library_home: Path, model_server: ModelServer
) -> None:
    german = "Wie widersteht Dialectical Alignment dem vergifteten Kontext und was ist das?"
    with imagining(library_home, model_server) as helped:
        say_in_turn(model_server, f"{ASKED}\nABSTRACT: {IMAGINED}", "{1.1} [1.1].")
        answer = helped.ask(german)
    assert (answer.question, answer.standalone) == (german, ASKED)
    composing = model_server.requests[1].prompt
    assert f"<question>\n{ASKED} (In the reader's own words: {german})\n</question>" in composing
    assert "the reader's own words in another language, write in that language" in composing


def test_a_message_that_asks_nothing_calls_no_model(library_home: Path, model_server: ModelServer) -> None:
    with imagining(library_home, model_server) as helped:
        helped.ask("thanks!")
    assert model_server.requests == []
