"""Conversations of the page, kept in the database and opened again. Knows nothing of Gradio."""

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
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.turn import Turn

log = logging.getLogger(__name__)


class Keeper:
    """What the page keeps of conversations, and of what readers say of answers."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self.feedback = Feedback(conversations)

    def begin(self, owner: str) -> str:
        """The id of a new conversation of this reader; empty where none can be kept."""
        try:
            return self.conversations.begin(owner) if owner else ""
        except FootnoteError as error:
            log.warning("a conversation couldn't be begun: %s", error)
            return ""

    def keep(self, owner: str, stored: str, turn: Turn) -> None:
        """Stores a turn that has ended; where that fails, the turn says so."""
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
            log.warning("a turn couldn't be kept: %s", error)
            turn.remark = strings.NOT_KEPT

    def newer(self, owner: str, stored: str, known: Collection[int]) -> list[Turn] | None:
        """The turns of a conversation but those of these numbers; None where it was deleted."""
        try:
            turns = self.conversations.turns(owner, stored)
        except NoConversation:
            return None
        except FootnoteError as error:
            log.warning("what other tabs stored can't be read: %s", error)
            return []
        return [_turn(turn, turn.number) for turn in turns if turn.number not in known]

    def open(self, owner: str, ident: str) -> Conversation:
        """A conversation as it was. Raises NoConversation, DatabaseError."""
        conversation = Conversation(owner=owner, stored=ident)
        turns = self.conversations.turns(owner, ident)
        if turns:
            conversation.created = turns[0].asked
        for number, stored in enumerate(turns, 1):
            conversation.add(_turn(stored, number))
        return conversation


def shown(turns: tuple[StoredTurn, ...]) -> Conversation:
    """Turns that somebody shares, as a conversation that nobody owns."""
    conversation = Conversation()
    for number, stored in enumerate(turns, 1):
        conversation.add(_turn(stored, number))
    return conversation


def _turn(stored: StoredTurn, number: int) -> Turn:
    turn = Turn(number, stored.question, stored=stored.number, seconds=0.0)
    try:
        turn.answer = Answer.model_validate_json(stored.answer) if stored.answer else None
        turn.filters = Filters.model_validate_json(stored.filters) if stored.filters else None
    except ValidationError:  # of an older version of Footnote
        log.warning("turn %d of a conversation can't be read any more", stored.number)
    if turn.answer is not None:
        timings = turn.answer.timings
        turn.seconds = timings.get("total", 0.0)
        turn.steps = [Step(name=n, seconds=timings[n]) for n in get_args(StepName) if n in timings]
    else:
        turn.fault = stored.fault or strings.NO_ANSWER
    return turn
