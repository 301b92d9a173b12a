"""What becomes of sentences that the gate refuses: repaired once, judged, or dropped."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

from footnote.rag import Answer
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


async def test_a_wrong_sentence_goes_back_once_and_comes_right_in_its_place(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("wrong_number", "repair_good")
    answer, events = await streamed(library_home, model_server)
    assert "99,777" not in answer.text
    assert (answer.status, answer.dropped) == ("answered", ())
    assert [claim.citations for claim in answer.claims] == [(1,), (2,), (3,)]
    assert [len(claim.pairs) for claim in answer.claims] == [1, 1, 1]
    assert answer.usage is not None
    assert answer.usage.calls == len(model_server.requests) == 2
    repair = model_server.requests[1].prompt
    assert "99,777" in repair
    assert not any("99,777" in event.text for event in events if isinstance(event, TextDelta))


async def test_a_sentence_that_is_given_up_or_stays_wrong_is_dropped_and_reported(
    library_home: Path, model_server: ModelServer
) -> None:
    for script in ("repair_drops", "repair_as_wrong"):
        model_server.script("wrong_number", script)
        answer, _ = await streamed(library_home, model_server)
        assert answer.status == "partial"
        (dropped,) = answer.dropped
        assert "99,777" in dropped.text
        assert dropped.reasons
        assert len(answer.claims) == 2
        assert any("1 sentence of the model dropped" in str(warning) for warning in answer.warnings)


async def test_repair_can_be_switched_off(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("wrong_number")
    answer, _ = await streamed(library_home, model_server, repair=False)
    assert (len(model_server.requests), len(answer.dropped)) == (1, 1)


async def test_a_failure_while_repairing_leaves_what_was_verified(
    library_home: Path, model_server: ModelServer
) -> None:
    model_server.script("wrong_number", "cut_off")
    answer, events = await streamed(library_home, model_server, model_retries=0)
    assert (answer.mode, len(answer.claims), len(answer.dropped)) == ("llm", 2, 1)
    assert not any(isinstance(event, Restart) for event in events)
    assert answer.usage is not None
    assert answer.usage.calls == 2


async def test_an_answer_that_is_right_costs_one_call(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("good")
    answer, _ = await streamed(library_home, model_server, judge="weak")
    assert len(model_server.requests) == 1
    assert answer.status == "answered"


async def test_the_judge_decides_on_weak_claims_alone(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("weak", "judge_yes")
    answer, _ = await streamed(library_home, model_server, judge="weak", repair=False)
    assert answer.claims[-1].text.startswith("Pets that please")
    assert "judges" in answer.claims[-1].reasons[0]
    assert answer.claims[-1].pairs[0].verdict == "weak"

    model_server.script("wrong_number", "judge_yes")
    before = len(model_server.requests)
    answer, _ = await streamed(library_home, model_server, judge="weak", repair=False)
    assert len(model_server.requests) == before + 1
    assert "99,777" not in answer.text


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
