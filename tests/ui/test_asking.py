"""What the chat's handlers give the page: an answer's views, or a warning where nothing can be asked."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import profile, scope
from footnote.ui.chat.asking import Asking, Updates
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.keeping import Keeper
from footnote.ui.escape import encode
from tests.ui.test_chat import URIAL


def values(assistant: Assistant, *, since: str = "", only: tuple[str, ...] = ()) -> list[Any]:
    """What the controls hold."""
    return [since, "", [], list(only), *profile.restored(assistant.settings, {})]


async def all_of(shown: Updates) -> list[list[Any]]:
    return [update async for update in shown]


def skipped(update: Any) -> bool:
    return isinstance(update, dict) and "value" not in update and "visible" not in update


async def test_what_cannot_be_asked_warns_and_changes_nothing(assistant: Assistant, keeper: Keeper) -> None:
    asking, conversation = Asking(assistant, keeper), Conversation()
    for shown, told in (
        (asking.ask(" \n", conversation, *values(assistant)), strings.ASK_EMPTY),
        (asking.ask(None, conversation, *values(assistant)), strings.ASK_EMPTY),
        (asking.ask_again(conversation, *values(assistant)), strings.ASK_AGAIN_EMPTY),
        (asking.ask(URIAL, conversation, *values(assistant, since="banana")), "banana is no date"),
    ):
        with pytest.warns(UserWarning, match=re.escape(encode(told))):
            [(box, messages, _, left)] = await all_of(shown)
        assert messages == []
        assert "value" not in box  # the words stay where they were written
        assert skipped(left)
    assert conversation.turns == []


async def test_a_scope_whose_papers_are_gone_is_narrowed_once(own_library_home: Path, keeper: Keeper) -> None:
    with closing(Assistant(load_settings(home=own_library_home))) as assistant:
        asking, conversation, library = Asking(assistant, keeper), Conversation(), assistant.library
        kept, removed = [paper for paper, _ in library.lexical.search("base model alignment", 2)]
        with library.writing():
            library.remove([removed])
        updates = await all_of(asking.ask(URIAL, conversation, *values(assistant, only=(kept, removed))))
        assert updates[0][3] == Filters(only=(kept,))
        assert scope.narrowed(library, updates[0][3])[0]["value"] == [kept]
        assert updates[0][0]["value"] == ""
        assert all(skipped(part) for update in updates[1:] for part in update[3:])
        [turn] = conversation.turns
        assert turn.filters is not None
        assert turn.filters.only == (kept,)
        with pytest.warns(UserWarning, match=re.escape(encode(strings.SCOPE_ALL_GONE))):
            [(box, _, _, left)] = await all_of(
                asking.ask(URIAL, conversation, *values(assistant, only=(removed,)))
            )
        assert left == Filters()
        assert scope.narrowed(library, left)[0]["value"] == []
        assert "value" not in box
        assert len(conversation.turns) == 1


async def test_asked_again_is_the_last_question(assistant: Assistant, keeper: Keeper) -> None:
    asking, conversation = Asking(assistant, keeper), Conversation()
    await all_of(asking.ask(URIAL, conversation, *values(assistant)))
    await all_of(asking.ask_again(conversation, *values(assistant)))
    assert [turn.question for turn in conversation.turns] == [URIAL, URIAL]
