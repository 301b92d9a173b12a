"""Stores the page's conversations in the database and opens them again. Knows nothing of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import get_args

from pydantic import ValidationError

from footnote.rag.answer import Answer
from footnote.rag.events import Step, StepName
from footnote.store.chats.conversations import Conversations, StoredTurn
from footnote.store.chats.errors import NoConversation
from footnote.store.chats.feedback import Feedback
from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat.chat_turn import ChatTurn
from footnote.ui.chat.conversation import Conversation

log = logging.getLogger(__name__)


class ChatStore:
    """The stored conversations of the page, and the readers' feedback. A `TurnStore`."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self.feedback = Feedback(conversations)

    def begin(self, owner: str) -> str:
        """The id of a new conversation of this reader; empty if it can't be stored."""
        try:
            return self.conversations.begin(owner) if owner else ""
        except FootnoteError as error:
            log.warning("a conversation could not be created: %s", error)
            return ""

    def save(self, owner: str, stored: str, turn: ChatTurn) -> None:
        """Stores a turn that has ended. On failure, sets the turn's remark."""
        answer = turn.answer
        try:
            if not stored:
                raise NoConversation
            turn.stored = self.conversations.append(
                owner,
                stored,
                turn.question,
                answer.model_dump_json() if answer else None,
                papers=dict.fromkeys(c.paper.id for c in answer.citations) if answer else (),
                fault=turn.fault,
                filters=turn.filters.model_dump_json() if turn.filters else None,
                settings=turn.settings,
            )
            self.feedback.notice(owner, stored, turn.stored)
        except FootnoteError as error:
            log.warning("a turn could not be stored: %s", error)
            turn.remark = strings.NOT_SAVED

    def newer(self, owner: str, stored: str, known: Collection[int]) -> list[ChatTurn] | None:
        """The turns of a conversation except those with these numbers; None if it was deleted."""
        try:
            turns = self.conversations.turns(owner, stored)
        except NoConversation:
            return None
        except FootnoteError as error:
            log.warning("turns stored by other tabs can't be read: %s", error)
            return []
        return [_chat_turn(turn, turn.number) for turn in turns if turn.number not in known]

    def open(self, owner: str, ident: str) -> Conversation:
        """A stored conversation with all its turns. Raises NoConversation, DatabaseError."""
        conversation = Conversation(owner=owner, stored=ident)
        turns = self.conversations.turns(owner, ident)
        if turns:
            conversation.created = turns[0].asked
        for number, stored in enumerate(turns, 1):
            conversation.add(_chat_turn(stored, number))
        return conversation


def from_stored(turns: tuple[StoredTurn, ...]) -> Conversation:
    """The turns of a shared conversation, as a conversation without an owner."""
    conversation = Conversation()
    for number, stored in enumerate(turns, 1):
        conversation.add(_chat_turn(stored, number))
    return conversation


def _chat_turn(stored: StoredTurn, number: int) -> ChatTurn:
    turn = ChatTurn(number, stored.question, stored=stored.number, seconds=0.0)
    try:
        turn.answer = Answer.model_validate_json(stored.answer) if stored.answer else None
        turn.filters = Filters.model_validate_json(stored.filters) if stored.filters else None
    except ValidationError:  # written by an older version of Footnote
        log.warning("turn %d of a conversation can't be read any more", stored.number)
    if turn.answer is not None:
        timings = turn.answer.timings
        turn.seconds = timings.get("total", 0.0)
        turn.steps = [Step(name=n, seconds=timings[n]) for n in get_args(StepName) if n in timings]
    else:
        turn.fault = stored.fault or strings.NO_ANSWER
    return turn
