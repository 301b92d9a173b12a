"""A chat model's help with the search: what it changes, what it costs, and what its failure leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.search import assisted_search, search
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


async def test_grades_move_papers_and_leave_scores_in_their_places(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str]
) -> None:
    settings = with_help(library_home, model_server, rescore=4, papers=2)
    model_server.script("grades_good")  # 0, 3, 1, 2
    before = search(assistant.library, QUESTION, settings)
    searched = await assisted_search(assistant.library, QUESTION, settings)
    found = searched.found
    assert [f.paper for f in found.ranking] == [plain[1], plain[3], plain[2], plain[0], *plain[4:]]
    assert [f.score for f in found.ranking] == [f.score for f in before.ranking]
    assert [entry.paper.id for entry in found.entries] == [plain[1], plain[3]]
    assert [hit.paper.id for hit in found.hits] == [plain[1], plain[3]]
    assert searched.usage is not None
    assert searched.usage.calls == 1
    assert searched.trouble is None


async def test_words_of_the_model_widen_the_search(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str]
) -> None:
    settings = with_help(library_home, model_server, expand="abstract")
    model_server.say("We train robots to fold laundry with diffusion policies and human feedback.")
    searched = await assisted_search(assistant.library, QUESTION, settings)
    assert [f.paper for f in searched.found.ranking] != plain
    assert searched.found.question == QUESTION


async def test_both_kinds_of_help_are_counted_together(
    assistant: Assistant, library_home: Path, model_server: ModelServer
) -> None:
    settings = with_help(library_home, model_server, expand="question", rescore=4)
    model_server.script("expand_good", "grades_good")
    searched = await assisted_search(assistant.library, QUESTION, settings)
    assert searched.usage is not None
    assert searched.usage.calls == len(model_server.requests) == 2


@pytest.mark.parametrize("script", ["refused_key", "stall_at_once", "expand_garbage", "empty"])
async def test_without_a_working_model_the_search_goes_on_and_asks_no_second_time(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str], script: str
) -> None:
    settings = with_help(library_home, model_server, expand="question", rescore=4)
    model_server.script(script)
    searched = await assisted_search(assistant.library, QUESTION, settings)
    if script == "expand_garbage":  # words are words to a search; the grades are not
        assert searched.trouble is not None
        return
    assert [f.paper for f in searched.found.ranking] == plain
    assert searched.trouble is not None
    assert searched.trouble.endswith("The search went on without the model.")
    assert "sk-test" not in searched.trouble
    assert len({request.prompt for request in model_server.requests}) == 1


async def test_help_that_fails_is_counted_with_help_that_came(
    assistant: Assistant, library_home: Path, model_server: ModelServer
) -> None:
    settings = with_help(library_home, model_server, expand="question", rescore=4)
    model_server.script("expand_good", "grades_garbage")
    searched = await assisted_search(assistant.library, QUESTION, settings)
    assert searched.trouble is not None
    assert searched.usage is not None
    assert searched.usage.calls == 2
    assert searched.usage.prompt_tokens == sum(len(r.prompt.split()) for r in model_server.requests)


async def test_help_has_no_more_time_than_the_answer(
    assistant: Assistant, library_home: Path, model_server: ModelServer, plain: list[str]
) -> None:
    settings = with_help(library_home, model_server, expand="question", rescore=4)
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
        with_help(library_home, model_server, mode="extractive", expand="question", rescore=4),
    ):
        searched = await assisted_search(assistant.library, QUESTION, settings)
        assert [f.paper for f in searched.found.ranking] == plain
        assert searched.usage is None
    assert model_server.requests == []


def test_an_answer_counts_all_calls_and_says_what_failed(
    library_home: Path, model_server: ModelServer
) -> None:
    # The scripted grades put a paper first that doesn't answer; what is looked at here are the calls.
    assistant = Assistant(with_help(library_home, model_server, rescore=4, refuse_below=0.0))
    model_server.script("grades_good", "good")
    answer = assistant.ask("How does Dialectical Alignment resist poisoned context?")
    assert answer.mode == "llm"
    assert answer.usage is not None
    assert answer.usage.calls == 2
    model_server.script("grades_garbage", "good")
    answer = assistant.ask("How does Dialectical Alignment resist poisoned context?")
    assert answer.mode == "llm"
    assert any("went on without the model" in str(warning) for warning in answer.warnings)
    assistant.close()
