"""The page: its layout, its events, and the server that shows it. Importing this imports Gradio."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.middleware import Middleware

from store.errors import FootnoteError
from ui import chat, profile, render, sources, strings
from ui.chat import Conversation, View
from ui.security import SecurityHeaders

if TYPE_CHECKING:
    from rag import Assistant

log = logging.getLogger(__name__)

PORTS_TRIED = 100
SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


class PortError(FootnoteError):
    """The page can't listen where it was asked to."""


@dataclass(frozen=True)
class Running:
    """A page that is being served. `moved`: the wanted port was taken, so it is on another."""

    page: gr.Blocks
    url: str
    port: int
    moved: bool

    def close(self) -> None:
        """Stops serving."""
        self.page.close(verbose=False)


def serve(
    assistant: Assistant,
    *,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    open_browser: bool = False,
) -> None:
    """Serves the page until interrupted. Once it answers, `on_ready` gets a line that says where,
    and whether that is another port than the wanted one.

    Raises PortError where neither `port` nor any of the next hundred can be listened on.
    """
    running = start(assistant, host=host, port=port, open_browser=open_browser)
    try:
        ready = strings.READY_MOVED if running.moved else strings.READY
        on_ready(ready.format(url=running.url, wanted=port))
        thread = running.page.server.thread
        while thread.is_alive():
            thread.join(1.0)  # an endless join can't be interrupted on every platform
    except KeyboardInterrupt:
        log.info("Interrupted")
    finally:
        running.close()


def start(assistant: Assistant, *, host: str, port: int, open_browser: bool = False) -> Running:
    """Starts serving the page in threads of its own and returns once it answers. Errors: `serve`."""
    host = host.strip("[]")
    free = next(_free_ports(host, port), None)
    if free is None:
        last = min(port + PORTS_TRIED, 65535)
        raise PortError(f"can't listen on {host}, ports {port} to {last}: choose another host or port")
    static = resources.files("ui") / "static"
    page = build_page(assistant)
    _, url, _ = page.queue(default_concurrency_limit=4, max_size=64, api_open=False).launch(
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
        max_file_size=1,  # nothing on the page takes a file, but Gradio's upload route is always open
        theme=_theme(),
        css=(static / "page.css").read_text("utf-8"),
        head=f"<script>{(static / 'page.js').read_text('utf-8')}</script>",
        app_kwargs={"middleware": [Middleware(SecurityHeaders)]},
    )
    return Running(page, url, free, moved=free != port)


def build_page(assistant: Assistant) -> gr.Blocks:
    """The page's layout and events for this assistant. Each visitor has a conversation of their own."""
    page = gr.Blocks(title=strings.TITLE, analytics_enabled=False, fill_width=True)
    with page:
        conversation = gr.State(Conversation())
        with gr.Row(elem_id="fn-head"):
            _html(f"<h1>{strings.TITLE}</h1><p>{strings.TAGLINE}</p>", "fn-title")
            badge = _html(_badge(assistant), "fn-status")
            new_chat = gr.Button(strings.NEW_CHAT, elem_id="fn-new", size="sm", scale=0)
        with gr.Row(elem_id="fn-body"):
            with gr.Column(elem_id="fn-chat", scale=3, min_width=300):
                chatbot = gr.Chatbot(
                    label=strings.CHAT_LABEL,
                    show_label=False,
                    container=False,
                    layout="panel",
                    height=None,
                    autoscroll=False,  # page.js keeps the question in view instead
                    buttons=[],
                    latex_delimiters=[],
                    allow_tags=False,
                    line_breaks=False,
                    feedback_options=None,
                    placeholder=f"<p>{strings.WELCOME}</p>",
                    examples=[{"text": question} for question in strings.EXAMPLES],
                    elem_id="fn-log",
                )
                box = gr.Textbox(
                    label=strings.ASK_LABEL,
                    placeholder=strings.ASK_PLACEHOLDER,
                    show_label=False,
                    container=False,
                    max_lines=8,
                    autofocus=True,
                    max_length=assistant.settings.max_question_chars,
                    submit_btn=strings.SEND,
                    stop_btn=False,
                    elem_id="fn-box",
                )
                # Quotes stand as they are, whoever reads them.
                with gr.Accordion(
                    strings.READER, open=False, visible=assistant.mode == "llm", elem_id="fn-reader"
                ):
                    reader = profile.controls(assistant.settings.reader)
            with gr.Column(elem_id="fn-side", scale=2, min_width=300):
                panel = _html(sources.panel([]), "fn-sources")

        shown = [box, chatbot, panel]

        async def ask(
            question: str | None,
            conversation: Conversation,
            level: object,
            length: object,
            language: object,
            instructions: object,
        ) -> AsyncGenerator[list[Any], None]:
            was_busy = False
            views = chat.ask(
                assistant, conversation, question or "", profile.read(level, length, language, instructions)
            )
            async with aclosing(views):
                async for view in views:
                    yield _updates(view, begins=view.busy and not was_busy)
                    was_busy = view.busy

        async def ask_example(
            conversation: Conversation,
            level: object,
            length: object,
            language: object,
            instructions: object,
            chosen: gr.SelectData,
        ) -> AsyncGenerator[list[Any], None]:
            answering = ask(chosen.value["text"], conversation, level, length, language, instructions)
            async with aclosing(answering) as updates:
                async for update in updates:
                    yield update

        async def stop(conversation: Conversation) -> list[Any]:
            return _updates(chat.stop(conversation))

        async def clear(conversation: Conversation) -> list[Any]:
            return _updates(chat.clear(conversation))

        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        box.submit(ask, [box, conversation, *reader], shown, **quiet)
        chatbot.example_select(ask_example, [conversation, *reader], shown, **quiet)
        # Nothing here is cancelled by Gradio (`cancels=`): it ends the visitor's stream of events,
        # and the next question races with that for an error drawn over the chat. A handler ends by
        # itself when its turn does. Stopping is awaited, for a turn belongs to the loop that answers it.
        box.stop(stop, [conversation], shown, queue=False, **quiet)
        fresh = [new_chat.click, chatbot.clear]
        gr.on(fresh, clear, [conversation], shown, queue=False, **quiet)
        page.load(lambda: _badge(assistant), None, badge, **quiet)
    return page


def _updates(view: View, *, begins: bool = False) -> list[Any]:
    """A view as values of the question box, the chat and the panel."""
    box: Any = gr.skip()
    if begins:
        box = gr.update(value="", submit_btn=False, stop_btn=strings.STOP)
    elif not view.busy:
        box = gr.update(submit_btn=strings.SEND, stop_btn=False)
    return [box, view.messages, gr.skip() if view.panel is None else view.panel]


def _html(value: str, elem_id: str) -> gr.Markdown:
    # Not gr.HTML: that doesn't sanitise, and compiles its value in the browser, which the content
    # security policy would have to allow.
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)


def _badge(assistant: Assistant) -> str:
    try:
        size = strings.LIBRARY_SIZE.format(papers=f"{assistant.status().papers:,}")
    except FootnoteError:
        log.exception("The library's state can't be read")
        size = strings.LIBRARY_UNREADABLE
    return render.badge(assistant.mode, assistant.model, size)


def _free_ports(host: str, wanted: int) -> Iterator[int]:
    """`wanted` and the ports after it, as far as they can be listened on."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65535) + 1):
        # Gradio checks the port on loopback too, whatever the host.
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


def _theme() -> gr.themes.Base:
    # System fonts only: a named web font would be asked for from another host. The colours of body
    # and text are those of page.css, set here too because Gradio paints with them before it loads.
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
