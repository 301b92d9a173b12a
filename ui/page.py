"""The page: its tabs and the events that connect them. Importing this imports Gradio."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from footnote.store.additions import AdditionsByVisitor
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.accounts import visitors
from footnote.ui.add import add_tab
from footnote.ui.add.add_tab import ONE_AT_A_TIME, AddTab
from footnote.ui.add.removal import Removal
from footnote.ui.chat import chat_tab, conversation_list, preferences, render, scope
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.chat_tab import ChatTab
from footnote.ui.chat.conversation import Conversation
from footnote.ui.components import QUIET, hidden_textbox, html
from footnote.ui.export import export_events
from footnote.ui.library import library_tab
from footnote.ui.library.library_tab import LibraryTab

if TYPE_CHECKING:
    from footnote.rag import Assistant

log = logging.getLogger(__name__)


def build_page(assistant: Assistant, chat_store: ChatStore) -> gr.Blocks:
    """The page's layout and events for this assistant. Each visitor has a conversation of their own."""
    page = gr.Blocks(
        title=strings.TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),  # of uploads that were never read
    )
    with page:
        conversation, owner = gr.State(Conversation()), gr.State("")
        # The secret only has to stay the same: it is part of the page, and hides nothing.
        visitor = gr.BrowserState({}, storage_key="footnote", secret="footnote")
        # The key stays: browsers of former visitors have stored it.
        stored_preferences = gr.BrowserState({}, storage_key="footnote-wishes", secret="footnote")
        additions = AdditionsByVisitor(assistant.library.catalog)
        removal = Removal(assistant.library, additions)
        with gr.Sidebar(label=strings.CONVERSATIONS, open=False, elem_id="fn-conversations-bar"):
            sidebar = conversation_list.build()
        with gr.Row(elem_id="fn-head"):
            html(f"<h1>{strings.TITLE}</h1><p>{strings.TAGLINE}</p>", "fn-title")
            badge = html(_badge(assistant), "fn-status")
            new_chat = gr.Button(strings.NEW_CHAT, elem_id="fn-new", size="sm", scale=0)
        with gr.Tabs(selected="ask", elem_id="fn-tabs") as tabs:
            with gr.Tab(strings.TAB_ASK, id="ask"):
                chat = chat_tab.build(assistant, chat_store, conversation)
            with gr.Tab(strings.TAB_LIBRARY, id="library") as library_shown:
                library = library_tab.build(
                    assistant, owner=owner, times_cited=_times_cited(chat_store), additions=additions
                )
            with gr.Tab(strings.TAB_ADD, id="add"):
                add = add_tab.build(assistant, owner=owner, additions=additions, removal=removal)
        export_events.build(Conversation.export_source, [conversation])
        conversation_list.wire(
            page, chat_store, chat, sidebar, conversation_list.Visitor(visitor, owner), new_chat
        )
        _wire_preferences(page, assistant, chat, stored_preferences)
        _wire_library(assistant, chat, tabs, library, library_shown, add)
        _wire_removal(library, add, removal)
        library_changes = [page.load, add.changed.change]
        gr.on(library_changes, lambda: _badge(assistant), None, badge, **QUIET)
        gr.on(library_changes, lambda: scope.pages(assistant.library), None, chat.scope.pages, **QUIET)
    return page


def _wire_preferences(page: gr.Blocks, assistant: Assistant, chat: ChatTab, stored: gr.BrowserState) -> None:
    """The browser stores the preferences; they are set again when the page is loaded."""

    def store(*values: Any) -> dict[str, Any]:
        return preferences.to_store(assistant.settings, values)

    controls: list[Any] = list(chat.preferences)
    page.load(lambda stored: preferences.restored(assistant.settings, stored), stored, controls, **QUIET)
    # As for the chips of the scope: only what a reader does, and one event at a time.
    set_by_hand = [event for control in controls for event in chat_tab.by_hand(control)]
    gr.on(set_by_hand, store, controls, stored, trigger_mode="always_last", concurrency_limit=1, **QUIET)


def _times_cited(chat_store: ChatStore) -> Callable[[str], dict[str, int]]:
    def times_cited(owner: str) -> dict[str, int]:
        try:
            return chat_store.conversations.cited(owner)
        except FootnoteError as error:
            log.warning("citations in conversations can't be counted: %s", error)
            return {}

    return times_cited


def _wire_library(
    assistant: Assistant,
    chat: ChatTab,
    tabs: gr.Tabs,
    library: LibraryTab,
    library_shown: gr.Tab,
    add: AddTab,
) -> None:
    """Papers selected in the other tabs become the scope of the chat; cited papers are marked on the map."""
    outputs = [tabs, *chat.scope.outputs]

    def ask_about(papers: Sequence[str]) -> list[Any]:
        return [gr.update(selected="ask"), *scope.about(assistant.library, papers)]

    for button, papers in (
        (library.ask_these, library.chosen),
        (library.ask_this, library.opened),
        (add.ask, add.papers),
    ):
        button.click(ask_about, papers, outputs, **QUIET)
    request = hidden_textbox("fn-ask-about-request")
    request.change(lambda text: ask_about(scope.requested_paper(text)), request, outputs, **QUIET)
    chat.answered.change(Conversation.cited, chat.conversation, library.highlighted, **QUIET)
    gr.on([library_shown.select, add.changed.change], library.draw, library.inputs, library.outputs, **QUIET)


def _wire_removal(library: LibraryTab, add: AddTab, removal: Removal) -> None:
    """A visitor can remove a paper that they added on its page too; the tab "Add papers" is updated."""

    def values(owner: str, message: str) -> list[Any]:
        shown = add.views(owner, message)
        return [*shown, shown[-1]]

    def remove(paper: str, owner: str) -> list[Any]:
        return values(owner, removal.remove(owner, [paper]))

    def undo(_: str, owner: str) -> list[Any]:
        return values(owner, removal.undo(owner))

    refresh: dict[str, Any] = {
        "fn": library.refresh_paper,
        "inputs": library.paper_inputs,
        "outputs": library.paper_outputs,
        **QUIET,
    }
    outputs, options = [*add.shown, library.message], {**QUIET, **ONE_AT_A_TIME}
    library.remove.click(remove, library.paper_inputs, outputs, **options).then(**refresh)
    library.undo.click(undo, library.paper_inputs, outputs, **options).then(**refresh)


def _badge(assistant: Assistant) -> str:
    try:
        size = strings.LIBRARY_SIZE.format(papers=f"{assistant.status().papers:,}")
    except FootnoteError:
        log.exception("The library's state can't be read")
        size = strings.LIBRARY_UNREADABLE
    return render.badge(assistant.mode, assistant.model, size, visitors.current().name)
