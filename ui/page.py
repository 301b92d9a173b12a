"""The page: its layout, its events, and the server that shows it. Importing this imports Gradio."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.middleware import Middleware

from store.errors import FootnoteError
from store.talk.conversations import Conversations
from store.talk.ids import is_id, new_id
from ui import chat, chat_room, render, scope, strings, talks
from ui.chat import Conversation
from ui.chat_room import QUIET, ChatRoom
from ui.escape import encode
from ui.keeping import Keeper
from ui.security import SecurityHeaders
from ui.talks import Talks

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
    keeper = Keeper(Conversations.in_folder(assistant.settings.home))
    page = build_page(assistant, keeper)
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


def build_page(assistant: Assistant, keeper: Keeper) -> gr.Blocks:
    """The page's layout and events for this assistant. Each visitor has a conversation of their own."""
    page = gr.Blocks(title=strings.TITLE, analytics_enabled=False, fill_width=True)
    with page:
        conversation = gr.State(Conversation())
        # The secret only has to stay the same: it is part of the page, and hides nothing.
        visitor = gr.BrowserState({}, storage_key="footnote", secret="footnote")
        with gr.Sidebar(label=strings.TALKS, open=False, elem_id="fn-talks-bar"):
            beside = talks.build()
        with gr.Row(elem_id="fn-head"):
            _html(f"<h1>{strings.TITLE}</h1><p>{strings.TAGLINE}</p>", "fn-title")
            badge = _html(_badge(assistant), "fn-status")
            new_chat = gr.Button(strings.NEW_CHAT, elem_id="fn-new", size="sm", scale=0)
        room = chat_room.build(assistant, keeper, conversation)
        _wire_talks(page, keeper, room, beside, visitor, new_chat)
        page.load(lambda: _badge(assistant), None, badge, **QUIET)
        page.load(lambda: scope.pages(assistant.library), None, room.scope[2], **QUIET)
    return page


def _wire_talks(
    page: gr.Blocks,
    keeper: Keeper,
    room: ChatRoom,
    beside: Talks,
    visitor: gr.BrowserState,
    new_chat: gr.Button,
) -> None:
    """Conversations that last: known by the id that the browser holds."""
    shown = [room.conversation, *room.shown, room.answered]

    def show(conversation: Conversation, count: int) -> list[Any]:
        return [conversation, *chat_room.updates(conversation.view()), count + 1]

    def opened(owner: str, ident: str) -> Conversation:
        try:
            return keeper.open(owner, ident) if ident else Conversation(owner=owner)
        except FootnoteError as error:
            gr.Warning(str(error))
            return Conversation(owner=owner)

    def arrive(known: object, count: int) -> list[Any]:
        held = known if isinstance(known, dict) else {}
        owner, last = (str(held.get(name, "")) for name in ("reader", "talk"))
        owner = owner if is_id(owner) else new_id()
        conversation = Conversation(owner=owner)
        if is_id(last):
            try:
                conversation = keeper.open(owner, last)
            except FootnoteError:
                log.info("the conversation of the last visit is gone")
        return [{"reader": owner, "talk": conversation.stored}, *show(conversation, count)]

    def listed(conversation: Conversation, search: str) -> Any:
        try:
            return talks.listed(keeper, conversation.owner, search, conversation.stored)
        except FootnoteError as error:
            log.warning("conversations can't be listed: %s", error)
            return gr.update(choices=[], value=None)

    def remembered(conversation: Conversation) -> dict[str, str]:
        return {"reader": conversation.owner, "talk": conversation.stored}

    async def turn_to(conversation: Conversation, ident: str | None, count: int) -> list[Any]:
        chat.leave(conversation)
        return show(opened(conversation.owner, ident or ""), count)

    async def begin(conversation: Conversation, count: int) -> list[Any]:
        chat.leave(conversation)
        return show(Conversation(owner=conversation.owner), count)

    def change(conversation: Conversation, did: Callable[[str, str], str]) -> str:
        try:
            return did(conversation.owner, conversation.stored)
        except FootnoteError as error:
            return encode(str(error))

    def rename(conversation: Conversation, title: str) -> str:
        def did(owner: str, ident: str) -> str:
            keeper.conversations.rename(owner, ident, title)
            return strings.TALK_RENAMED

        return change(conversation, did)

    def delete(conversation: Conversation) -> str:
        def did(owner: str, ident: str) -> str:
            keeper.conversations.delete(owner, ident)
            return strings.TALK_DELETED

        return change(conversation, did)

    def restore(conversation: Conversation) -> str:
        def did(owner: str, ident: str) -> str:
            keeper.conversations.restore(owner, ident)
            return strings.TALK_RESTORED

        return change(conversation, did)

    def share(conversation: Conversation, request: gr.Request) -> list[str]:
        token: list[str] = []

        def did(owner: str, ident: str) -> str:
            token.append(keeper.conversations.share(owner, ident))
            return strings.TALK_SHARED_NOW

        said = change(conversation, did)
        # Only the browser knows by which address this server is reached.
        base = str(request.headers.get("origin", "")) if request else ""
        return [said, f"{base}/shared/{token[0]}" if token else ""]

    def unshare(conversation: Conversation) -> list[str]:
        def did(owner: str, ident: str) -> str:
            keeper.conversations.unshare(owner, ident)
            return strings.TALK_UNSHARED

        return [change(conversation, did), ""]

    once: dict[str, Any] = {"queue": False, **QUIET}
    mine = [room.conversation]
    page.load(arrive, [visitor, room.answered], [visitor, *shown], **once)
    gr.on([new_chat.click, room.chatbot.clear], begin, [*mine, room.answered], shown, **once)
    beside.chosen.input(turn_to, [*mine, beside.chosen, room.answered], shown, **once)
    gr.on([room.answered.change, beside.search.change], listed, [*mine, beside.search], beside.chosen, **once)
    room.answered.change(remembered, mine, visitor, **once)
    refreshed = (listed, [*mine, beside.search], beside.chosen)
    for button, did, given, told in (
        (beside.rename, rename, [*mine, beside.title], [beside.said]),
        (beside.delete, delete, mine, [beside.said]),
        (beside.restore, restore, mine, [beside.said]),
        (beside.share, share, mine, [beside.said, beside.link]),
        (beside.unshare, unshare, mine, [beside.said, beside.link]),
    ):
        button.click(did, given, told, **once).then(*refreshed, **once)


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
