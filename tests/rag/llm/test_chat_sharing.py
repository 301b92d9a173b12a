"""What calls of one process share: replies under way, turns, and what is known of an endpoint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from footnote.rag.errors import (
    ModelBusy,
    ModelError,
    ModelFailed,
    ModelPaused,
    ModelStalled,
    ModelUnreachable,
)
from footnote.rag.llm.breaker import Breaker
from footnote.rag.llm.chat import ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.single_flight import SingleFlight
from footnote.rag.settings import Settings
from tests.model_server import ModelServer

SYSTEM, USER = "You answer.", "[1.1] One holds.\n[1.2] Two holds."
REPLY = "One holds [1.1]. Two holds [1.2]."


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def single_flight(clock: Clock) -> Iterator[SingleFlight]:
    own = SingleFlight(new_breaker=lambda: Breaker(failures=3, pause_s=30, clock=clock))
    yield own
    own.close()


def settings(server: ModelServer, **changes: Any) -> Settings:
    values = {
        "model": "scripted",
        "openai_api_key": "sk-test-0123456789",
        "openai_base_url": server.base_url,
        "model_stall_s": 20,
        "model_retries": 0,
    }
    return Settings(**(values | changes))


def ask(call: ChatCall, user: str = USER) -> asyncio.Task[str]:
    return asyncio.create_task(call.whole(SYSTEM, user))


async def requests(server: ModelServer, number: int) -> None:
    while len(server.requests) < number:
        await asyncio.sleep(0.01)


# --- the same call once


async def test_the_same_question_at_once_is_asked_once(model_server: ModelServer) -> None:
    model_server.script("held")
    calls = [ChatCall(settings(model_server)) for _ in range(10)]
    tasks = [ask(call) for call in calls]
    await requests(model_server, 1)
    model_server.gate.set()
    assert await asyncio.gather(*tasks) == [REPLY] * 10
    assert len(model_server.requests) == 1
    usages = [call.usage(len) for call in calls]
    assert [usage.calls for usage in usages] == [1] + [0] * 9, "it is paid once"
    assert sum(usage.prompt_tokens for usage in usages) == len(model_server.requests[0].prompt.split())
    assert [usage.cost_usd for usage in usages] == [None] + [0.0] * 9


def test_the_same_question_from_other_threads_is_asked_once(model_server: ModelServer) -> None:
    model_server.script("held")
    found: list[str] = []

    def work() -> None:
        found.append(asyncio.run(ChatCall(settings(model_server)).whole(SYSTEM, USER)))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    while not model_server.requests:
        threading.Event().wait(0.01)
    model_server.gate.set()
    for thread in threads:
        thread.join()
    assert found == [REPLY] * 6
    assert len(model_server.requests) == 1


@pytest.mark.parametrize(
    "changes",
    [{"openai_api_key": "sk-other"}, {"model": "other"}, {"temperature": 0.5}, {"answer_tokens": 99}],
)
async def test_what_differs_is_asked_apart(model_server: ModelServer, changes: dict[str, Any]) -> None:
    model_server.script("held")
    tasks = [ask(ChatCall(settings(model_server))), ask(ChatCall(settings(model_server, **changes)))]
    await requests(model_server, 2)
    model_server.gate.set()
    assert await asyncio.gather(*tasks) == [REPLY] * 2


async def test_other_options_and_prompts_are_asked_apart(model_server: ModelServer) -> None:
    model_server.script("held")
    tasks = [ask(ChatCall(apart(settings(model_server), n))) for n in range(2)]
    tasks.append(ask(ChatCall(settings(model_server)), "[1.1] Three.\n[1.2] Four."))
    await requests(model_server, 3)
    model_server.gate.set()
    assert await asyncio.gather(*tasks) == [REPLY, REPLY, "Three [1.1]. Four [1.2]."]


async def test_who_comes_late_is_given_what_has_come(model_server: ModelServer) -> None:
    model_server.script("stall")
    early, late = (ChatCall(settings(model_server)).text(SYSTEM, USER) for _ in range(2))
    so_far = ""
    while so_far != "One holds [1.1]. Two holds":
        so_far += await anext(early)
    assert await anext(late) == so_far, "at once, though nothing more will come"
    await early.aclose()
    await late.aclose()
    assert len(model_server.requests) == 1


async def test_who_leaves_takes_nothing_from_who_stays(model_server: ModelServer) -> None:
    model_server.script("held")
    leaving, staying = (ChatCall(settings(model_server)) for _ in range(2))
    first, second = ask(leaving), ask(staying)
    await requests(model_server, 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    model_server.gate.set()
    assert await second == REPLY
    assert staying.usage(len).calls == 1, "who stays pays"
    assert len(model_server.requests) == 1


async def test_when_the_last_leaves_the_request_ends(model_server: ModelServer) -> None:
    model_server.script("stall")
    generators = [ChatCall(settings(model_server)).text(SYSTEM, USER) for _ in range(3)]
    for generator in generators:
        await anext(generator)
    [request] = model_server.requests
    for generator in generators[:2]:
        await generator.aclose()
    assert not request.left.wait(0.3)
    await generators[2].aclose()
    assert await asyncio.to_thread(request.left.wait, 60)


async def test_after_the_last_has_left_it_is_asked_anew(model_server: ModelServer) -> None:
    model_server.script("stall", "good")
    gone = ChatCall(settings(model_server)).text(SYSTEM, USER)
    await anext(gone)
    await gone.aclose()
    assert await ChatCall(settings(model_server)).whole(SYSTEM, USER) == REPLY


async def test_a_failure_reaches_all_and_is_counted_once(model_server: ModelServer) -> None:
    model_server.script("held_overloaded")
    tasks = [ask(ChatCall(settings(model_server))) for _ in range(5)]
    await requests(model_server, 1)
    model_server.gate.set()
    errors = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(error) for error in errors} == {ModelFailed}
    assert len({id(error) for error in errors}) == 5, "each has an error of its own"
    paid = [error.usage for error in errors if isinstance(error, ModelError) and error.usage]
    assert [usage.calls for usage in paid] == [1]


async def test_each_keeps_a_deadline_of_his_own(model_server: ModelServer) -> None:
    model_server.script("held")
    patient = ask(ChatCall(settings(model_server)))
    await requests(model_server, 1)
    hasty = ChatCall(settings(model_server), deadline=Deadline(0.2))
    with pytest.raises(ModelStalled, match=r"within 0\.2 s"):
        await hasty.whole(SYSTEM, USER)
    assert hasty.usage(len).calls == 0
    model_server.gate.set()
    assert await patient == REPLY


# --- turns


async def test_no_more_calls_are_made_at_a_time_than_set(model_server: ModelServer) -> None:
    model_server.script("held")
    given = settings(model_server, model_calls=2)
    tasks = [ask(ChatCall(apart(given, n))) for n in range(20)]
    await requests(model_server, 2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(requests(model_server, 3), 0.3)
    model_server.gate.set()
    assert await asyncio.gather(*tasks) == [REPLY] * 20
    assert model_server.most_at_once == 2
    assert len(model_server.requests) == 20


def test_the_bound_holds_across_threads(model_server: ModelServer) -> None:
    model_server.script("good")
    given = settings(model_server, model_calls=2)
    barrier = threading.Barrier(8)

    def work(number: int) -> None:
        barrier.wait()
        asyncio.run(ChatCall(apart(given, number)).whole(SYSTEM, USER))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(model_server.requests) == 8
    assert model_server.most_at_once <= 2


async def test_who_leaves_the_queue_is_not_asked_for(model_server: ModelServer) -> None:
    model_server.script("held")
    given = settings(model_server, model_calls=1)
    tasks = [ask(ChatCall(given), f"[1.1] {n}.\n[1.2] Two.") for n in range(3)]
    await requests(model_server, 1)
    tasks[1].cancel()
    model_server.gate.set()
    assert (await tasks[0], await tasks[2]) == ("0 [1.1]. Two [1.2].", "2 [1.1]. Two [1.2].")
    assert len(model_server.requests) == 2


# --- the circuit


def apart(given: Settings, number: int) -> Settings:
    """Settings by which the same prompt is another request."""
    return given.changed(answer_tokens=given.answer_tokens + number)


async def fail(given: Settings, single_flight: SingleFlight, number: int = 0) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await ChatCall(apart(given, number), single_flight=single_flight).whole(SYSTEM, USER)
    return caught.value


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("overloaded", ModelFailed),
        ("stall_at_once", ModelStalled),
        ("stall", ModelStalled),
        ("refused", ModelUnreachable),
    ],
)
async def test_an_endpoint_that_is_down_is_not_asked_for_a_while(
    model_server: ModelServer, single_flight: SingleFlight, clock: Clock, script: str, kind: type[ModelError]
) -> None:
    given = settings(model_server, model_stall_s=0.3)
    if script == "refused":
        model_server.stop()
    else:
        model_server.script(script)
    for _ in range(3):
        assert type(await fail(given, single_flight)) is kind
    before = len(model_server.requests)
    clock.now += 10
    error = await fail(given, single_flight)
    assert isinstance(error, ModelPaused)
    assert (error.retryable, error.wait_s, error.usage) == (True, 20, None)
    assert "failed 3 times in a row and will be asked again in 20 s" in str(error)
    assert len(model_server.requests) == before


async def test_attempts_of_one_call_count_and_none_is_made_past_the_last_allowed(
    model_server: ModelServer, single_flight: SingleFlight
) -> None:
    model_server.script("overloaded")
    error = await fail(settings(model_server, model_retries=10), single_flight)
    assert isinstance(error, ModelFailed), "the failure itself is reported, not that the circuit opened"
    assert len(model_server.requests) == 3


async def test_after_the_pause_one_call_finds_it_works_and_all_go_on(
    model_server: ModelServer, single_flight: SingleFlight, clock: Clock
) -> None:
    model_server.script("overloaded", "overloaded", "overloaded", "held")
    given = settings(model_server)
    for _ in range(3):
        await fail(given, single_flight)
    clock.now += 31
    probe = ask(ChatCall(given, single_flight=single_flight))
    await requests(model_server, 4)
    error = await fail(given, single_flight, number=1)
    assert isinstance(error, ModelPaused)
    assert "being tried again just now" in str(error)
    model_server.gate.set()
    assert await probe == REPLY
    assert await ChatCall(apart(given, 1), single_flight=single_flight).whole(SYSTEM, USER) == REPLY


async def test_a_probe_that_fails_opens_the_circuit_again(
    model_server: ModelServer, single_flight: SingleFlight, clock: Clock
) -> None:
    model_server.script("overloaded")
    given = settings(model_server, model_retries=2)
    await fail(given, single_flight)
    clock.now += 31
    assert isinstance(await fail(given, single_flight), ModelFailed)
    assert len(model_server.requests) == 4, "one more, and not asked again"
    assert isinstance(await fail(given, single_flight), ModelPaused)


async def test_a_deadline_that_passes_in_silence_counts_as_a_failure(
    model_server: ModelServer, single_flight: SingleFlight
) -> None:
    model_server.script("stall_at_once")
    given = settings(model_server, answer_deadline_s=0.3)
    for _ in range(3):
        assert isinstance(await fail(given, single_flight), ModelStalled)
    assert isinstance(await fail(given, single_flight), ModelPaused)


@pytest.mark.parametrize(
    ("script", "kind"), [("refused_key", ModelError), ("no_quota", ModelBusy), ("busy_briefly", ModelBusy)]
)
async def test_an_endpoint_that_says_no_is_not_down(
    model_server: ModelServer, single_flight: SingleFlight, script: str, kind: type[ModelError]
) -> None:
    model_server.script(script)
    for _ in range(4):
        assert isinstance(await fail(settings(model_server), single_flight), kind)
    model_server.script("good")
    assert await ChatCall(settings(model_server), single_flight=single_flight).whole(SYSTEM, USER) == REPLY


async def test_another_key_is_another_endpoint(
    model_server: ModelServer, single_flight: SingleFlight
) -> None:
    model_server.script("overloaded")
    await fail(settings(model_server, model_retries=2), single_flight)
    model_server.script("good")
    other = settings(model_server, openai_api_key="sk-other")
    assert await ChatCall(other, single_flight=single_flight).whole(SYSTEM, USER) == REPLY


async def test_a_reader_who_leaves_says_nothing_of_the_endpoint(
    model_server: ModelServer, single_flight: SingleFlight
) -> None:
    model_server.script("stall_at_once")
    for number in range(4):
        task = ask(ChatCall(settings(model_server), single_flight=single_flight))
        await requests(model_server, number + 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    model_server.script("good")
    assert await ChatCall(settings(model_server), single_flight=single_flight).whole(SYSTEM, USER) == REPLY
