"""`footnote serve` and `footnote mcp`: servers for people and for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from footnote.console import err
from footnote.rag.settings import load_settings
from footnote.ui.terminal.options import Mode, open_assistant


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    mode: Mode = None,
    mcp: Annotated[
        bool | None, typer.Option(help="Serve tools by MCP, too; default: where the extra is installed.")
    ] = None,
) -> None:
    """Serve the page; takes the next free port if the wanted one is taken, and says so."""
    assistant = open_assistant(host=host, port=port, mode=mode)
    from footnote.ui.serving import serve as serve_page  # Gradio takes seconds to import

    settings = assistant.settings
    serve_page(
        assistant,
        host=settings.host,
        port=settings.port,
        on_ready=lambda line: err.print(line),
        with_mcp=mcp,
    )


def mcp(mode: Mode = None) -> None:
    """Serve ask, search and paper to an MCP client, on standard input and output."""
    from footnote.ui.api.mcp import check_installed, serve_stdio

    check_installed()
    load_settings(
        **({} if mode is None else {"mode": mode})
    )  # a wrong one is reported before anything starts
    serve_stdio(lambda: open_assistant(mode=mode))
