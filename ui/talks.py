"""The list of a reader's conversations beside the chat: find, open, rename, delete, share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from store.errors import FootnoteError
from store.talk.conversations import Listed
from store.talk.ids import is_id, new_id
from ui import chat, chat_room, scope, strings
from ui.chat import Conversation
from ui.chat_room import QUIET, ChatRoom
from ui.escape import encode, sound
from ui.keeping import Keeper

log = logging.getLogger(__name__)

MAX_SHOWN = 100


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
        rename = gr.Button(strings.TALK_RENAME, size="sm")
        share = gr.Button(strings.TALK_SHARE, size="sm")
        unshare = gr.Button(strings.TALK_UNSHARE, size="sm")
        link = gr.Textbox(label=strings.TALK_LINK, interactive=False, elem_id="fn-talk-link")
        delete = gr.Button(strings.TALK_DELETE, size="sm")
        restore = gr.Button(strings.TALK_RESTORE, size="sm")
    said = gr.Markdown("", elem_id="fn-talks-said", latex_delimiters=[], container=False)
    return Talks(search, chosen, title, rename, delete, restore, share, unshare, link, said)


def listed(keeper: Keeper, owner: str, search: str = "", current: str = "") -> dict[str, Any]:
    """What the list shows: the reader's conversations, the newest first. Raises OwnerError, DatabaseError."""
    found = keeper.conversations.listed(owner, search or "", MAX_SHOWN)
    known = {talk.id for talk in found}
    return gr.update(
        choices=[(_line(talk), talk.id) for talk in found], value=current if current in known else None
    )


def _line(talk: Listed) -> str:
    count = strings.TALK_ONE if talk.turns == 1 else strings.TALK_MANY.format(count=talk.turns)
    shared = f" · {strings.TALK_SHARED}" if talk.shared else ""
    return f"{sound(talk.title)} · {talk.updated:%d %b %Y} · {count}{shared}"


@dataclass(frozen=True)
class Visitor:
    """Who is there. held: what the browser keeps, {"reader": id, "talk": id}. owner: the reader's id."""

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
        owner, last = (str(known.get(name, "")) for name in ("reader", "talk"))
        owner = owner if is_id(owner) else new_id()
        if not conversation.turns and is_id(last):
            try:
                return [owner, *_show(self._keeper.open(owner, last), count)]
            except FootnoteError:
                log.info("the conversation of the last visit is gone")
        conversation.owner = owner
        chat.keep(conversation, self._keeper)
        return [owner, *[gr.skip()] * 4, count + 1]

    async def turn_to(self, conversation: Conversation, ident: str | None, count: int) -> list[Any]:
        """Another conversation is opened; the scope of the one before stays with that."""
        chat.leave(conversation)
        try:
            opened = await asyncio.to_thread(self._keeper.open, conversation.owner, ident or "")
        except FootnoteError as error:
            gr.Warning(str(error))
            opened = Conversation(owner=conversation.owner)
        return [*_show(opened, count), *scope.cleared()]

    async def begin(self, conversation: Conversation, count: int) -> list[Any]:
        """A new conversation, with all papers in scope."""
        chat.leave(conversation)
        return [*_show(Conversation(owner=conversation.owner), count), *scope.cleared()]

    def listed(self, conversation: Conversation, search: str) -> Any:
        """The list, searched."""
        try:
            return listed(self._keeper, conversation.owner, search, conversation.stored)
        except FootnoteError as error:
            log.warning("conversations can't be listed: %s", error)
            return gr.update(choices=[], value=None)

    @staticmethod
    def remembered(conversation: Conversation) -> dict[str, str]:
        """What the browser is to keep."""
        return {"reader": conversation.owner, "talk": conversation.stored}

    def rename(self, conversation: Conversation, title: str) -> str:
        """Gives the open conversation another title."""

        def rename(owner: str, ident: str) -> None:
            self._keeper.conversations.rename(owner, ident, title or "")

        return self._done(conversation, strings.TALK_RENAMED, rename)

    def delete(self, conversation: Conversation) -> str:
        """Takes the open conversation away."""
        return self._done(conversation, strings.TALK_DELETED, self._keeper.conversations.delete)

    def restore(self, conversation: Conversation) -> str:
        """Brings the open conversation back."""
        return self._done(conversation, strings.TALK_RESTORED, self._keeper.conversations.restore)

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
    return [conversation, *chat_room.updates(conversation.view()), count + 1]


def wire(
    page: gr.Blocks, keeper: Keeper, room: ChatRoom, beside: Talks, visitor: Visitor, new_chat: gr.Button
) -> None:
    """Conversations that last: known by the id that the browser holds."""
    desk = Desk(keeper)
    shown = [room.conversation, *room.shown, room.answered]
    turned = [*shown, *room.scope.shown]
    once: dict[str, Any] = {"queue": False, **QUIET}
    mine = [room.conversation]
    # Through the queue: only there does a change of state reach those who listen for it.
    page.load(desk.arrive, [visitor.held, *mine, room.answered], [visitor.owner, *shown], **QUIET)
    gr.on([new_chat.click, room.chatbot.clear], desk.begin, [*mine, room.answered], turned, **QUIET)
    beside.chosen.input(desk.turn_to, [*mine, beside.chosen, room.answered], turned, **QUIET)
    refreshed = (desk.listed, [*mine, beside.search], beside.chosen)
    gr.on([room.answered.change, beside.search.change], *refreshed, **once)
    room.answered.change(desk.remembered, mine, visitor.held, **once)
    for button, did, given, told in (
        (beside.rename, desk.rename, [*mine, beside.title], [beside.said]),
        (beside.delete, desk.delete, mine, [beside.said]),
        (beside.restore, desk.restore, mine, [beside.said]),
        (beside.share, desk.share, mine, [beside.said, beside.link]),
        (beside.unshare, desk.unshare, mine, [beside.said, beside.link]),
    ):
        button.click(did, given, told, **once).then(*refreshed, **once)
