"""What becomes of claims that a judge reads: verified, reworded once, dropped, or left as checked."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from footnote.rag import Answer
from footnote.rag.composing.draft_answer import UNREADABLE
from footnote.rag.events import Done, Event, Restart, TextDelta
from tests.model_server import ModelServer
from tests.rag.composing.test_model_answers import QUESTION, assistant_on


def shown(events: list[Event]) -> str:
    """The text that a reader has before their eyes at the end."""
    text = ""
    for event in events:
        if isinstance(event, Restart):
            text = ""
        elif isinstance(event, TextDelta):
            text += event.text
    return text


async def streamed(home: Path, server: ModelServer, **changes: object) -> tuple[Answer, list[Event]]:
    assistant = assistant_on(home, server.base_url, **changes)
    events = [event async for event in assistant.stream(QUESTION)]
    done = events[-1]
    assert isinstance(done, Done)
    assert shown(events) == done.answer.text
    return done.answer, events


def judging(**changes: object) -> dict[str, object]:
    return {"verifier": "model", "model_retries": 0, **changes}


def verdicts(answer: Answer) -> list[str]:
    return [claim.verdict for claim in answer.claims]


async def test_what_the_judge_accepts_is_verified_by_it(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good", "judge_right")
    answer, events = await streamed(library_home, model_server, **judging())
    assert verdicts(answer) == ["verified", "verified"]
    assert {claim.judged_by for claim in answer.claims} == {"scripted"}
    assert (answer.status, answer.warnings) == ("answered", ())
    assert not any(isinstance(event, Restart) for event in events)
    assert answer.usage is not None
    assert answer.usage.calls == len(model_server.requests) == 2


async def test_by_rules_alone_claims_are_checked_in_one_call(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good")
    answer, _ = await streamed(library_home, model_server, verifier="rules")
    assert (verdicts(answer), len(model_server.requests)) == (["checked", "checked"], 1)
    assert [claim.judged_by for claim in answer.claims] == [None, None]


async def test_another_model_may_judge(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("good", "judge_right")
    answer, _ = await streamed(library_home, model_server, **judging(verifier_model="cheaper"))
    assert [request.body["model"] for request in model_server.requests] == ["scripted", "cheaper"]
    assert (answer.model, answer.claims[0].judged_by) == ("scripted", "cheaper")


async def test_the_judge_gets_the_sentences_cited_and_not_the_papers(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good", "judge_right")
    answer, _ = await streamed(library_home, model_server, **judging())
    composed, judged = (request.prompt for request in model_server.requests)
    for citation in answer.citations:
        assert citation.paper.display_title in judged
    assert len(judged) < len(composed) / 3


async def test_a_refused_sentence_is_reworded_checked_and_judged_once_more(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("wrong_number", "judge_rewords", "judge_one_yes")
    answer, events = await streamed(library_home, model_server, **judging())
    assert "99,777" not in answer.text
    assert (answer.status, answer.dropped) == ("answered", ())
    assert verdicts(answer) == ["verified"] * 3
    assert [claim.citations for claim in answer.claims] == [(1,), (2,), (3,)]
    first, second = (request.prompt for request in model_server.requests[1:])
    assert "99,777" in first
    assert "refused: " in first
    assert "99,777" not in second
    assert not any("99,777" in event.text for event in events if isinstance(event, TextDelta))


async def test_what_is_refused_again_is_dropped_with_its_last_reason(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("wrong_number", "judge_rewords", "judge_one_no")
    answer, _ = await streamed(library_home, model_server, **judging())
    (dropped,) = answer.dropped
    assert (dropped.verdict, dropped.reasons) == ("unsupported", ("that it works on long texts",))
    assert (answer.status, verdicts(answer)) == ("partial", ["verified", "verified"])

    model_server.script("wrong_number", "judge_rewords_wrongly")
    before = len(model_server.requests)
    answer, _ = await streamed(library_home, model_server, **judging())
    (dropped,) = answer.dropped
    assert dropped.verdict == "refused"
    assert "88,666" in dropped.text + dropped.reasons[0]
    assert len(model_server.requests) == before + 2, "nothing was left to judge again"
    assert any("1 sentence of the model dropped" in str(warning) for warning in answer.warnings)


async def test_a_sentence_that_the_model_takes_back_leaves_the_answer_whole(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("wrong_number", "judge_drops")
    answer, _ = await streamed(library_home, model_server, **judging())
    assert (answer.status, answer.warnings) == ("answered", ())
    (dropped,) = answer.dropped
    assert dropped.withdrawn
    assert "99,777" in dropped.text


async def test_a_claim_without_a_verdict_is_checked_and_never_verified(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good", "judge_silent")
    answer, _ = await streamed(library_home, model_server, **judging())
    assert verdicts(answer) == ["checked", "verified"]
    (warning,) = answer.warnings
    assert warning.kind == "unjudged"
    assert "1 of 2 sentences" in warning.text


@pytest.mark.parametrize("script", ["judge_malformed", "cut_off", "server_error", "stall_at_once", "empty"])
async def test_where_the_judge_fails_or_is_late_claims_stay_checked(
    library_home: Path, model_server: ModelServer, script: str
) -> None:
    model_server.script("wrong_number", script)
    answer, events = await streamed(library_home, model_server, **judging())
    assert (answer.mode, verdicts(answer), len(answer.dropped)) == ("llm", ["checked"] * 2, 1)
    assert [warning.kind for warning in answer.warnings] == ["unjudged", "dropped"]
    assert not any(isinstance(event, Restart) for event in events)
    assert answer.usage is not None
    assert answer.usage.calls == 2


@pytest.mark.parametrize("script", ["judge_right", "judge_obeys"])
async def test_a_judge_that_says_yes_to_everything_lifts_no_hard_check(
    library_home: Path, model_server: ModelServer, script: str
) -> None:
    model_server.script("wrong_number", script)
    answer, _ = await streamed(library_home, model_server, **judging())
    assert "99,777" not in answer.text
    assert verdicts(answer) == ["verified", "verified"]
    assert [dropped.verdict for dropped in answer.dropped] == ["refused"]


async def test_where_the_judge_refuses_everything_the_reader_gets_quotes(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good", "judge_refuses_all")
    answer, events = await streamed(library_home, model_server, **judging())
    assert answer.mode == "extractive"
    assert set(verdicts(answer)) == {"quoted"}
    assert "fallback" in [warning.kind for warning in answer.warnings]
    assert any(isinstance(event, Restart) for event in events)


async def test_another_language_is_judged_or_said_to_be_unchecked(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("german", "judge_one_yes")
    judged, _ = await streamed(library_home, model_server, **judging())
    assert (verdicts(judged), judged.status) == (["verified"], "answered")
    model_server.script("german")
    alone, _ = await streamed(library_home, model_server, verifier="rules")
    assert (verdicts(alone), alone.status) == (["not_checked"], "partial")
    assert f"(not checked: {UNREADABLE})" in alone.text


async def test_connecting_sentences_stand_and_courtesies_are_trimmed(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("chatty")
    answer, _ = await streamed(library_home, model_server, verifier="rules")
    assert (answer.status, answer.dropped, len(answer.claims)) == ("answered", (), 2)
    assert answer.text.startswith("The papers disagree.\n")
    assert "Sure" not in answer.text
    assert "hope" not in answer.text


async def test_stopping_while_the_judge_reads_keeps_what_is_checked(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good", "stall_at_once")
    assistant = assistant_on(
        library_home, model_server.base_url, **judging(model_stall_s=30, answer_deadline_s=60)
    )
    stop, events = asyncio.Event(), list[Event]()

    async def stop_at_the_judge() -> None:
        while len(model_server.requests) < 2:
            await asyncio.sleep(0.02)
        stop.set()

    stopping = asyncio.create_task(stop_at_the_judge())
    async with asyncio.timeout(30), aclosing(assistant.stream(QUESTION, stop=stop)) as stream:
        events += [event async for event in stream]
    await stopping
    done = events[-1]
    assert isinstance(done, Done)
    assert verdicts(done.answer) == ["checked", "checked"]
    assert [warning.kind for warning in done.answer.warnings] == ["stopped"]


async def test_what_the_papers_leave_open_is_said(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("leaves_open")
    answer, _ = await streamed(library_home, model_server)
    assert (answer.status, answer.left_open) == ("partial", "what Adaptive Chameleons are used for")
    assert answer.text.endswith("The papers don't say: what Adaptive Chameleons are used for")


async def test_a_table_keeps_its_cells_with_their_citations(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("table")
    answer, _ = await streamed(library_home, model_server)
    assert [claim.cell and claim.cell.row for claim in answer.claims] == ["First", "Second"]
    assert all(claim.citations for claim in answer.claims)
    assert "| First | " in answer.to_markdown()


async def test_stopping_keeps_what_was_verified(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("stall")
    assistant = assistant_on(library_home, model_server.base_url, model_stall_s=30, answer_deadline_s=60)
    stop, events = asyncio.Event(), list[Event]()
    async with asyncio.timeout(20), aclosing(assistant.stream(QUESTION, stop=stop)) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, TextDelta):
                stop.set()
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.answer.mode, done.answer.status) == ("llm", "partial")
    assert done.answer.claims
    assert shown(events) == done.answer.text
    assert [warning.kind for warning in done.answer.warnings] == ["stopped"]


async def test_a_quote_keeps_its_number_in_the_next_turn(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("good")
    assistant = assistant_on(library_home, model_server.base_url, condense="rule")
    first = await assistant.aask(QUESTION)
    model_server.script("leaves_open")
    second = await assistant.aask("What is said of Adaptive Chameleons?", history=[first])
    places = {(c.paper.id, c.start): first.number(n) for n, c in enumerate(first.citations, 1)}
    for n, citation in enumerate(second.citations, 1):
        place = (citation.paper.id, citation.start)
        assert second.number(n) == places.get(place, second.number(n))
        assert place in places or second.number(n) > max(places.values())
