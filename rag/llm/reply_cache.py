"""The cache of replies: which replies are stored, by request, and how they are streamed again.

`rag.llm.reply_store` is where they are stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from footnote.rag.llm.replies.visible import visible_text
from footnote.rag.llm.reply_store import ReplyStore, reply_key
from footnote.rag.llm.transport import ChatRequest
from footnote.rag.settings import Settings

T = TypeVar("T")

FOLDER = "replies"
"""Within FOOTNOTE_HOME."""
PIECE_CHARS = 24
"""Length of the pieces in which a cached reply is streamed: a few words, as from a model."""


class ReplyCache:
    """The replies of `settings.home`, by everything in a request that shapes them; the key doesn't."""

    def __init__(self, settings: Settings) -> None:
        self._store = ReplyStore(settings.home / FOLDER, settings.cache_mb * 1_000_000)

    async def pieces(self, request: ChatRequest) -> AsyncIterator[str]:
        """The cached reply to a request, in pieces; none where there is no reply."""
        reply = await _in_thread(self._store.get, _key(request)) or ""
        for at in range(0, len(reply), PIECE_CHARS):
            yield reply[at : at + PIECE_CHARS]

    async def put(self, request: ChatRequest, reply: str) -> None:
        """Caches a complete reply, if it holds any visible text."""
        await _in_thread(self._put, request, reply)

    async def remove(self, request: ChatRequest) -> None:
        """Removes the cached reply to a request."""
        await _in_thread(self._store.remove, _key(request))

    def _put(self, request: ChatRequest, reply: str) -> None:
        if visible_text(reply).strip():
            self._store.put(_key(request), reply)


async def _in_thread(function: Callable[..., T], *arguments: object) -> T | None:
    """What a function returns in a thread; None, without calling it, once the process is ending.

    Python's threads then take no more work, while a reply may still be coming.
    """
    try:
        result = asyncio.get_running_loop().run_in_executor(None, function, *arguments)
    except RuntimeError:
        return None
    return await result


def _key(request: ChatRequest) -> str:
    endpoint = request.endpoint
    return reply_key(
        address=endpoint.base_url,
        model=endpoint.model,
        provider=endpoint.provider,
        messages=[request.system, request.user],
        temperature=request.temperature,
        answer_tokens=request.answer_tokens,
    )
