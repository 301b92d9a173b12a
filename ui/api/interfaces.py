"""REST, chat completions and MCP as options of the app that Gradio creates for the page."""

from __future__ import annotations

from typing import Any

from footnote.rag import Assistant
from footnote.ui.api import completions, health, mcp, rest
from footnote.ui.api.operations import Api


def app_options(assistant: Assistant, *, with_mcp: bool | None = None) -> dict[str, Any]:
    """Options for `launch(app_kwargs=…)`: routes of REST and chat completions, and of MCP if it is installed.

    with_mcp: True raises ExtraMissing if it isn't installed, False leaves MCP out. The options can be
    used for one launch only.
    """
    if with_mcp:
        mcp.check_installed()
    api = Api(assistant)
    routes = [*rest.routes(api), *completions.routes(api), *health.routes(assistant)]
    if with_mcp is False or not mcp.is_installed():
        return {"routes": routes}
    tools = mcp.mounted(api)
    return {"routes": [*routes, *tools.routes], "lifespan": tools.lifespan}
