"""`footnote serve` and `footnote mcp`: servers for people and for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from footnote.console import err
from footnote.rag.settings import load_settings
from footnote.ui.accounts.policy import Policy
from footnote.ui.terminal.options import Mode, open_assistant


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    mode: Mode = None,
    mcp: Annotated[
        bool | None, typer.Option(help="Serve tools by MCP, too; default: where the extra is installed.")
    ] = None,
    open_to_all: Annotated[
        bool, typer.Option("--open", help="Serve it to a network without a login: everybody there may ask.")
    ] = False,
) -> None:
    """Serve the page; takes the next free port if the wanted one is taken, and says so."""
    given = {"host": host, "port": port, "mode": mode}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    Policy.of(settings, settings.host, open_to_all=open_to_all)  # before the seconds that the rest takes
    assistant = open_assistant(**given)
    from footnote.ui.serving import serve as serve_page  # Gradio takes seconds to import

    settings = assistant.settings
    serve_page(
        assistant,
        host=settings.host,
        port=settings.port,
        on_ready=lambda line: err.print(line),
        with_mcp=mcp,
        open_to_all=open_to_all,
    )


def mcp(mode: Mode = None) -> None:
    """Serve ask, search and paper to an MCP client, on standard input and output."""
    from footnote.ui.api.mcp import check_installed, serve_stdio

    check_installed()
    load_settings(
        **({} if mode is None else {"mode": mode})
    )  # a wrong one is reported before anything starts
    serve_stdio(lambda: open_assistant(mode=mode))
