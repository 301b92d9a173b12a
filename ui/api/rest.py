"""REST: the operations of `ui.api.operations` as routes of the page's server, and their OpenAPI description.

Not Gradio's own endpoints (`gr.api`): those take positional arguments without defaults, check no types,
reply to an invalid question with 500, and need two calls. Here a request is one JSON object of named
arguments, and the reply is the result.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from functools import partial
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from footnote.ui import strings
from footnote.ui.api.offered import MAX_BODY, PREFIX, VERSION, RequestError
from footnote.ui.api.operations import Api, Operation

_BY_NAME = ("run/{name}", "run/{name}/")
_ERRORS = {
    401: "Nobody is signed in.",
    403: "The request comes from another site's page.",
    421: "The request names a host that isn't this server.",
    404: "There is no such paper.",
    413: f"The request has more than {MAX_BODY} bytes.",
    422: "An argument can't be used.",
    429: "This visitor asks too often, or has sent too many wrong passwords.",
    500: "Something went wrong on the server.",
    503: "Too many requests are waiting, or the library can't be used now.",
}


class EventsByName(Route):
    """The routes by which Gradio lets clients call an event by name, even a private one.

    Except `predict`, which isn't a name: there the page calls its own events by number.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As for any route, but never for `predict`."""
        match, found = super().matches(scope)
        if found.get("path_params", {}).get("name") == "predict":
            return Match.NONE, {}
        return match, found


def routes(api: Api) -> list[BaseRoute]:
    """`POST /gradio_api/run/ask`, `…/search`, `…/paper`, and `GET /gradio_api/openapi.json`.

    They must come before Gradio's, whose events then can't be called by name.
    """

    async def reply(name: str, request: Request) -> Response:
        try:
            result = await unless_disconnected(request, api.call(name, await read_body(request)))
        except RequestError as error:
            return _error_reply(error)
        except ClientDisconnect:  # while its request was being read
            return Response(status_code=400)
        return Response(result, media_type="application/json")

    description = openapi(api)

    async def describe(request: Request) -> Response:
        return JSONResponse(description)

    async def closed(request: Request) -> Response:
        return _error_reply(RequestError(404, f"there is nothing here except {', '.join(api.operations)}"))

    return [
        Route(f"{PREFIX}/openapi.json", describe),
        *(Route(f"{PREFIX}/run/{name}", partial(reply, name), methods=["POST"]) for name in api.operations),
        *(EventsByName(f"{PREFIX}/{path}", closed, methods=["GET", "POST"]) for path in _BY_NAME),
    ]


def openapi(api: Api) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the routes."""
    modes: list[tuple[Any, JsonSchemaMode]] = []
    for each in api.operations.values():
        modes += [(each.tool.arguments, "validation"), (each.result, "serialization")]
    names, definitions = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    error = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}

    def describe(each: Operation) -> dict[str, Any]:
        replies: dict[str, Any] = {
            str(status): {"description": meaning, **_json({"$ref": "#/components/schemas/Error"})}
            for status, meaning in _ERRORS.items()
            if status != 404 or each.tool.name == "paper"
        }
        replies["200"] = {"description": "The result.", **_json(names[each.result, "serialization"])}
        return {
            "operationId": each.tool.name,
            "summary": each.tool.title,
            "description": each.tool.description,
            "requestBody": {"required": True, **_json(names[each.tool.arguments, "validation"])},
            "responses": replies,
        }

    return {
        "openapi": "3.1.0",
        "info": {"title": strings.TITLE, "description": strings.TAGLINE, "version": VERSION},
        "paths": {
            f"{PREFIX}/run/{each.tool.name}": {"post": describe(each)} for each in api.operations.values()
        },
        "components": {"schemas": {**definitions.get("$defs", {}), "Error": error}},
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


async def read_body(request: Request) -> bytes:
    """The body of the request. Raises RequestError if it has more than `MAX_BODY` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise RequestError(413, f"the request has more than {MAX_BODY} bytes")
    return bytes(body)


async def unless_disconnected(request: Request, work: Coroutine[Any, Any, str]) -> str:
    """The result of `work`, which is cancelled if the client disconnects. Raises what `work` raises."""
    working, disconnect = asyncio.create_task(work), asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait((working, disconnect), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else ""
    finally:
        working.cancel()
        disconnect.cancel()
        await asyncio.gather(working, disconnect, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error_reply(refused: RequestError) -> Response:
    body = json.dumps({"error": str(refused)}, ensure_ascii=False)
    return Response(body, refused.status, headers=refused.headers, media_type="application/json")
