"""Stored conversations: one open in two tabs, and one that is deleted while it is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.rag.assistant import Assistant
from footnote.store.chats.ids import new_id
from footnote.ui import strings
from footnote.ui.chat import answering
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.conversation import Conversation, View
from tests.ui.chat.test_answering import CHAMELEONS, URIAL
from tests.ui.html_reader import read

FEEDBACK = "How much data does learning from textual feedback need?"
BIAS = "What cures for position bias in LLM judges have been tried?"


@pytest.fixture
def owner() -> str:
    return new_id()


async def ask(assistant: Assistant, chat_store: ChatStore, conversation: Conversation, question: str) -> View:
    views = answering.ask(assistant, conversation, question, chat_store=chat_store)
    return [view async for view in views][-1]


def questions(conversation: Conversation) -> list[tuple[int, str]]:
    return [(turn.number, turn.question) for turn in conversation.turns]


def numbers(conversation: Conversation) -> list[tuple[int, tuple[str, int]]]:
    """Each footnote number with the quote it stands for: paper and place."""
    answers = [turn.answer for turn in conversation.turns if turn.answer]
    return [(a.number(n), (c.paper.id, c.start)) for a in answers for n, c in enumerate(a.citations, 1)]


async def test_a_turn_goes_on_from_what_another_tab_has_stored(
    assistant: Assistant, chat_store: ChatStore, owner: str
) -> None:
    here = Conversation(owner=owner)
    await ask(assistant, chat_store, here, CHAMELEONS)
    there = chat_store.open(owner, here.stored)
    await ask(assistant, chat_store, here, URIAL)
    view = await ask(assistant, chat_store, there, FEEDBACK)
    assert questions(there) == [(1, CHAMELEONS), (2, URIAL), (3, FEEDBACK)]
    asked = [read(m["content"]).text for m in view.messages if m["role"] == "user"]
    assert asked == [CHAMELEONS, URIAL, FEEDBACK]
    await ask(assistant, chat_store, here, BIAS)
    assert questions(here) == [(1, CHAMELEONS), (2, URIAL), (3, FEEDBACK), (4, BIAS)]
    for tab in (here, there, chat_store.open(owner, here.stored)):
        found = set(numbers(tab))
        assert len({number for number, _ in found}) == len({quote for _, quote in found}) == len(found)
    assert len(chat_store.conversations.turns(owner, here.stored)) == 4


async def test_turns_stand_in_the_order_in_which_they_were_stored(
    assistant: Assistant, chat_store: ChatStore, owner: str
) -> None:
    here = Conversation(owner=owner)
    await ask(assistant, chat_store, here, CHAMELEONS)
    there = chat_store.open(owner, here.stored)
    views = answering.ask(assistant, here, URIAL, chat_store=chat_store)
    await anext(views)
    await ask(assistant, chat_store, there, FEEDBACK)  # while the other tab answers
    async for _ in views:
        pass
    await ask(assistant, chat_store, here, BIAS)
    assert questions(here) == [(1, CHAMELEONS), (2, FEEDBACK), (3, URIAL), (4, BIAS)]
    last = here.view()
    ids = [e.attributes.get("id") for e in read(last.panel or "").named("section")]
    assert ids == ["turn-4", "turn-3", "turn-2", "turn-1"]


async def test_what_was_deleted_meanwhile_is_not_gone_on_with(
    assistant: Assistant, chat_store: ChatStore, owner: str
) -> None:
    here = Conversation(owner=owner)
    await ask(assistant, chat_store, here, CHAMELEONS)
    former = here.stored
    chat_store.conversations.delete(owner, former)
    view = await ask(assistant, chat_store, here, URIAL)
    assert questions(here) == [(1, URIAL)]
    assert strings.CONVERSATION_GONE in read(view.messages[-1]["content"]).text
    assert strings.NOT_SAVED not in read(view.messages[-1]["content"]).text
    assert here.stored not in ("", former)
    assert [turn.question for turn in chat_store.conversations.turns(owner, here.stored)] == [URIAL]


async def test_a_database_that_fails_leaves_the_answer(
    assistant: Assistant, chat_store: ChatStore, owner: str, tmp_path: Path
) -> None:
    here = Conversation(owner=owner)
    await ask(assistant, chat_store, here, CHAMELEONS)
    chat_store.conversations.close()
    for file in tmp_path.glob("conversations.sqlite*"):
        file.write_bytes(b"no database")
    view = await ask(assistant, chat_store, here, URIAL)
    assert questions(here) == [(1, CHAMELEONS), (2, URIAL)]
    assert strings.NOT_SAVED in read(view.messages[-1]["content"]).text
