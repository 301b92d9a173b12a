"""Makes a stream of the whole reply that some servers send, although they were asked to stream."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import openai

MAX_BYTES = 8_000_000
"""A longer body is not a chat model's reply."""


class StreamingClient(openai.DefaultAsyncHttpxClient):
    """openai's HTTP client, but a whole reply to a request for a stream becomes a stream."""

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """As httpx; `stream` is set by the caller that wants one."""
        response = await super().send(request, stream=stream, **options)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not stream or response.status_code != 200 or kind != "application/json":
            return response
        body = bytearray()
        try:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_BYTES:
                    break
        finally:
            await response.aclose()
        events = as_events(bytes(body))
        return httpx2.Response(
            200, headers={"content-type": "text/event-stream"}, content=events, request=request
        )


def as_events(body: bytes) -> bytes:
    """A completion as the server-sent events of a stream; empty for any other body. Pure.

    An error in the body is passed on.
    """
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return b""
    if not isinstance(reply, dict):
        return b""
    if not reply.get("error"):
        choices = reply.get("choices")
        if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
            return b""
        # Only the fields that a delta has too: nothing here uses the message's others.
        reply["choices"] = [
            {
                "index": 0,
                "delta": _delta(choice.get("message")),
                "finish_reason": choice.get("finish_reason"),
            }
            for choice in choices[:1]
        ]
        reply["object"] = "chat.completion.chunk"
    return f"data: {json.dumps(reply)}\n\ndata: [DONE]\n\n".encode()


def _delta(message: object) -> dict[str, object]:
    content = message.get("content") if isinstance(message, dict) else None
    return {"role": "assistant", "content": content if isinstance(content, str) else ""}
