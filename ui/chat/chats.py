"""The list of a reader's conversations beside the chat: find, open, rename, delete, share."""

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
from footnote.ui.chat import chat, scope
from footnote.ui.chat.asking import updates
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.chat_room import QUIET, ChatRoom
from footnote.ui.chat.keeping import Keeper
from footnote.ui.escape import encode, sound

log = logging.getLogger(__name__)

MAX_SHOWN = 100
MAX_DELETED = 20
"""As many deletions as can be undone, the last first."""


@dataclass(frozen=True)
class Talks:
    """The controls, which the page wires."""

    search: gr.Textbox
    chosen: gr.Radio
    title: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    restore: gr.Button
    share: gr.Button
    unshare: gr.Button
    link: gr.Textbox
    said: gr.Markdown

    @property
    def refreshed(self) -> list[Component]:
        """What `Desk.listed` is shown in."""
        return [self.chosen, self.rename, self.share, self.delete, self.unshare, self.restore]


def build() -> Talks:
    """The list, empty until a reader is known."""
    search = gr.Textbox(
        label=strings.TALKS_SEARCH,
        placeholder=strings.TALKS_SEARCH,
        max_length=200,
        elem_id="fn-talks-search",
    )
    chosen = gr.Radio([], label=strings.TALKS, elem_id="fn-talks")
    with gr.Accordion(strings.TALK_THIS, open=False):
        title = gr.Textbox(label=strings.TALK_TITLE, max_length=120, elem_id="fn-talk-title")
        rename = gr.Button(strings.TALK_RENAME, size="sm", interactive=False)
        share = gr.Button(strings.TALK_SHARE, size="sm", interactive=False)
        unshare = gr.Button(strings.TALK_UNSHARE, size="sm", interactive=False)
        link = gr.Textbox(label=strings.TALK_LINK, interactive=False, elem_id="fn-talk-link")
        delete = gr.Button(strings.TALK_DELETE, size="sm", interactive=False)
        restore = gr.Button(strings.TALK_RESTORE, size="sm", interactive=False)
    said = gr.Markdown("", elem_id="fn-talks-said", latex_delimiters=[], container=False)
    return Talks(search, chosen, title, rename, delete, restore, share, unshare, link, said)


def _line(talk: Listed) -> str:
    count = strings.TALK_ONE if talk.turns == 1 else strings.TALK_MANY.format(count=talk.turns)
    shared = f" · {strings.TALK_SHARED}" if talk.shared else ""
    return f"{sound(talk.title)} · {talk.updated:%d %b %Y} · {count}{shared}"


@dataclass(frozen=True)
class Visitor:
    """Who is there. held: what the browser keeps (`Desk.remembered`). owner: the reader's id."""

    held: gr.BrowserState
    owner: gr.State


class Desk:
    """What the list does: handlers of its events."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def arrive(self, held: object, conversation: Conversation, count: int) -> list[Any]:
        """A visitor comes, or comes back: the conversation of the last visit stands open.

        Who is new, or has asked already before the browser's word came, stays where they are.
        """
        known = held if isinstance(held, dict) else {}
        kept = known.get("deleted")
        deleted = (
            [str(ident) for ident in kept if is_id(ident)][-MAX_DELETED:] if isinstance(kept, list) else []
        )
        owner, last = (str(known.get(name, "")) for name in ("reader", "talk"))
        owner = owner if is_id(owner) else new_id()
        if not conversation.turns and is_id(last):
            try:
                return [owner, deleted, *_show(self._keeper.open(owner, last), count)]
            except FootnoteError:
                log.info("the conversation of the last visit is gone")
        conversation.owner = owner
        chat.keep(conversation, self._keeper)
        return [owner, deleted, *[gr.skip()] * 4, count + 1]

    async def turn_to(self, conversation: Conversation, ident: str | None, count: int) -> list[Any]:
        """Another conversation is opened; the scope of the one before stays with that."""
        chat.leave(conversation)
        try:
            opened = await asyncio.to_thread(self._keeper.open, conversation.owner, ident or "")
        except FootnoteError as error:
            gr.Warning(str(error))
            opened = Conversation(owner=conversation.owner)
        return _turned(opened, count)

    async def begin(self, conversation: Conversation, count: int) -> list[Any]:
        """A new conversation, with all papers in scope."""
        chat.leave(conversation)
        return _turned(Conversation(owner=conversation.owner), count)

    def listed(self, conversation: Conversation, search: str, deleted: Sequence[str]) -> list[Any]:
        """The list, searched, and which buttons have something to act on, as `Talks.refreshed`."""
        owner, current = conversation.owner, conversation.stored
        found: list[Listed] = []
        mine: Listed | None = None
        try:
            found = self._keeper.conversations.listed(owner, search or "", MAX_SHOWN)
            all_of_mine = self._keeper.conversations.listed(owner, "", MAX_LISTED) if current else []
            mine = next((talk for talk in all_of_mine if talk.id == current), None)
        except FootnoteError as error:
            log.warning("conversations can't be listed: %s", error)
        value = current if any(talk.id == current for talk in found) else None
        here = gr.update(interactive=mine is not None)
        return [
            gr.update(choices=[(_line(talk), talk.id) for talk in found], value=value),
            *[here] * 3,
            gr.update(interactive=mine is not None and mine.shared),
            gr.update(interactive=bool(deleted)),
        ]

    @staticmethod
    def remembered(conversation: Conversation, deleted: Sequence[str]) -> dict[str, Any]:
        """What the browser is to keep."""
        return {"reader": conversation.owner, "talk": conversation.stored, "deleted": list(deleted)}

    def rename(self, conversation: Conversation, title: str) -> str:
        """Gives the open conversation another title."""

        def rename(owner: str, ident: str) -> None:
            self._keeper.conversations.rename(owner, ident, title or "")

        return self._done(conversation, strings.TALK_RENAMED, rename)

    async def delete(self, conversation: Conversation, deleted: Sequence[str], count: int) -> list[Any]:
        """Takes the open conversation away; a new one is begun."""
        chat.leave(conversation)
        owner, ident = conversation.owner, conversation.stored
        try:
            await asyncio.to_thread(self._keeper.conversations.delete, owner, ident)
        except NoConversation as error:  # another tab was first
            return [deleted, *_turned(Conversation(owner=owner), count, encode(str(error)))]
        except FootnoteError as error:
            return [deleted, *_stay(encode(str(error)))]
        last = [*deleted, ident][-MAX_DELETED:]
        return [last, *_turned(Conversation(owner=owner), count, strings.TALK_DELETED)]

    async def restore(self, conversation: Conversation, deleted: Sequence[str], count: int) -> list[Any]:
        """Brings back the conversation that was deleted last, and opens it."""
        if not deleted:
            return [deleted, *_stay(strings.TALK_NOTHING_DELETED)]
        chat.leave(conversation)
        owner, ident = conversation.owner, deleted[-1]
        try:
            await asyncio.to_thread(self._keeper.conversations.restore, owner, ident)
            opened = await asyncio.to_thread(self._keeper.open, owner, ident)
        except NoConversation as error:  # too long ago
            return [deleted[:-1], *_stay(encode(str(error)))]
        except FootnoteError as error:
            return [deleted, *_stay(encode(str(error)))]
        return [deleted[:-1], *_turned(opened, count, strings.TALK_RESTORED)]

    def share(self, conversation: Conversation, request: gr.Request) -> list[str]:
        """Makes a link to the open conversation."""
        tokens: list[str] = []

        def share(owner: str, ident: str) -> None:
            tokens.append(self._keeper.conversations.share(owner, ident))

        said = self._done(conversation, strings.TALK_SHARED_NOW, share)
        # Only the browser knows by which address this server is reached.
        base = str(request.headers.get("origin", ""))
        return [said, f"{base}/shared/{tokens[0]}" if tokens else ""]

    def unshare(self, conversation: Conversation) -> list[str]:
        """Ends the link to the open conversation."""
        return [self._done(conversation, strings.TALK_UNSHARED, self._keeper.conversations.unshare), ""]

    @staticmethod
    def _done(conversation: Conversation, said: str, change: Callable[[str, str], object]) -> str:
        try:
            change(conversation.owner, conversation.stored)
        except FootnoteError as error:
            return encode(str(error))
        return said


def _show(conversation: Conversation, count: int) -> list[Any]:
    return [conversation, *updates(conversation.view()), count + 1]


def _turned(conversation: Conversation, count: int, said: str = "") -> list[Any]:
    """Another conversation, with all papers in scope, without the link to the one before."""
    return [*_show(conversation, count), *scope.cleared(), "", said]


def _stay(said: str) -> list[Any]:
    """The same values as `_turned`, where nothing changes but what is said."""
    return [*[gr.skip()] * (len(_turned(Conversation(), 0)) - 1), said]


def wire(
    page: gr.Blocks, keeper: Keeper, room: ChatRoom, beside: Talks, visitor: Visitor, new_chat: gr.Button
) -> None:
    """Conversations that last: known by the id that the browser holds."""
    desk = Desk(keeper)
    shown = [room.conversation, *room.shown, room.answered]
    turned = [*shown, *room.scope.shown, beside.link, beside.said]
    deleted: gr.State = gr.State([])
    once: dict[str, Any] = {"queue": False, **QUIET}
    mine = [room.conversation]
    # Through the queue: only there does a change of state reach those who listen for it.
    page.load(desk.arrive, [visitor.held, *mine, room.answered], [visitor.owner, deleted, *shown], **QUIET)
    gr.on([new_chat.click, room.chatbot.clear], desk.begin, [*mine, room.answered], turned, **QUIET)
    beside.chosen.input(desk.turn_to, [*mine, beside.chosen, room.answered], turned, **QUIET)
    refreshed = (desk.listed, [*mine, beside.search, deleted], beside.refreshed)
    gr.on([room.answered.change, beside.search.change], *refreshed, **once)
    room.answered.change(desk.remembered, [*mine, deleted], visitor.held, **once)
    for button, did, given, told in (
        (beside.rename, desk.rename, [*mine, beside.title], [beside.said]),
        (beside.share, desk.share, mine, [beside.said, beside.link]),
        (beside.unshare, desk.unshare, mine, [beside.said, beside.link]),
    ):
        button.click(did, given, told, **once).then(*refreshed, **once)
    # These count an answer, after which the list is read anyhow.
    given = [*mine, deleted, room.answered]
    beside.delete.click(desk.delete, given, [deleted, *turned], **QUIET)
    beside.restore.click(desk.restore, given, [deleted, *turned], **QUIET)
