"""The cache of replies, as calls use it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from footnote.rag.llm.chat_errors import Endpoint
from footnote.rag.llm.reply_cache import ReplyCache
from footnote.rag.llm.transport import ChatRequest
from footnote.rag.settings import Settings


@pytest.fixture
def request_() -> ChatRequest:
    endpoint = Endpoint(model="m", provider="openai", base_url="http://127.0.0.1:1/v1")
    return ChatRequest(endpoint=endpoint, system="s", user="u", temperature=None, answer_tokens=10)


async def found(cache: ReplyCache, request: ChatRequest) -> str:
    return "".join([piece async for piece in cache.pieces(request)])


async def test_a_reply_is_found_until_it_is_removed(tmp_path: Path, request_: ChatRequest) -> None:
    cache = ReplyCache(Settings(home=tmp_path, cache_mb=1))
    await cache.put(request_, "One. " * 20)
    assert await found(cache, request_) == "One. " * 20
    await cache.remove(request_)
    assert await found(cache, request_) == ""


async def test_while_the_process_ends_nothing_is_cached_and_nothing_fails(
    tmp_path: Path, request_: ChatRequest
) -> None:
    cache = ReplyCache(Settings(home=tmp_path, cache_mb=1))
    await cache.put(request_, "One.")
    ended = ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(ended)
    ended.shutdown()
    await cache.put(request_, "Two.")
    await cache.remove(request_)
    assert await found(cache, request_) == ""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    assert await found(cache, request_) == "One."
