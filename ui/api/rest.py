"""REST: the operations of `ui.api.operations` as routes of the page's server, and their OpenAPI description.

Not Gradio's own endpoints (`gr.api`): those take arguments by place and without their defaults, check no
type, answer a wrong question with 500, and describe themselves as two calls. Here a request is one
JSON object of named arguments, and its reply is the result.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from functools import partial
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.ui import strings
from footnote.ui.api.operations import Api, Operation, Refused

PREFIX = "/gradio_api"
"""Where Gradio's own routes are: these come before them, and so take the place of its OpenAPI."""
MAX_BODY = 1_000_000

_BY_NAME = ("run/{name}", "run/{name}/", "api/{name}", "api/{name}/", "call/{name:path}")
_ERRORS = {
    403: "The request comes from another site's page.",
    404: "There is no such paper.",
    413: f"The request has more than {MAX_BODY} bytes.",
    422: "An argument can't be used.",
    500: "Something went wrong on the server.",
    503: "Too many requests are waiting, or the library can't be used now.",
}


class NotFromOtherSites:
    """Lets no page of another site use what is behind it: browsers name the page's origin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what has no Origin (no browser) or this server's own; else replies 403."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or urlsplit(origin).netloc == headers.get("host"):
            await self.app(scope, receive, send)
        else:
            refused = Refused(403, "pages of other sites may not ask here")
            await _refusal(refused)(scope, receive, send)


GUARDED = [Middleware(NotFromOtherSites)]


class EventsByName(Route):
    """Gradio's ways to call an event by its name, which stay open for events that it holds private.

    `predict` is no name: there the page calls its own events, by number.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route, but for `predict`."""
        match, found = super().matches(scope)
        if found.get("path_params", {}).get("name") == "predict":
            return Match.NONE, {}
        return match, found


def routes(api: Api) -> list[BaseRoute]:
    """`POST /gradio_api/run/ask`, `…/search`, `…/paper`, and `GET /gradio_api/openapi.json`.

    They are to come before Gradio's, whose events can't be called by name any more.
    """

    async def reply(name: str, request: Request) -> Response:
        try:
            result = await _while_there(request, api.call(name, await _body(request)))
        except Refused as refused:
            return _refusal(refused)
        except ClientDisconnect:  # midway through its request
            return Response(status_code=400)
        return Response(result, media_type="application/json")

    described = openapi(api)

    async def describe(request: Request) -> Response:
        return JSONResponse(described)

    async def closed(request: Request) -> Response:
        return _refusal(Refused(404, f"there is nothing here but {', '.join(api.operations)}"))

    return [
        Route(f"{PREFIX}/openapi.json", describe),
        *(
            Route(f"{PREFIX}/run/{name}", partial(reply, name), methods=["POST"], middleware=GUARDED)
            for name in api.operations
        ),
        *(EventsByName(f"{PREFIX}/{path}", closed, methods=["GET", "POST"]) for path in _BY_NAME),
    ]


def openapi(api: Api) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the routes."""
    modes: list[tuple[Any, JsonSchemaMode]] = []
    for each in api.operations.values():
        modes += [(each.arguments, "validation"), (each.result, "serialization")]
    names, definitions = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    error = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}

    def described(each: Operation) -> dict[str, Any]:
        replies: dict[str, Any] = {
            str(status): {"description": told, **_json({"$ref": "#/components/schemas/Error"})}
            for status, told in _ERRORS.items()
            if status != 404 or each.name == "paper"
        }
        replies["200"] = {"description": "The result.", **_json(names[each.result, "serialization"])}
        return {
            "operationId": each.name,
            "summary": each.title,
            "description": each.description,
            "requestBody": {"required": True, **_json(names[each.arguments, "validation"])},
            "responses": replies,
        }

    return {
        "openapi": "3.1.0",
        "info": {"title": strings.TITLE, "description": strings.TAGLINE, "version": version("footnote")},
        "paths": {f"{PREFIX}/run/{each.name}": {"post": described(each)} for each in api.operations.values()},
        "components": {"schemas": {**definitions.get("$defs", {}), "Error": error}},
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


async def _body(request: Request) -> bytes:
    """What was sent. Raises Refused where it is more than `MAX_BODY`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(413, f"the request has more than {MAX_BODY} bytes")
    return bytes(body)


async def _while_there(request: Request, work: Coroutine[Any, Any, str]) -> str:
    """What `work` comes to; it is cancelled where nobody waits for it any more. Raises as it does."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else ""
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refusal(refused: Refused) -> Response:
    told = json.dumps({"error": str(refused)}, ensure_ascii=False)
    wait = {"Retry-After": "2"} if refused.status == 503 else {}
    return Response(told, refused.status, headers=wait, media_type="application/json")
