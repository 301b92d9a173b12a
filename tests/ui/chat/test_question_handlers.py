"""The chat's handlers: the views of an answer, or a warning if the question can't be asked."""

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
from footnote.ui.chat import answering, preferences, scope
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.conversation import Conversation
from footnote.ui.chat.question_handlers import QuestionHandlers, Updates
from footnote.ui.escape import encode
from tests.ui.chat.test_answering import URIAL


def values(assistant: Assistant, *, since: str = "", only: tuple[str, ...] = ()) -> list[Any]:
    """The values of the controls."""
    return [since, "", [], list(only), "", "", *preferences.restored(assistant.settings, {})]


async def all_of(shown: Updates) -> list[list[Any]]:
    return [update async for update in shown]


def skipped(update: Any) -> bool:
    return isinstance(update, dict) and "value" not in update and "visible" not in update


async def test_what_cannot_be_asked_warns_and_changes_nothing(
    assistant: Assistant, chat_store: ChatStore
) -> None:
    handlers, conversation = QuestionHandlers(assistant, chat_store), Conversation()
    for shown, message in (
        (handlers.ask(" \n", conversation, *values(assistant)), strings.ASK_EMPTY),
        (handlers.ask(None, conversation, *values(assistant)), strings.ASK_EMPTY),
        (handlers.ask_again(conversation, *values(assistant)), strings.ASK_AGAIN_EMPTY),
        (handlers.ask(URIAL, conversation, *values(assistant, since="banana")), "banana is not a date"),
    ):
        with pytest.warns(UserWarning, match=re.escape(encode(message))):
            [(box, messages, _, left)] = await all_of(shown)
        assert messages == []
        assert "value" not in box  # the words stay where they were written
        assert skipped(left)
    assert conversation.turns == []


async def test_a_scope_whose_papers_are_gone_is_narrowed_once(
    own_library_home: Path, chat_store: ChatStore
) -> None:
    with closing(Assistant(load_settings(home=own_library_home))) as assistant:
        handlers, conversation, library = (
            QuestionHandlers(assistant, chat_store),
            Conversation(),
            assistant.library,
        )
        kept, removed = [paper for paper, _ in library.lexical.search("base model alignment", 2)]
        with library.writing():
            library.remove([removed])
        updates = await all_of(handlers.ask(URIAL, conversation, *values(assistant, only=(kept, removed))))
        assert updates[0][3] == Filters(only=(kept,))
        assert scope.narrowed(library, updates[0][3])[0]["value"] == [kept]
        assert updates[0][0]["value"] == ""
        assert all(skipped(part) for update in updates[1:] for part in update[3:])
        [turn] = conversation.turns
        assert turn.filters is not None
        assert turn.filters.only == (kept,)
        with pytest.warns(UserWarning, match=re.escape(encode(strings.SCOPE_ALL_GONE))):
            [(box, _, _, left)] = await all_of(
                handlers.ask(URIAL, conversation, *values(assistant, only=(removed,)))
            )
        assert left == Filters()
        assert scope.narrowed(library, left)[0]["value"] == []
        assert "value" not in box
        assert len(conversation.turns) == 1


async def test_of_a_turn_that_the_reader_stopped_nothing_is_shown_again(
    assistant: Assistant, chat_store: ChatStore
) -> None:
    handlers, conversation = QuestionHandlers(assistant, chat_store), Conversation()
    shown = handlers.ask(URIAL, conversation, *values(assistant))
    first = await anext(shown)
    assert not skipped(first[0])
    answering.stop(conversation)
    *_, last = await all_of(shown)
    assert all(skipped(part) for part in last)


async def test_asked_again_is_the_last_question(assistant: Assistant, chat_store: ChatStore) -> None:
    handlers, conversation = QuestionHandlers(assistant, chat_store), Conversation()
    await all_of(handlers.ask(URIAL, conversation, *values(assistant)))
    await all_of(handlers.ask_again(conversation, *values(assistant)))
    assert [turn.question for turn in conversation.turns] == [URIAL, URIAL]
