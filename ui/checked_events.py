"""The page's events as browsers send them: wrong ones are refused with one line in the log.

Gradio looks an event up by the number that a client sends, whatever that is: without this, a wrong number
is an internal error with some seventy lines in the log.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.ui import strings

log = logging.getLogger(__name__)

MAX_EVENT = 1_000_000
"""Bytes of an event. The page's own have some thousands."""
_EVENTS = re.compile(r"/gradio_api/(?:queue/join|run/predict)/?")
_GRADIO = re.compile(r"/gradio_api/(?!run/(?!predict)|mcp).*")
_SESSION = re.compile(r"[\w-]{1,64}")


class WrongEvent(Exception):
    """An event can't be of the page. status: the HTTP status of the reply."""

    def __init__(self, problem: str, status: int = 422) -> None:
        super().__init__(problem)
        self.status = status


class CheckedEvents:
    """ASGI middleware that refuses events which the page doesn't have.

    inputs: how many values each event takes, by its number; None: no event is checked.
    """

    def __init__(self, app: ASGIApp, inputs: Mapping[int, int] | None) -> None:
        self.app, self._inputs = app, inputs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the app, unless the event is wrong. An error that Gradio doesn't handle becomes a 422."""
        if scope["type"] != "http" or not _GRADIO.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            if self._inputs is not None and _EVENTS.fullmatch(scope["path"]):
                body = await _body(Request(scope, receive))
                check(body, self._inputs)
                receive = _replayed(body, receive)
            await self.app(scope, receive, send_on)
        except ClientDisconnect:
            return
        except WrongEvent as error:
            log.warning("A wrong event was sent to %s: %s", scope["path"], error)
            await JSONResponse({"error": str(error)}, error.status)(scope, receive, send)
        except Exception as error:  # of Gradio, for a request of a form that it didn't expect
            log.warning("A request to %s failed: %s: %s", scope["path"], type(error).__name__, error)
            log.debug("Where it failed", exc_info=error)
            if not started:
                reply: Response = JSONResponse({"error": strings.WRONG_REQUEST}, 422)
                await reply(scope, receive, send)


def check(body: bytes, inputs: Mapping[int, int]) -> None:
    """Raises WrongEvent for what isn't an event with a known number, and a value for each of its inputs."""
    try:
        event: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise WrongEvent("it isn't JSON") from None
    if not isinstance(event, dict):
        raise WrongEvent("it isn't a JSON object")
    number, data, session = (event.get(name) for name in ("fn_index", "data", "session_hash"))
    if not isinstance(number, int) or isinstance(number, bool) or number not in inputs:
        raise WrongEvent("the page has no event with this fn_index")
    if not isinstance(data, list) or len(data) != inputs[number]:
        raise WrongEvent(f"event {number} takes {inputs[number]} values in data")
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        raise WrongEvent("session_hash isn't one of the page")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_EVENT:
            raise WrongEvent(f"it has more than {MAX_EVENT:,} bytes", 413)
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, and then what comes."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
