"""Which replies are kept (`rag.llm.reply_cache`), and how they come again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from footnote.rag.llm.replies.visible import visible_text
from footnote.rag.llm.reply_cache import ReplyCache, reply_key
from footnote.rag.llm.transport import ChatRequest
from footnote.rag.settings import Settings

FOLDER = "replies"
"""Within FOOTNOTE_HOME."""
PIECE_CHARS = 24
"""Of the pieces in which a kept reply comes, some words as from a model."""


class KeptReplies:
    """The replies of `settings.home`, by everything that shapes them but the key."""

    def __init__(self, settings: Settings) -> None:
        self._cache = ReplyCache(settings.home / FOLDER, settings.cache_mb * 1_000_000)

    async def pieces(self, request: ChatRequest) -> AsyncIterator[str]:
        """The reply kept for a request, in pieces; nothing where there is none."""
        reply = await asyncio.to_thread(self._cache.get, _key(request)) or ""
        for at in range(0, len(reply), PIECE_CHARS):
            yield reply[at : at + PIECE_CHARS]

    async def keep(self, request: ChatRequest, reply: str) -> None:
        """Keeps a complete reply, if it holds anything to read."""
        await asyncio.to_thread(self._keep, request, reply)

    async def forget(self, request: ChatRequest) -> None:
        """Gives up the reply kept for a request."""
        await asyncio.to_thread(self._cache.remove, _key(request))

    def _keep(self, request: ChatRequest, reply: str) -> None:
        if visible_text(reply).strip():
            self._cache.put(_key(request), reply)


def _key(request: ChatRequest) -> str:
    endpoint = request.endpoint
    return reply_key(
        address=endpoint.base_url,
        model=endpoint.model,
        provider=endpoint.provider,
        messages=[request.system, request.user],
        temperature=request.temperature,
        answer_tokens=request.answer_tokens,
        variant=request.variant,
    )
