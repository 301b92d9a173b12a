"""MCP: the tools of `ui.api.offered`, over HTTP at the page's server or over stdio.

Needs the optional group `mcp`: the protocol's own package, not `gradio[mcp]`, which requires an older
pydantic than the rest of Footnote and sends dicts to clients in Python's notation instead of JSON.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from starlette.routing import BaseRoute, Route

from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.api.offered import MAX_BODY, PREFIX, TOOLS, UNTRUSTED_DATA, VERSION

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.lowlevel import Server

    from footnote.rag import Assistant
    from footnote.ui.api.operations import Api

PATH = f"{PREFIX}/mcp"


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

    opened: Future[Api] = Future()
    opened.set_result(api)
    manager = StreamableHTTPSessionManager(server(opened), stateless=True, max_request_body_size=MAX_BODY)
    endpoint = StreamableHTTPASGIApp(manager)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with manager.run():
            yield

    paths = (PATH, f"{PATH}/")
    return Mounted([Route(path, endpoint) for path in paths], lifespan)


def serve_stdio(opening: Callable[[], Assistant]) -> None:
    """Serves the tools on standard input and output until the input ends. Raises ExtraMissing.

    opening: opens the assistant, which takes seconds; clients are answered meanwhile, and the first call of a
    tool waits for it.
    """
    check_installed()
    from mcp.server.stdio import stdio_server

    def opened_api() -> Api:
        from footnote.ui.api.operations import Api

        return Api(opening())

    async def run(api: Future[Api]) -> None:
        tools = server(api)
        async with stdio_server() as (incoming, outgoing):
            await tools.run(incoming, outgoing, tools.create_initialization_options())

    with ThreadPoolExecutor(1, "opening") as thread:
        anyio.run(run, thread.submit(opened_api))


async def _called(api: Api, request: types.CallToolRequestParams) -> str:
    from footnote.ui.api.brief import brief

    return brief(await api.result(request.name, request.arguments or {}))


def server(opened: Future[Api]) -> Server[Any]:
    """The tools as an MCP server. A result is one text: short JSON (`ui.api.brief`), or a message if it is an
    error. opened: what runs them; the first call of a tool waits for it.
    """
    from mcp import types
    from mcp.server.lowlevel import Server

    tools = [
        types.Tool(
            name=each.name,
            title=each.title,
            description=f"{each.description} {each.brief}",
            input_schema=each.arguments.model_json_schema(),
            annotations=types.ToolAnnotations(
                read_only_hint=True, destructive_hint=False, open_world_hint=False
            ),
        )
        for each in TOOLS.values()
    ]

    async def list_tools(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(_: Any, request: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            # A call that is cancelled must not cancel the opening.
            api = await asyncio.shield(asyncio.wrap_future(opened))
            text, is_error = await _called(api, request), False
        except FootnoteError as error:
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
