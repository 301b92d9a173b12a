"""One call of a chat model against a real server over HTTP: trouble, patience, odd servers."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import socket
import subprocess
import sys
import textwrap
from typing import Any

import pytest

from footnote.rag.errors import (
    ModelBusy,
    ModelCutOff,
    ModelEmpty,
    ModelError,
    ModelFailed,
    ModelStalled,
    ModelUnreachable,
)
from footnote.rag.llm.breaker import Breaker
from footnote.rag.llm.chat import ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.single_flight import SingleFlight
from footnote.rag.retrieval.expansion import expand
from footnote.rag.settings import Settings
from tests.model_server import ModelServer

KEY = "sk-test-0123456789"
SYSTEM, USER = "You answer.", "[1.1] One holds.\n[1.2] Two holds."
REPLY = "One holds [1.1]. Two holds [1.2]."


def settings(server: ModelServer, **changes: Any) -> Settings:
    values = {
        "model": "scripted",
        "openai_api_key": KEY,
        "openai_base_url": server.base_url,
        "model_stall_s": 20,
    }
    return Settings(**(values | changes))


def apart(given: Settings, number: int) -> Settings:
    """Settings by which the same prompt is another request."""
    return given.changed(answer_tokens=given.answer_tokens + number)


async def fail(call: ChatCall) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await call.whole(SYSTEM, USER)
    assert KEY not in repr(caught.value)
    assert str(caught.value).endswith(".")
    return caught.value


# --- asked again


@pytest.mark.parametrize(
    "script", ["busy_briefly", "busy_for_a_second", "busy_until", "overloaded", "conflict", "drops_at_once"]
)
async def test_what_passes_is_asked_through(model_server: ModelServer, script: str) -> None:
    model_server.script(script, script, "good")
    assert await ChatCall(settings(model_server)).whole(SYSTEM, USER) == REPLY
    assert len(model_server.requests) == 3


async def test_a_stall_before_any_text_is_asked_through(model_server: ModelServer) -> None:
    model_server.script("stall_at_once", "good")
    assert await ChatCall(settings(model_server, model_stall_s=1)).whole(SYSTEM, USER) == REPLY
    assert await asyncio.to_thread(model_server.requests[0].left.wait, 60)


async def test_a_connection_that_is_refused_at_first_is_asked_through(
    model_server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    given = settings(model_server, openai_base_url=f"http://127.0.0.1:{port}/v1", model_retries=10)
    single_flight = SingleFlight(new_breaker=lambda: Breaker(failures=100))
    with caplog.at_level(logging.INFO):
        asking = asyncio.create_task(ChatCall(given, single_flight=single_flight).whole(SYSTEM, USER))
        while "No chat model answers" not in caplog.text:
            await asyncio.sleep(0.01)
    late = ModelServer(port)
    late.script("good")
    late.start()
    try:
        assert await asking == REPLY
    finally:
        late.stop()
        single_flight.close()


@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (1, 2), (2, 3)])
async def test_it_is_asked_again_as_often_as_set(
    model_server: ModelServer, retries: int, requests: int
) -> None:
    model_server.script("overloaded")
    error = await fail(ChatCall(settings(model_server, model_retries=retries)))
    assert isinstance(error, ModelFailed)
    assert "503" in str(error)
    assert len(model_server.requests) == requests


@pytest.mark.parametrize(
    "script", ["no_quota", "no_credit", "refused_key", "rejected", "cut_off", "stall", "length", "html"]
)
async def test_what_does_not_pass_or_has_begun_is_not_asked_again(
    model_server: ModelServer, script: str
) -> None:
    model_server.script(script)
    await fail(ChatCall(settings(model_server, model_stall_s=1)))
    assert len(model_server.requests) == 1


@pytest.mark.parametrize("script", ["busy", "busy_until_later"])
async def test_a_wait_past_the_deadline_is_told_at_once(model_server: ModelServer, script: str) -> None:
    model_server.script(script)
    error = await fail(ChatCall(settings(model_server, answer_deadline_s=20)))
    assert isinstance(error, ModelBusy)
    assert error.retryable
    assert error.wait_s is not None
    assert error.wait_s > 50
    assert re.search(r"429.*asks to wait.*has \d+(\.\d+)? s left.*FOOTNOTE_ANSWER_DEADLINE_S", str(error))
    assert len(model_server.requests) == 1


# --- the deadline


async def test_calls_of_one_answer_share_its_deadline(model_server: ModelServer) -> None:
    model_server.script("stall")
    given = settings(model_server, expand="question")
    deadline = Deadline(0.5)
    error = await fail(ChatCall(given, deadline=deadline))
    assert isinstance(error, ModelStalled)
    assert "within 0.5 s" in str(error)
    assert deadline.left == 0
    model_server.script("good")
    with pytest.raises(ModelStalled, match=r"within 0.5 s.*FOOTNOTE_ANSWER_DEADLINE_S"):
        await expand(given, "What holds?", deadline=deadline)


async def test_a_turn_that_never_comes_is_told(model_server: ModelServer) -> None:
    model_server.script("held")
    given = settings(model_server, model_calls=1)
    first = asyncio.create_task(ChatCall(given).whole(SYSTEM, USER))
    while not model_server.requests:
        await asyncio.sleep(0.01)
    error = await fail(ChatCall(apart(given, 1), deadline=Deadline(0.3)))
    assert isinstance(error, ModelBusy)
    assert "1 at a time" in str(error)
    assert "FOOTNOTE_MODEL_CALLS" in str(error)
    model_server.gate.set()
    assert await first == REPLY
    assert len(model_server.requests) == 1


# --- odd servers


async def test_thoughts_in_a_field_of_their_own_are_no_text_but_a_sign_of_life(
    model_server: ModelServer,
) -> None:
    model_server.script("reasons_apart")  # longer than a second in all
    call = ChatCall(settings(model_server, model_stall_s=1))
    assert await call.whole(SYSTEM, USER) == "Yes [1.1]."
    assert len(model_server.requests) == 1


@pytest.mark.parametrize("stream", [True, False])
async def test_a_reply_in_one_piece_is_read_as_a_stream(model_server: ModelServer, stream: bool) -> None:
    model_server.script("whole_reply" if stream else "good")
    call = ChatCall(settings(model_server))
    assert await call.whole(SYSTEM, USER) == REPLY
    usage = call.usage(len)
    assert not usage.estimated
    assert usage.prompt_tokens == len(model_server.requests[0].prompt.split())


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        ("whole_reply_cut", ModelCutOff, "FOOTNOTE_ANSWER_TOKENS"),
        ("whole_error", ModelFailed, "ran out of memory"),
        ("whole_other", ModelEmpty, "no chat model's reply.*OPENAI_BASE_URL"),
    ],
)
async def test_trouble_in_one_piece_is_told_as_in_a_stream(
    model_server: ModelServer, script: str, kind: type[ModelError], words: str
) -> None:
    model_server.script(script)
    error = await fail(ChatCall(settings(model_server, model_retries=0)))
    assert type(error) is kind
    assert re.search(words, str(error))


@pytest.mark.parametrize(("script", "refused"), [("no_stream_options", 1), ("old_options", 2)])
async def test_options_that_a_server_refuses_are_left_out_from_then_on(
    model_server: ModelServer, script: str, refused: int
) -> None:
    model_server.script(script)
    given = settings(model_server, model_retries=0)
    for number in range(3):
        call = ChatCall(apart(given, number))
        assert await call.whole(SYSTEM, USER) == "One holds [1.1]."
        assert call.usage(len).calls == (refused + 1 if number == 0 else 1)
    assert len(model_server.requests) == refused + 3
    last = model_server.requests[-1].body
    assert "stream_options" not in last
    if script == "old_options":
        assert "max_completion_tokens" not in last
        assert last["max_tokens"] == given.answer_tokens + 2


@pytest.mark.parametrize("script", ["no_temperature", "no_system", "no_stream"])
async def test_what_a_model_refuses_is_left_out_and_the_reply_is_the_same(
    model_server: ModelServer, script: str
) -> None:
    model_server.script(script)
    call = ChatCall(settings(model_server, model_retries=0, temperature=0.2))
    assert await call.whole(SYSTEM, USER) == "One holds [1.1]."
    assert len(model_server.requests) == 2
    last = model_server.requests[-1]
    assert SYSTEM in last.prompt
    assert USER in last.prompt
    assert ("temperature" in last.body) == (script != "no_temperature")
    assert bool(last.body.get("stream")) == (script != "no_stream")
    assert [message["role"] for message in last.body["messages"]] == (
        ["user"] if script == "no_system" else ["system", "user"]
    )
    assert call.usage(len).completion_tokens == 3


async def test_a_version_in_the_address_is_sent_as_azure_wants_it(model_server: ModelServer) -> None:
    model_server.script("good")
    given = settings(model_server, openai_base_url=f"{model_server.base_url}?api-version=2024-10-21")
    assert await ChatCall(given).whole(SYSTEM, USER) == REPLY
    [request] = model_server.requests
    assert request.path == "/v1/chat/completions?api-version=2024-10-21"
    assert request.headers["api-key"] == KEY


async def test_a_prompt_that_the_server_cut_is_noticed(model_server: ModelServer) -> None:
    long = USER + "\n" + "It rains in all of the long documents. " * 200
    model_server.script("cut_prompt", "good")
    cut, whole = ChatCall(settings(model_server)), ChatCall(settings(model_server))
    await cut.whole(SYSTEM, long)
    assert "only 100 tokens" in (cut.prompt_was_cut or "")
    await whole.whole(SYSTEM, long)
    assert whole.prompt_was_cut is None


async def test_a_server_that_takes_no_bound_at_all_is_told(model_server: ModelServer) -> None:
    model_server.script("no_length_options")
    error = await fail(ChatCall(settings(model_server)))
    assert isinstance(error, ModelFailed)
    assert "max_tokens" in str(error)
    assert len(model_server.requests) == 2


async def test_a_server_that_repeats_the_request_in_its_complaint_is_not_remembered_for_it(
    model_server: ModelServer,
) -> None:
    model_server.script("repeats_request")
    error = await fail(ChatCall(settings(model_server)))
    assert "temperature" in str(error)
    model_server.script("good")
    await ChatCall(apart(settings(model_server), 1)).whole(SYSTEM, USER)
    assert {"stream_options", "max_completion_tokens"} <= set(model_server.requests[-1].body)


async def test_connections_are_used_again(model_server: ModelServer) -> None:
    model_server.script("good")
    for number in range(3):
        await ChatCall(apart(settings(model_server), number)).whole(SYSTEM, USER)
    assert len({request.client for request in model_server.requests}) == 1


# --- the end of the process


def run(code: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-X", "dev", "-c", textwrap.dedent(code)]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("script", ["good", "stall"])
def test_a_process_ends_quietly_whatever_is_under_way(model_server: ModelServer, script: str) -> None:
    model_server.script(script)
    done = run(
        f"""
        import asyncio, threading
        from footnote.rag.llm.chat import ChatCall
        from footnote.rag.settings import Settings
        settings = Settings(model="m", openai_base_url={model_server.base_url!r})

        async def listen(started):
            async for piece in ChatCall(settings).text("s", "[1.1] One.\\n[1.2] Two."):
                started.set()

        started = threading.Event()
        threading.Thread(target=lambda: asyncio.run(listen(started)), daemon=True).start()
        started.wait()
        print("end")
        """
    )
    assert (done.returncode, done.stdout) == (0, "end\n"), done.stderr
    # Not `stderr == ""`: asyncio's debug mode reports steps that a busy machine slows down.
    complaints = (
        "Traceback",
        "Exception ignored",
        "never retrieved",
        "was destroyed",
        "Warning:",
        "Fatal Python",
    )
    assert not [words for words in complaints if words in done.stderr], done.stderr


async def test_a_generator_that_nobody_closed_ends_the_request(model_server: ModelServer) -> None:
    model_server.script("stall")
    pieces = ChatCall(settings(model_server)).text(SYSTEM, USER)
    await anext(pieces)
    del pieces
    gc.collect()
    assert await asyncio.to_thread(model_server.requests[0].left.wait, 60)


def test_a_subscriber_whose_loop_is_closed_harms_no_other(model_server: ModelServer) -> None:
    model_server.script("held", "good")
    loop = asyncio.new_event_loop()
    pieces = ChatCall(settings(model_server)).text(SYSTEM, USER)
    asking = loop.create_task(anext(pieces))
    while not model_server.requests:
        loop.run_until_complete(asyncio.sleep(0.01))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(asking)
    loop.close()
    assert asyncio.run(ChatCall(settings(model_server)).whole(SYSTEM, USER)) == REPLY


async def test_a_refused_connection_is_no_reply(model_server: ModelServer) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    call = ChatCall(settings(model_server, openai_base_url=url, model_retries=0))
    assert isinstance(await fail(call), ModelUnreachable)
