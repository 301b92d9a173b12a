"""Closes connections whose request doesn't arrive in time, so that slow clients can't hold all of them.

uvicorn waits for ever for the rest of a header, and so does every handler for the rest of a body.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HEADER_S = 20.0
"""Time for the header of a request, from the opening of the connection or from its first byte."""
BODY_S, BODY_BYTES_A_SECOND = 30.0, 10_000
"""Time for the body of a request: so many seconds, and one more for so many bytes that have arrived."""
MAX_CONNECTIONS = 800
"""Connections at once; uvicorn refuses requests on more with 503. A page that is open holds up to three."""


class TimelyBodies:
    """ASGI middleware to which a client that sends its body too slowly has gone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the app."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, arrived, complete = time.monotonic(), 0, False

        async def receive_in_time() -> Message:
            nonlocal arrived, complete
            if complete:
                return await receive()
            left = began + BODY_S + arrived / BODY_BYTES_A_SECOND - time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), max(left, 0.001))
            except TimeoutError:
                log.warning("A request to %s came too slowly, and was given up", scope["path"])
                complete = True
                return {"type": "http.disconnect"}
            arrived += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            return message

        await self.app(scope, receive_in_time, send)


def timely(protocol: type[Any]) -> type[Any]:
    """A protocol of uvicorn's for HTTP that closes a connection whose header doesn't arrive in time."""

    class Timely(protocol):  # type: ignore[misc]
        _header_due: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self._header_due is not None:
                self._header_due.cancel()

        def _watch(self) -> None:
            """Starts the clock if no request is being answered, else stops it."""
            waits = self.cycle is None or self.cycle.response_complete
            if waits and self._header_due is None:
                self._header_due = self.loop.call_later(HEADER_S, self.transport.close)
            elif not waits and self._header_due is not None:
                self._header_due.cancel()
                self._header_due = None

    return Timely


def close_slow(server: Any) -> None:
    """Limits the connections of uvicorn's `server`, which runs, and the time for each request's header."""
    server.config.http_protocol_class = timely(server.config.http_protocol_class)
    server.config.limit_concurrency = MAX_CONNECTIONS
