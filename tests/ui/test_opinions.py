"""What a reader says of an answer: kept, or told in the page's words why it can't be."""

from __future__ import annotations

from footnote.rag.assistant import Assistant
from footnote.store.chats.ids import new_id
from footnote.ui import strings
from footnote.ui.chat import chat, opinions
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.keeping import Keeper
from tests.ui.html_reader import read
from tests.ui.test_chat import CHAMELEONS, UNANSWERABLE


async def asked(assistant: Assistant, keeper: Keeper) -> Conversation:
    conversation = Conversation(owner=new_id())
    for question in (CHAMELEONS, UNANSWERABLE):
        async for _ in chat.ask(assistant, conversation, question, keeper=keeper):
            pass
    return conversation


async def test_what_is_missing_is_named_as_the_page_names_it(assistant: Assistant, keeper: Keeper) -> None:
    conversation = await asked(assistant, keeper)

    def give(number: int, kind: str, footnote: int | None = None, words: str = "") -> str:
        return read(opinions.give(keeper, conversation, number, kind, footnote, words)).text

    assert give(1, "wrong_source") == strings.OPINION_WHICH_SOURCE
    assert strings.OPINION_FOOTNOTE in strings.OPINION_WHICH_SOURCE
    assert give(2, "wrong_source") == strings.OPINION_NO_SOURCE
    assert give(1, "missing_paper", words=" \n") == strings.OPINION_WHICH_PAPER
    assert give(1, "comment") == strings.OPINION_NO_WORDS
    assert give(9, "up") == strings.OPINION_NOTHING
    assert keeper.feedback.given(conversation.owner, conversation.stored) == []

    assert "Kept" in give(1, "wrong_source", 1)
    assert "Kept" in give(1, "missing_paper", words="The one on bees")
    kept = keeper.feedback.given(conversation.owner, conversation.stored)
    assert {(g.kind, g.footnote) for g in kept} == {("wrong_source", 1), ("missing_paper", None)}
