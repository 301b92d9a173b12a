"""Serves the page: address, static files, routes, and shutdown. Importing this imports Gradio."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
from starlette.middleware import Middleware

from footnote.console import log_as_json_too
from footnote.rag.opening import conversations_of
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.access import AllowedHosts, OwnRequestsOnly
from footnote.ui.accounts.policy import Policy
from footnote.ui.accounts.sign_in import KnownVisitors
from footnote.ui.add import uploads
from footnote.ui.add.upload_limits import UploadLimits
from footnote.ui.api.interfaces import app_options
from footnote.ui.chat import shared_page
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.checked_events import CheckedEvents
from footnote.ui.page import build_page
from footnote.ui.page_sessions import MAX_SESSIONS, keep_freeing
from footnote.ui.security import SecurityHeaders
from footnote.ui.slow_clients import TimelyBodies, close_slow

if TYPE_CHECKING:
    from footnote.rag import Assistant

log = logging.getLogger(__name__)

PORTS_TRIED = 100
QUEUE_AT_ONCE = 10
"""Events of a kind that run at once. 20 readers' answers took 1.1 s (median) with 10, 2.2 s with 4."""
QUEUE_LENGTH = 256
"""Events that may wait; each answer is followed by about ten short ones."""
SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


class PortError(FootnoteError):
    """The page can't listen on the given host and ports."""


@dataclass(frozen=True)
class Running:
    """A page that is being served. moved: whether it is on another port because the wanted one was taken."""

    page: gr.Blocks
    url: str
    port: int
    moved: bool
    stopped: threading.Event

    def close(self) -> None:
        """Stops serving."""
        self.stopped.set()
        try:
            self.page.close(verbose=False)
        except RuntimeError:
            # Gradio sets an asyncio event from this thread, which fails if a browser leaves at that moment.
            # The event is set all the same, so that the second call does the rest.
            self.page.close(verbose=False)


def serve(
    assistant: Assistant,
    *,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    open_browser: bool = False,
    with_mcp: bool | None = None,
    open_to_all: bool = False,
) -> None:
    """Serves the page until it is interrupted.

    on_ready: is called with a line that names the address when the page answers. with_mcp: whether to
    serve the MCP tools; None: if the optional group is installed. open_to_all: whether a page without a login
    may be served to a network. Raises PortError if `port` and the hundred ports after it are taken,
    ExtraMissing, OpenToStrangers, UsersError.
    """
    running = start(
        assistant,
        host=host,
        port=port,
        open_browser=open_browser,
        with_mcp=with_mcp,
        open_to_all=open_to_all,
    )
    try:
        ready = strings.READY_MOVED if running.moved else strings.READY
        on_ready(ready.format(url=running.url, wanted=port))
        thread = running.page.server.thread
        while thread.is_alive():
            thread.join(1.0)  # a join without a timeout can't be interrupted on every platform
    except KeyboardInterrupt:
        log.info("Interrupted")
    finally:
        running.close()


def _without_plots() -> None:
    """If matplotlib isn't installed, keeps Gradio from looking for it on disk twice an event."""
    if "matplotlib" not in sys.modules and find_spec("matplotlib") is None:
        cast("dict[str, Any]", sys.modules)["matplotlib"] = None  # how Python marks a module as missing


def start(
    assistant: Assistant,
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    with_mcp: bool | None = None,
    open_to_all: bool = False,
) -> Running:
    """Starts serving the page in threads of its own; returns when it answers. Errors: `serve`."""
    host = host.strip("[]")
    policy = Policy.of(assistant.settings, host, open_to_all=open_to_all)
    free = next(_free_ports(host, port), None)
    if free is None:
        last = min(port + PORTS_TRIED, 65535)
        raise PortError(f"can't listen on {host}, ports {port} to {last}: choose another host or port")
    chat_store = ChatStore(conversations_of(assistant.settings))
    chat_store.conversations.purge()
    # Otherwise Gradio summarises all its events with pandas after each, for a monitor that is off here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
    # Not in a folder that other programs with Gradio use.
    os.environ.setdefault("GRADIO_TEMP_DIR", str(uploads.private_folder()))
    _without_plots()
    page = build_page(assistant, chat_store)
    events = {number: len(event.inputs) for number, event in page.fns.items()}
    options = app_options(assistant, with_mcp=with_mcp)
    routes = [shared_page.route(chat_store), *options.pop("routes", [])]
    script = _static("js")
    _, url, _ = page.queue(
        default_concurrency_limit=QUEUE_AT_ONCE, max_size=QUEUE_LENGTH, api_open=False
    ).launch(
        server_name=f"[{host}]" if ":" in host else host,
        server_port=free,
        prevent_thread_lock=True,
        inbrowser=open_browser,
        inline=False,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        state_session_capacity=MAX_SESSIONS,
        max_file_size=uploads.LAUNCH_MAX_FILE_SIZE,
        theme=theme(),
        css=_static("css"),
        head=f"<script>{script}</script>",
        app_kwargs={
            "middleware": middleware(host, assistant.settings.allowed_hosts, policy, events, [script]),
            "routes": routes,
            **options,
        },
    )
    close_slow(page.server)
    stopped = threading.Event()
    keep_freeing(page.state_holder, stopped)
    log_as_json_too("uvicorn")
    return Running(page, url, free, free != port, stopped)


def middleware(
    host: str,
    allowed: Sequence[str] = (),
    policy: Policy | None = None,
    events: Mapping[int, int] | None = None,
    scripts: Sequence[str] = (),
) -> list[Middleware]:
    """What every request passes first, on a server that listens on `host`.

    allowed: further host names. policy: who may do what; default: everybody everything. events: how many
    values each event of the page takes; default: that isn't checked. scripts: that the page adds to itself.
    """
    return [
        Middleware(SecurityHeaders, scripts=scripts),
        Middleware(TimelyBodies),
        Middleware(OwnRequestsOnly, hosts=AllowedHosts.of(host, allowed)),
        Middleware(KnownVisitors, policy=policy or Policy()),
        Middleware(UploadLimits),
        Middleware(CheckedEvents, inputs=events),
    ]


def _static(kind: str) -> str:
    """All static files of a kind (css, js) as one text, that of the page first."""
    files = sorted(
        (
            file
            for file in (resources.files("footnote.ui") / "static").iterdir()
            if file.name.endswith(f".{kind}")
        ),
        key=lambda file: (file.name != f"page.{kind}", file.name),
    )
    return "\n".join(file.read_text("utf-8") for file in files)


def _free_ports(host: str, wanted: int) -> Iterator[int]:
    """`wanted` and the ports after it that are free."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65535) + 1):
        # Gradio checks the port on loopback too, for every host.
        if _can_listen(host, port) and _can_listen("127.0.0.1", port):
            yield port


def _can_listen(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise PortError(f"{host!r} is no address of this machine: {error.strerror}") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


def theme() -> gr.themes.Base:
    """The page's colours and fonts."""
    # System fonts only: a web font would be loaded from another host. The colours of body and text are
    # those of page.css, set here too because Gradio uses them before page.css is loaded.
    theme: gr.themes.Base = gr.themes.Base(font=list(SANS), font_mono=list(MONO), radius_size="sm")
    return theme.set(
        body_background_fill="#faf8f4",
        body_background_fill_dark="#181715",
        body_text_color="#22201c",
        body_text_color_dark="#e9e5dd",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
    )
