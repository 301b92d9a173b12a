"""The list of a reader's conversations in the sidebar: find, open, rename, delete, share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from footnote.store.chats.conversations import MAX_LISTED, Listed
from footnote.store.chats.errors import NoConversation
from footnote.store.chats.ids import is_id, new_id
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.accounts import visitors
from footnote.ui.chat import answering, scope
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.chat_tab import ChatTab
from footnote.ui.chat.conversation import Conversation
from footnote.ui.chat.question_handlers import updates
from footnote.ui.components import QUIET, html
from footnote.ui.escape import encode, replace_surrogates

log = logging.getLogger(__name__)

MAX_SHOWN = 100
MAX_DELETED = 20
"""How many deletions can be undone, the last one first."""


@dataclass(frozen=True)
class ConversationList:
    """The controls; `wire` connects their events."""

    search: gr.Textbox
    chosen: gr.Radio
    title: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    restore: gr.Button
    share: gr.Button
    unshare: gr.Button
    link: gr.Textbox
    message: gr.Markdown

    @property
    def refreshed(self) -> list[Component]:
        """The components that take the values of `ConversationListHandlers.listed`."""
        return [self.chosen, self.rename, self.share, self.delete, self.unshare, self.restore]


def build() -> ConversationList:
    """Creates the list, empty until the reader is known."""
    search = gr.Textbox(
        label=strings.CONVERSATIONS_SEARCH,
        placeholder=strings.CONVERSATIONS_SEARCH,
        max_length=200,
        elem_id="fn-conversations-search",
    )
    chosen = gr.Radio([], label=strings.CONVERSATIONS, elem_id="fn-conversations")
    with gr.Accordion(strings.CONVERSATION_THIS, open=False):
        title = gr.Textbox(label=strings.CONVERSATION_TITLE, max_length=120, elem_id="fn-conversation-title")
        rename = gr.Button(strings.CONVERSATION_RENAME, size="sm", interactive=False)
        share = gr.Button(strings.CONVERSATION_SHARE, size="sm", interactive=False)
        unshare = gr.Button(strings.CONVERSATION_UNSHARE, size="sm", interactive=False)
        link = gr.Textbox(label=strings.CONVERSATION_LINK, interactive=False, elem_id="fn-conversation-link")
        delete = gr.Button(strings.CONVERSATION_DELETE, size="sm", interactive=False)
        restore = gr.Button(strings.CONVERSATION_RESTORE, size="sm", interactive=False)
    message = html(elem_id="fn-conversations-message")
    return ConversationList(search, chosen, title, rename, delete, restore, share, unshare, link, message)


def _label(conversation: Listed) -> str:
    turns = conversation.turns
    count = strings.CONVERSATION_ONE if turns == 1 else strings.CONVERSATION_MANY.format(count=turns)
    shared = f" · {strings.CONVERSATION_SHARED}" if conversation.shared else ""
    return f"{replace_surrogates(conversation.title)} · {conversation.updated:%d %b %Y} · {count}{shared}"


@dataclass(frozen=True)
class Visitor:
    """The reader. browser: what the browser stores (`to_store`). owner: the reader's id."""

    browser: gr.BrowserState
    owner: gr.State


class ConversationListHandlers:
    """The handlers of the list's events."""

    def __init__(self, chat_store: ChatStore) -> None:
        self._chat_store = chat_store

    def arrive(self, stored: object, conversation: Conversation, count: int) -> list[Any]:
        """Opens the conversation of the reader's last visit when the page loads.

        A new reader, and one who asked before the browser sent what it stores, stays in the present
        conversation.
        """
        known = stored if isinstance(stored, dict) else {}
        ids = known.get("deleted")
        deleted = (
            [str(ident) for ident in ids if is_id(ident)][-MAX_DELETED:] if isinstance(ids, list) else []
        )
        owner, last = (str(known.get(name, "")) for name in ("reader", "talk"))
        # An account's conversations are its own in every browser, and nobody else's in this one.
        if account := visitors.current().reader:
            last = last if owner == account else ""
            owner = account
        owner = owner if is_id(owner) else new_id()
        if not conversation.turns and is_id(last):
            try:
                return [owner, deleted, *_shown(self._chat_store.open(owner, last), count)]
            except FootnoteError:
                log.info("the conversation of the last visit is gone")
        conversation.owner = owner
        answering.save(conversation, self._chat_store)
        return [owner, deleted, *[gr.skip()] * 4, count + 1]

    async def open(self, conversation: Conversation, ident: str | None, count: int) -> list[Any]:
        """Opens another conversation. The scope is reset."""
        answering.leave(conversation)
        try:
            opened = await asyncio.to_thread(self._chat_store.open, conversation.owner, ident or "")
        except FootnoteError as error:
            gr.Warning(str(error))
            opened = Conversation(owner=conversation.owner)
        return _opened(opened, count)

    async def begin(self, conversation: Conversation, count: int) -> list[Any]:
        """Starts a new conversation, with all papers in scope."""
        answering.leave(conversation)
        return _opened(Conversation(owner=conversation.owner), count)

    def listed(self, conversation: Conversation, search: str, deleted: Sequence[str]) -> list[Any]:
        """The conversations found, and the enabled buttons, as values of `ConversationList.refreshed`."""
        owner, ident = conversation.owner, conversation.stored
        found: list[Listed] = []
        current: Listed | None = None
        try:
            found = self._chat_store.conversations.listed(owner, search or "", MAX_SHOWN)
            every = self._chat_store.conversations.listed(owner, "", MAX_LISTED) if ident else []
            current = next((each for each in every if each.id == ident), None)
        except FootnoteError as error:
            log.warning("conversations can't be listed: %s", error)
        value = ident if any(each.id == ident for each in found) else None
        enabled = gr.update(interactive=current is not None)
        return [
            gr.update(choices=[(_label(each), each.id) for each in found], value=value),
            *[enabled] * 3,
            gr.update(interactive=current is not None and current.shared),
            gr.update(interactive=bool(deleted)),
        ]

    @staticmethod
    def to_store(conversation: Conversation, deleted: Sequence[str]) -> dict[str, Any]:
        """What the browser stores."""
        # The name `talk` stays: browsers of former visitors have stored it.
        return {"reader": conversation.owner, "talk": conversation.stored, "deleted": list(deleted)}

    def rename(self, conversation: Conversation, title: str) -> str:
        """Changes the title of the open conversation."""

        def rename(owner: str, ident: str) -> None:
            self._chat_store.conversations.rename(owner, ident, title or "")

        return self._change(conversation, strings.CONVERSATION_RENAMED, rename)

    async def delete(self, conversation: Conversation, deleted: Sequence[str], count: int) -> list[Any]:
        """Deletes the open conversation and starts a new one."""
        answering.leave(conversation)
        owner, ident = conversation.owner, conversation.stored
        try:
            await asyncio.to_thread(self._chat_store.conversations.delete, owner, ident)
        except NoConversation as error:  # deleted in another tab
            return [deleted, *_opened(Conversation(owner=owner), count, encode(str(error)))]
        except FootnoteError as error:
            return [deleted, *_unchanged(encode(str(error)))]
        last = [*deleted, ident][-MAX_DELETED:]
        return [last, *_opened(Conversation(owner=owner), count, strings.CONVERSATION_DELETED)]

    async def restore(self, conversation: Conversation, deleted: Sequence[str], count: int) -> list[Any]:
        """Restores the conversation that was deleted last, and opens it."""
        if not deleted:
            return [deleted, *_unchanged(strings.CONVERSATION_NOTHING_DELETED)]
        answering.leave(conversation)
        owner, ident = conversation.owner, deleted[-1]
        try:
            await asyncio.to_thread(self._chat_store.conversations.restore, owner, ident)
            opened = await asyncio.to_thread(self._chat_store.open, owner, ident)
        except NoConversation as error:  # deleted for good after 30 days
            return [deleted[:-1], *_unchanged(encode(str(error)))]
        except FootnoteError as error:
            return [deleted, *_unchanged(encode(str(error)))]
        return [deleted[:-1], *_opened(opened, count, strings.CONVERSATION_RESTORED)]

    def share(self, conversation: Conversation, request: gr.Request) -> list[str]:
        """Creates a link to the open conversation."""
        tokens: list[str] = []

        def share(owner: str, ident: str) -> None:
            tokens.append(self._chat_store.conversations.share(owner, ident))

        message = self._change(conversation, strings.CONVERSATION_SHARED_NOW, share)
        # The browser sends the address by which it reaches this server.
        base = str(request.headers.get("origin", ""))
        return [message, f"{base}/shared/{tokens[0]}" if tokens else ""]

    def unshare(self, conversation: Conversation) -> list[str]:
        """Ends the link to the open conversation."""
        return [
            self._change(conversation, strings.CONVERSATION_UNSHARED, self._chat_store.conversations.unshare),
            "",
        ]

    @staticmethod
    def _change(conversation: Conversation, done: str, change: Callable[[str, str], object]) -> str:
        try:
            change(conversation.owner, conversation.stored)
        except FootnoteError as error:
            return encode(str(error))
        return done


def _shown(conversation: Conversation, count: int) -> list[Any]:
    return [conversation, *updates(conversation.view()), count + 1]


def _opened(conversation: Conversation, count: int, message: str = "") -> list[Any]:
    """The values that show another conversation: all papers in scope, no link, and a message."""
    return [*_shown(conversation, count), *scope.cleared(), "", message]


def _unchanged(message: str) -> list[Any]:
    """Values for the same components as `_opened`, which change the message only."""
    return [*[gr.skip()] * (len(_opened(Conversation(), 0)) - 1), message]


def wire(
    page: gr.Blocks,
    chat_store: ChatStore,
    chat_tab: ChatTab,
    controls: ConversationList,
    visitor: Visitor,
    new_chat: gr.Button,
) -> None:
    """Connects the events. The browser stores the reader's id, by which their conversations are found."""
    handlers = ConversationListHandlers(chat_store)
    shown = [chat_tab.conversation, *chat_tab.outputs, chat_tab.answered]
    opened = [*shown, *chat_tab.scope.outputs, controls.link, controls.message]
    deleted: gr.State = gr.State([])
    count = chat_tab.answered
    once: dict[str, Any] = {"queue": False, **QUIET}
    conversation = [chat_tab.conversation]
    # Through the queue: without it, a change of a state triggers no event.
    page.load(
        handlers.arrive,
        [visitor.browser, *conversation, count],
        [visitor.owner, deleted, *shown],
        **QUIET,
    )
    gr.on(
        [new_chat.click, chat_tab.chatbot.clear],
        handlers.begin,
        [*conversation, count],
        opened,
        **QUIET,
    )
    controls.chosen.input(handlers.open, [*conversation, controls.chosen, count], opened, **QUIET)
    refreshed = (handlers.listed, [*conversation, controls.search, deleted], controls.refreshed)
    gr.on([chat_tab.answered.change, controls.search.change], *refreshed, **once)
    chat_tab.answered.change(handlers.to_store, [*conversation, deleted], visitor.browser, **once)
    for button, handler, inputs, outputs in (
        (controls.rename, handlers.rename, [*conversation, controls.title], [controls.message]),
        (controls.share, handlers.share, conversation, [controls.message, controls.link]),
        (controls.unshare, handlers.unshare, conversation, [controls.message, controls.link]),
    ):
        button.click(handler, inputs, outputs, **once).then(*refreshed, **once)
    # These change `answered`, and so the list is read again.
    inputs = [*conversation, deleted, count]
    controls.delete.click(handlers.delete, inputs, [deleted, *opened], **QUIET)
    controls.restore.click(handlers.restore, inputs, [deleted, *opened], **QUIET)
