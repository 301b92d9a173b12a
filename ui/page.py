"""The page: its rooms, and how they are wired to each other. Importing this imports Gradio."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.add import add_room
from footnote.ui.add.add_room import ONE_AT_A_TIME, AddRoom
from footnote.ui.add.removing import Removing
from footnote.ui.add.visits import Visits
from footnote.ui.chat import chat_room, chats, profile, render, scope
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.chat_room import QUIET, ChatRoom
from footnote.ui.chat.keeping import Keeper
from footnote.ui.export import box
from footnote.ui.library import library_room
from footnote.ui.library.library_room import LibraryRoom

if TYPE_CHECKING:
    from footnote.rag import Assistant

log = logging.getLogger(__name__)


def build_page(assistant: Assistant, keeper: Keeper) -> gr.Blocks:
    """The page's layout and events for this assistant. Each visitor has a conversation of their own."""
    page = gr.Blocks(
        title=strings.TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),  # uploads that nothing took
    )
    with page:
        conversation, owner = gr.State(Conversation()), gr.State("")
        # The secret only has to stay the same: it is part of the page, and hides nothing.
        visitor = gr.BrowserState({}, storage_key="footnote", secret="footnote")
        wishes = gr.BrowserState({}, storage_key="footnote-wishes", secret="footnote")
        visits = Visits()
        removing = Removing(assistant.library, visits)
        with gr.Sidebar(label=strings.TALKS, open=False, elem_id="fn-talks-bar"):
            beside = chats.build()
        with gr.Row(elem_id="fn-head"):
            _html(f"<h1>{strings.TITLE}</h1><p>{strings.TAGLINE}</p>", "fn-title")
            badge = _html(_badge(assistant), "fn-status")
            new_chat = gr.Button(strings.NEW_CHAT, elem_id="fn-new", size="sm", scale=0)
        with gr.Tabs(selected="ask", elem_id="fn-rooms") as rooms:
            with gr.Tab(strings.ROOM_ASK, id="ask"):
                room = chat_room.build(assistant, keeper, conversation)
            with gr.Tab(strings.ROOM_LIBRARY, id="library") as library_tab:
                library = library_room.build(
                    assistant, owner=owner, times_cited=_times_cited(keeper), visits=visits
                )
            with gr.Tab(strings.ROOM_ADD, id="add"):
                adding = add_room.build(assistant, owner=owner, visits=visits, removing=removing)
        box.build(Conversation.talk, [conversation])
        chats.wire(page, keeper, room, beside, chats.Visitor(visitor, owner), new_chat)
        _wire_wishes(page, assistant, room, wishes)
        _wire_library(assistant, room, rooms, library, library_tab, adding)
        _wire_removal(library, adding, removing)
        told = [page.load, adding.changed.change]
        gr.on(told, lambda: _badge(assistant), None, badge, **QUIET)
        gr.on(told, lambda: scope.pages(assistant.library), None, room.scope.pages, **QUIET)
    return page


def _wire_wishes(page: gr.Blocks, assistant: Assistant, room: ChatRoom, held: gr.BrowserState) -> None:
    """How to answer is kept in the browser, and set again when its reader comes back."""

    def keep(*values: Any) -> dict[str, Any]:
        return profile.kept(assistant.settings, values)

    controls: list[Any] = list(room.wishes)
    page.load(lambda held: profile.restored(assistant.settings, held), held, controls, **QUIET)
    # As the chips of the scope: only what a reader does, and one at a time.
    set_by_hand = [event for control in controls for event in chat_room.by_hand(control)]
    gr.on(set_by_hand, keep, controls, held, trigger_mode="always_last", concurrency_limit=1, **QUIET)


def _times_cited(keeper: Keeper) -> Callable[[str], dict[str, int]]:
    def times_cited(owner: str) -> dict[str, int]:
        try:
            return keeper.conversations.cited(owner)
        except FootnoteError as error:
            log.warning("citations in conversations can't be counted: %s", error)
            return {}

    return times_cited


def _wire_library(
    assistant: Assistant, room: ChatRoom, rooms: gr.Tabs, library: LibraryRoom, tab: gr.Tab, adding: AddRoom
) -> None:
    """The library's rooms and the chat: what is chosen there is asked about here, and lit up there."""
    shown = [rooms, *room.scope.shown]

    def ask_about(papers: Sequence[str]) -> list[Any]:
        return [gr.update(selected="ask"), *scope.about(assistant.library, papers)]

    for button, papers in (
        (library.ask_these, library.chosen),
        (library.ask_this, library.opened),
        (adding.ask, adding.papers),
    ):
        button.click(ask_about, papers, shown, **QUIET)
    wish = gr.Textbox(elem_id="fn-ask-about", visible="hidden", show_label=False, container=False)
    wish.change(lambda text: ask_about(scope.wished(text)), wish, shown, **QUIET)
    room.answered.change(Conversation.cited, room.conversation, library.lit, **QUIET)
    gr.on([tab.select, adding.changed.change], library.draw, library.inputs, library.outputs, **QUIET)


def _wire_removal(library: LibraryRoom, adding: AddRoom, removing: Removing) -> None:
    """What a visitor added can be removed on its page, and the room where they added it knows."""

    def shown(owner: str, said: str) -> list[Any]:
        values = adding.views(owner, said)
        return [*values, values[-1]]

    def remove(paper: str, owner: str) -> list[Any]:
        return shown(owner, removing.take_out(owner, [paper]))

    def undo(_: str, owner: str) -> list[Any]:
        return shown(owner, removing.bring_back(owner))

    again: dict[str, Any] = {
        "fn": library.look_again,
        "inputs": library.look_inputs,
        "outputs": library.look_outputs,
        **QUIET,
    }
    outputs, one = [*adding.shown, library.said], {**QUIET, **ONE_AT_A_TIME}
    library.remove.click(remove, library.look_inputs, outputs, **one).then(**again)
    library.undo.click(undo, library.look_inputs, outputs, **one).then(**again)


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
