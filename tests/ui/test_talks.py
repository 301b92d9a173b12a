"""The list of conversations: what deleting and undoing show, and which buttons have something to act on."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from footnote.store.chats.ids import new_id
from footnote.ui import strings
from footnote.ui.chat import opinions
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.chats import MAX_DELETED, Desk
from footnote.ui.chat.keeping import Keeper

RENAME, SHARE, DELETE, UNSHARE, UNDO = range(1, 6)


@pytest.fixture
def desk(keeper: Keeper) -> Desk:
    return Desk(keeper)


def stored(keeper: Keeper, question: str, owner: str) -> Conversation:
    ident = keeper.conversations.begin(owner)
    keeper.conversations.append(owner, ident, question, None, fault="It broke.")
    return keeper.open(owner, ident)


def at(values: list[Any]) -> tuple[list[str], Conversation, str]:
    """Of what a deletion or its undoing shows: what can be undone, the conversation, what is said."""
    deleted, conversation, *_, said = values
    return deleted, conversation, said


def enabled(desk: Desk, conversation: Conversation, deleted: list[str]) -> set[int]:
    shown = desk.listed(conversation, "", deleted)
    return {n for n in (RENAME, SHARE, DELETE, UNSHARE, UNDO) if shown[n]["interactive"]}


async def test_deleting_the_open_conversation_leaves_an_empty_one_and_undo_opens_it(
    keeper: Keeper, desk: Desk
) -> None:
    owner = new_id()
    first, second = (stored(keeper, question, owner) for question in ("What is DPO?", "What is RLHF?"))
    deleted, here, said = at(await desk.delete(first, [], 0))
    assert (here.turns, here.stored, here.owner) == ([], "", owner)
    assert said == strings.TALK_DELETED
    deleted, here, _ = at(await desk.delete(second, deleted, 1))
    assert [talk.title for talk in keeper.conversations.listed(owner)] == []

    deleted, here, said = at(await desk.restore(here, deleted, 2))
    assert [turn.question for turn in here.turns] == ["What is RLHF?"]
    assert said == strings.TALK_RESTORED
    deleted, here, _ = at(await desk.restore(here, deleted, 3))
    assert [turn.question for turn in here.turns] == ["What is DPO?"]
    assert deleted == []


async def test_what_another_tab_deleted_is_left_too(
    keeper: Keeper, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    here = stored(keeper, "What is DPO?", new_id())
    keeper.conversations.delete(here.owner, here.stored)
    with caplog.at_level(logging.ERROR):
        assert opinions.likes(keeper, here) == []
        assert "no such conversation" in opinions.like(keeper, here, 1, "")
    assert not caplog.records
    deleted, after, said = at(await desk.delete(here, [], 0))
    assert (after.turns, after.stored, deleted) == ([], "", [])
    assert "no such conversation" in said


def test_buttons_are_on_where_there_is_something_to_act_on(keeper: Keeper, desk: Desk) -> None:
    here = stored(keeper, "What is DPO?", new_id())
    assert enabled(desk, Conversation(owner=here.owner), []) == set()
    assert enabled(desk, Conversation(), []) == set()  # nobody is known yet
    assert enabled(desk, here, []) == {RENAME, SHARE, DELETE}
    keeper.conversations.share(here.owner, here.stored)
    assert enabled(desk, here, []) == {RENAME, SHARE, DELETE, UNSHARE}
    assert enabled(desk, Conversation(owner=here.owner), [here.stored]) == {UNDO}
    shown = desk.listed(here, "not in its title", [])
    assert shown[0]["choices"] == []
    assert shown[UNSHARE]["interactive"]  # though the search doesn't list it


async def test_what_can_be_undone_survives_a_reload_and_is_read_with_care(keeper: Keeper, desk: Desk) -> None:
    here = stored(keeper, "What is DPO?", new_id())
    deleted, after, _ = at(await desk.delete(here, [], 0))
    held = desk.remembered(after, deleted)
    assert held == {"reader": here.owner, "talk": "", "deleted": [here.stored]}
    owner, kept, *_ = desk.arrive(held, Conversation(), 0)
    assert (owner, kept) == (here.owner, deleted)
    broken: list[object] = [None, 7, "x", [None, 7, "x" * 22_000, {}]]
    for told in broken:
        assert desk.arrive({**held, "deleted": told}, Conversation(), 0)[1] == []
    assert len(desk.arrive({**held, "deleted": [new_id()] * 500}, Conversation(), 0)[1]) == MAX_DELETED
    _, _, said = at(await desk.restore(Conversation(owner=new_id()), deleted, 0))
    assert "no such conversation" in said  # another reader's
