"""The list of conversations: deletion, undo, and which buttons are enabled."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from footnote.store.chats.ids import new_id
from footnote.ui import strings
from footnote.ui.chat import feedback
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.conversation import Conversation
from footnote.ui.chat.conversation_list import MAX_DELETED, ConversationListHandlers

RENAME, SHARE, DELETE, UNSHARE, UNDO = range(1, 6)


@pytest.fixture
def handlers(chat_store: ChatStore) -> ConversationListHandlers:
    return ConversationListHandlers(chat_store)


def stored(chat_store: ChatStore, question: str, owner: str) -> Conversation:
    ident = chat_store.conversations.begin(owner)
    chat_store.conversations.append(owner, ident, question, None, fault="It broke.")
    return chat_store.open(owner, ident)


def at(values: list[Any]) -> tuple[list[str], Conversation, str]:
    """Of the values after a deletion or undo: the deleted ids, the conversation, the message."""
    deleted, conversation, *_, message = values
    return deleted, conversation, message


def enabled(handlers: ConversationListHandlers, conversation: Conversation, deleted: list[str]) -> set[int]:
    shown = handlers.listed(conversation, "", deleted)
    return {n for n in (RENAME, SHARE, DELETE, UNSHARE, UNDO) if shown[n]["interactive"]}


async def test_deleting_the_open_conversation_leaves_an_empty_one_and_undo_opens_it(
    chat_store: ChatStore, handlers: ConversationListHandlers
) -> None:
    owner = new_id()
    first, second = (stored(chat_store, question, owner) for question in ("What is DPO?", "What is RLHF?"))
    deleted, here, message = at(await handlers.delete(first, [], 0))
    assert (here.turns, here.stored, here.owner) == ([], "", owner)
    assert message == strings.CONVERSATION_DELETED
    deleted, here, _ = at(await handlers.delete(second, deleted, 1))
    assert [each.title for each in chat_store.conversations.listed(owner)] == []

    deleted, here, message = at(await handlers.restore(here, deleted, 2))
    assert [turn.question for turn in here.turns] == ["What is RLHF?"]
    assert message == strings.CONVERSATION_RESTORED
    deleted, here, _ = at(await handlers.restore(here, deleted, 3))
    assert [turn.question for turn in here.turns] == ["What is DPO?"]
    assert deleted == []


async def test_what_another_tab_deleted_is_left_too(
    chat_store: ChatStore, handlers: ConversationListHandlers, caplog: pytest.LogCaptureFixture
) -> None:
    here = stored(chat_store, "What is DPO?", new_id())
    chat_store.conversations.delete(here.owner, here.stored)
    with caplog.at_level(logging.ERROR):
        assert feedback.likes(chat_store, here) == []
        assert "no such conversation" in feedback.like(chat_store, here, 1, "")
    assert not caplog.records
    deleted, after, message = at(await handlers.delete(here, [], 0))
    assert (after.turns, after.stored, deleted) == ([], "", [])
    assert "no such conversation" in message


def test_buttons_are_on_where_there_is_something_to_act_on(
    chat_store: ChatStore, handlers: ConversationListHandlers
) -> None:
    here = stored(chat_store, "What is DPO?", new_id())
    assert enabled(handlers, Conversation(owner=here.owner), []) == set()
    assert enabled(handlers, Conversation(), []) == set()  # nobody is known yet
    assert enabled(handlers, here, []) == {RENAME, SHARE, DELETE}
    chat_store.conversations.share(here.owner, here.stored)
    assert enabled(handlers, here, []) == {RENAME, SHARE, DELETE, UNSHARE}
    assert enabled(handlers, Conversation(owner=here.owner), [here.stored]) == {UNDO}
    shown = handlers.listed(here, "not in its title", [])
    assert shown[0]["choices"] == []
    assert shown[UNSHARE]["interactive"]  # though the search doesn't list it


async def test_what_can_be_undone_survives_a_reload_and_is_read_with_care(
    chat_store: ChatStore, handlers: ConversationListHandlers
) -> None:
    here = stored(chat_store, "What is DPO?", new_id())
    deleted, after, _ = at(await handlers.delete(here, [], 0))
    held = handlers.to_store(after, deleted)
    assert held == {"reader": here.owner, "talk": "", "deleted": [here.stored]}
    owner, kept, *_ = handlers.arrive(held, Conversation(), 0)
    assert (owner, kept) == (here.owner, deleted)
    broken: list[object] = [None, 7, "x", [None, 7, "x" * 22_000, {}]]
    for message in broken:
        assert handlers.arrive({**held, "deleted": message}, Conversation(), 0)[1] == []
    assert len(handlers.arrive({**held, "deleted": [new_id()] * 500}, Conversation(), 0)[1]) == MAX_DELETED
    _, _, message = at(await handlers.restore(Conversation(owner=new_id()), deleted, 0))
    assert "no such conversation" in message  # another reader's
