"""Feedback on an answer: it is stored, or a message says why it can't be."""

from __future__ import annotations

from footnote.rag.assistant import Assistant
from footnote.store.chats.ids import new_id
from footnote.ui import strings
from footnote.ui.chat import answering, feedback
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.conversation import Conversation
from tests.ui.chat.test_answering import CHAMELEONS, UNANSWERABLE
from tests.ui.html_reader import read


async def asked(assistant: Assistant, chat_store: ChatStore) -> Conversation:
    conversation = Conversation(owner=new_id())
    for question in (CHAMELEONS, UNANSWERABLE):
        async for _ in answering.ask(assistant, conversation, question, chat_store=chat_store):
            pass
    return conversation


async def test_what_is_missing_is_named_as_the_page_names_it(
    assistant: Assistant, chat_store: ChatStore
) -> None:
    conversation = await asked(assistant, chat_store)

    def give(number: int, kind: str, footnote: int | None = None, words: str = "") -> str:
        return read(feedback.give(chat_store, conversation, number, kind, footnote, words)).text

    assert give(1, "wrong_source") == strings.FEEDBACK_WHICH_SOURCE
    assert strings.FEEDBACK_FOOTNOTE in strings.FEEDBACK_WHICH_SOURCE
    assert give(2, "wrong_source") == strings.FEEDBACK_NO_SOURCE
    assert give(1, "missing_paper", words=" \n") == strings.FEEDBACK_WHICH_PAPER
    assert give(1, "comment") == strings.FEEDBACK_NO_WORDS
    assert give(9, "up") == strings.FEEDBACK_NOTHING
    assert chat_store.feedback.given(conversation.owner, conversation.stored) == []

    assert "Saved" in give(1, "wrong_source", 1)
    assert "Saved" in give(1, "missing_paper", words="The one on bees")
    kept = chat_store.feedback.given(conversation.owner, conversation.stored)
    assert {(g.kind, g.footnote) for g in kept} == {("wrong_source", 1), ("missing_paper", None)}
