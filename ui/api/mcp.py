"""MCP: the operations of `ui.api.operations` as tools, over HTTP at the page's server or over stdio.

Needs the optional group `mcp`: the protocol's own package, not `gradio[mcp]`, which requires an older
pydantic than the rest of Footnote and sends dicts to clients in Python's notation instead of JSON.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from starlette.routing import BaseRoute, Route

from footnote.rag import Assistant
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.api import rest
from footnote.ui.api.operations import UNTRUSTED_DATA, VERSION, Api, RequestError

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

log = logging.getLogger(__name__)

PATH = f"{rest.PREFIX}/mcp"


class ExtraMissing(FootnoteError):
    """MCP is requested, but its package isn't installed."""


class Mounted(NamedTuple):
    """What a Starlette app needs to serve MCP: routes, and a lifespan that runs as long as the app."""

    routes: list[BaseRoute]
    lifespan: Callable[[Any], AbstractAsyncContextManager[None]]


def is_installed() -> bool:
    """Whether the optional group `mcp` is installed. Imports nothing."""
    return find_spec("mcp") is not None


def check_installed() -> None:
    """Raises ExtraMissing, with the command that installs it, if the optional group isn't installed."""
    if not is_installed():
        raise ExtraMissing(
            "mcp isn't installed: install the optional group `mcp` (.venv/bin/pip install -e '.[mcp]')"
        )


def mounted(api: Api) -> Mounted:
    """The tools over streamable HTTP at `PATH`, with or without a slash at its end. Raises ExtraMissing.

    Stateless: no session is kept between requests.
    """
    check_installed()
    from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager

    manager = StreamableHTTPSessionManager(server(api), stateless=True, max_request_body_size=rest.MAX_BODY)
    endpoint = StreamableHTTPASGIApp(manager)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with manager.run():
            yield

    paths = (PATH, f"{PATH}/")
    return Mounted([Route(path, endpoint) for path in paths], lifespan)


def serve_stdio(assistant: Assistant) -> None:
    """Serves the tools on standard input and output until the input ends. Raises ExtraMissing."""
    check_installed()
    from mcp.server.stdio import stdio_server

    async def run() -> None:
        tools = server(Api(assistant))
        async with stdio_server() as (incoming, outgoing):
            await tools.run(incoming, outgoing, tools.create_initialization_options())

    anyio.run(run)


def server(api: Api) -> Server[Any]:
    """The tools as an MCP server. A result is one text: JSON, or a message if it is an error."""
    from mcp import types
    from mcp.server.lowlevel import Server

    tools = [
        types.Tool(
            name=each.name,
            title=each.title,
            description=each.description,
            input_schema=each.arguments.model_json_schema(),
            annotations=types.ToolAnnotations(
                read_only_hint=True, destructive_hint=False, open_world_hint=False
            ),
        )
        for each in api.operations.values()
    ]

    async def list_tools(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(_: Any, request: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            text, is_error = await api.call(request.name, request.arguments or {}), False
        except RequestError as error:
            text, is_error = str(error), True
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=is_error)

    return Server(
        "footnote",
        version=VERSION,
        title=strings.TITLE,
        instructions=f"{strings.TAGLINE} `ask` answers, `search` finds papers, `paper` reads one. "
        + UNTRUSTED_DATA,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
