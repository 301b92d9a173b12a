"""What a call takes and costs, and replies that cost nothing a second time."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from footnote.rag.answer import Usage
from footnote.rag.errors import ModelError
from footnote.rag.llm.chat import FRAMING_TOKENS, ChatCall
from footnote.rag.llm.prices import cost_usd
from footnote.rag.llm.reply_store import FILE
from footnote.rag.retrieval.expansion import expand
from footnote.rag.settings import Price, Settings
from tests.model_server import ModelServer

SYSTEM, USER = "You answer.", "[1.1] One holds.\n[1.2] Two holds."
REPLY = "One holds [1.1]. Two holds [1.2]."
FREE = Usage(calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0)
PRICES = {"scripted": {"prompt": 1_000_000, "completion": 10_000_000}}
"""A dollar a token sent and ten a token received, so that costs can be read."""


def settings(server: ModelServer, **changes: Any) -> Settings:
    values = {
        "model": "scripted",
        "openai_api_key": "sk-test-0123456789",
        "openai_base_url": server.base_url,
        "model_stall_s": 20,
        "prices": PRICES,
    }
    return Settings(**(values | changes))


def words(text: str) -> int:
    return len(text.split())


SENT = words(SYSTEM) + words(USER)


# --- cost


async def test_a_call_costs_what_the_endpoint_says_it_took(model_server: ModelServer) -> None:
    model_server.script("good")
    call = ChatCall(settings(model_server))
    await call.whole(SYSTEM, USER)
    received = words(REPLY)
    assert call.usage(words) == Usage(
        calls=1, prompt_tokens=SENT, completion_tokens=received, cost_usd=SENT + 10 * received
    )


async def test_what_the_endpoint_does_not_say_is_estimated_and_marked(model_server: ModelServer) -> None:
    model_server.script("no_usage")
    call = ChatCall(settings(model_server))
    reply = await call.whole(SYSTEM, USER)
    sent = SENT + FRAMING_TOKENS
    assert call.usage(words) == Usage(
        calls=1,
        prompt_tokens=sent,
        completion_tokens=words(reply),
        estimated=True,
        cost_usd=sent + 10 * words(reply),
    )


async def test_a_model_without_a_price_is_unpriced_not_free(model_server: ModelServer) -> None:
    model_server.script("good")
    call = ChatCall(settings(model_server, prices={"other": {"prompt": 1, "completion": 1}}))
    await call.whole(SYSTEM, USER)
    assert call.usage(words).cost_usd is None


def test_prices_are_by_the_million() -> None:
    prices = {"m": Price(prompt=2.0, completion=8.0)}
    assert cost_usd(prices, "m", 1_000, 500) == pytest.approx(0.006)
    assert cost_usd(prices, "m", 0, 0) == 0.0
    assert cost_usd(prices, "n", 0, 0) == 0.0
    assert cost_usd(prices, "n", 1, 0) is None
    assert cost_usd({"m": Price(prompt=0, completion=0)}, "m", 5, 5) == 0.0


def apart(given: Settings, number: int) -> Settings:
    """Settings by which the same prompt is another request."""
    return given.changed(answer_tokens=given.answer_tokens + number)


async def fail(call: ChatCall) -> Usage | None:
    with pytest.raises(ModelError) as caught:
        await call.whole(SYSTEM, USER)
    return caught.value.usage


@pytest.mark.parametrize(
    ("script", "calls", "prompts", "has_text"),
    [
        ("cut_off", 1, 1, True),
        ("stall", 1, 1, True),
        ("stall_at_once", 2, 2, False),
        ("drops_at_once", 2, 2, False),
        ("overloaded", 2, 0, False),
        ("refused_key", 1, 0, False),
    ],
)
async def test_what_a_failed_call_took_is_told(
    model_server: ModelServer, script: str, calls: int, prompts: int, has_text: bool
) -> None:
    model_server.script(script)
    usage = await fail(ChatCall(settings(model_server, model_retries=1, model_stall_s=0.6)))
    assert usage is not None
    assert usage.calls == calls == len(model_server.requests)
    assert (usage.prompt_tokens > 0) == usage.estimated == (prompts > 0)
    assert (usage.completion_tokens > 0) == has_text
    once = await fail(ChatCall(apart(settings(model_server, model_retries=0, model_stall_s=0.6), 1)))
    assert once is not None
    assert usage.prompt_tokens == prompts * once.prompt_tokens


async def test_a_reply_at_its_length_limit_is_paid(model_server: ModelServer) -> None:
    model_server.script("length")
    usage = await fail(ChatCall(settings(model_server)))
    assert usage is not None
    assert usage.calls == 1
    assert usage.cost_usd == usage.prompt_tokens + 10 * usage.completion_tokens > 0


async def test_a_call_that_was_never_made_took_nothing(model_server: ModelServer) -> None:
    assert await fail(ChatCall(settings(model_server, openai_base_url="nowhere"))) is None


async def test_an_attempt_that_failed_before_is_counted_with_the_one_that_did_not(
    model_server: ModelServer,
) -> None:
    model_server.script("overloaded", "good")
    call = ChatCall(settings(model_server))
    await call.whole(SYSTEM, USER)
    usage = call.usage(words)
    assert (usage.calls, usage.prompt_tokens, usage.estimated) == (2, SENT, False)
    model_server.script("stall_at_once", "good")
    call = ChatCall(apart(settings(model_server, model_stall_s=0.6), 1))
    await call.whole(SYSTEM, USER)
    usage = call.usage(words)
    assert (usage.calls, usage.estimated) == (2, True)
    assert usage.prompt_tokens == 2 * SENT + FRAMING_TOKENS
    assert usage.completion_tokens == words(REPLY)


# --- replies that are kept


async def test_a_reply_that_is_kept_is_not_asked_for_and_comes_in_pieces(model_server: ModelServer) -> None:
    model_server.script("good")
    given = settings(model_server, cache_mb=1)
    first = ChatCall(given)
    assert await first.whole(SYSTEM, USER) == REPLY
    again = ChatCall(given)
    pieces = [piece async for piece in again.text(SYSTEM, USER)]
    assert "".join(pieces) == REPLY
    assert len(pieces) > 1
    assert (first.usage(words).calls, again.usage(words)) == (1, FREE)
    assert again.has_text
    assert again.readable == REPLY
    assert len(model_server.requests) == 1


async def test_a_kept_reply_needs_no_server(model_server: ModelServer) -> None:
    model_server.script("good")
    given = settings(model_server, cache_mb=1, model_retries=0)
    await ChatCall(given).whole(SYSTEM, USER)
    model_server.stop()
    for number in range(1, 5):
        await fail(ChatCall(apart(given, number)))
    assert await ChatCall(given).whole(SYSTEM, USER) == REPLY, "though the circuit is open"


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ({}, 1),
        ({"openai_api_key": "sk-other"}, 1),
        ({"model_stall_s": 9, "model_retries": 0}, 1),
        ({"temperature": 0.1}, 2),
        ({"answer_tokens": 99}, 2),
        ({"model": "other"}, 2),
        ({"cache_mb": 0}, 2),
    ],
)
async def test_a_reply_is_kept_by_all_that_shapes_it(
    model_server: ModelServer, changes: dict[str, Any], requests: int
) -> None:
    model_server.script("good")
    given = settings(model_server, cache_mb=1)
    await ChatCall(given).whole(SYSTEM, USER)
    await ChatCall(settings(model_server, **({"cache_mb": 1} | changes))).whole(SYSTEM, USER)
    assert len(model_server.requests) == requests


async def test_options_and_prompts_have_replies_of_their_own(model_server: ModelServer) -> None:
    given = settings(model_server, cache_mb=1)
    asked = [(SYSTEM, USER, 0), (SYSTEM, USER, 1), (USER, SYSTEM, 0), (SYSTEM, USER + " ", 0)]
    for _ in range(2):
        for number, (system, user, more) in enumerate(asked):
            model_server.say(f"Reply {number}.")
            found = await ChatCall(apart(given, more)).whole(system, user)
            assert found == f"Reply {number}."
    assert len(model_server.requests) == 4


@pytest.mark.parametrize("script", ["cut_off", "no_finish", "length", "filtered", "error_in_stream"])
async def test_a_reply_that_is_not_complete_is_not_kept(model_server: ModelServer, script: str) -> None:
    given = settings(model_server, cache_mb=1, model_retries=0)
    model_server.script(script, "good")
    await fail(ChatCall(given))
    assert await ChatCall(given).whole(SYSTEM, USER) == REPLY


@pytest.mark.parametrize("script", ["empty", "only_think"])
async def test_a_reply_without_a_word_is_not_kept(model_server: ModelServer, script: str) -> None:
    given = settings(model_server, cache_mb=1)
    model_server.script(script, "good")
    assert await ChatCall(given).whole(SYSTEM, USER) == ""
    assert await ChatCall(given).whole(SYSTEM, USER) == REPLY


async def test_a_reply_that_was_of_no_use_can_be_forgotten(model_server: ModelServer) -> None:
    given = settings(model_server, cache_mb=1, expand="question")
    model_server.script("expand_wordless", "expand_good")
    with pytest.raises(ModelError) as caught:
        await expand(given, "What holds?")
    assert caught.value.usage is not None
    assert caught.value.usage.calls == 1
    found = await expand(given, "What holds?")
    again = await expand(given, "What holds?")
    assert (again.text, again.usage) == (found.text, FREE)
    assert len(model_server.requests) == 2


async def test_kept_replies_hold_no_key_and_live_in_the_home(
    model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.script("good")
    given = settings(model_server, cache_mb=1, home=tmp_path / "own")
    await ChatCall(given).whole(SYSTEM, USER)
    content = (tmp_path / "own" / "replies" / FILE).read_bytes()
    assert REPLY.encode() in content
    assert b"sk-test" not in content


async def test_a_broken_file_costs_the_reader_nothing(
    model_server: ModelServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "replies" / FILE
    file.parent.mkdir()
    file.write_text("This is no database. " * 500)
    model_server.script("good")
    given = settings(model_server, cache_mb=1, home=tmp_path)
    with caplog.at_level(logging.WARNING):
        assert await ChatCall(given).whole(SYSTEM, USER) == REPLY
    assert "the file is now" in caplog.text
    assert await ChatCall(given).whole(SYSTEM, USER) == REPLY
    assert len(model_server.requests) == 1
