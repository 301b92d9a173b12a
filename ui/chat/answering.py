"""Answering a question in a conversation: views of the page while it runs, stopping, and storing the turn.

Knows nothing of Gradio: a handler takes the conversation and yields `View`s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from footnote.rag.filters import FiltersError
from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import scope_text
from footnote.ui.chat.chat_turn import ChatTurn
from footnote.ui.chat.conversation import Conversation, View
from footnote.ui.chat.throttle import throttled
from footnote.ui.escape import replace_surrogates

if TYPE_CHECKING:
    from footnote.rag import Assistant
    from footnote.rag.settings import Settings

log = logging.getLogger(__name__)

UPDATE_SECONDS = 0.05


class TurnStore(Protocol):
    """Where turns are stored (`ui.chat.chat_store`). No method raises."""

    def begin(self, owner: str) -> str:
        """The id of a new conversation; empty if it can't be created."""

    def save(self, owner: str, stored: str, turn: ChatTurn) -> None:
        """Stores a turn that has ended in the conversation with the id `stored`."""

    def newer(self, owner: str, stored: str, known: Collection[int]) -> list[ChatTurn] | None:
        """The turns of a conversation except those with these numbers; None if it was deleted."""


async def ask(
    assistant: Assistant,
    conversation: Conversation,
    question: str,
    *,
    filters: Filters | None = None,
    settings: Settings | None = None,
    chat_store: TurnStore | None = None,
    notes: Sequence[str] = (),
) -> AsyncGenerator[View, None]:
    """Answers `question` as the next turn; yields a view at most every `UPDATE_SECONDS`.

    filters, settings: for this question only. chat_store: stores the turn when it has ended. notes:
    remarks about how the question was asked; they are added to the answer's warnings.

    Never raises: errors are shown in the turn. If it is closed or cancelled, the conversation keeps what
    was shown so far. Yields nothing more once `stop` or `leave` has ended the turn: the reader may have asked
    the next question, or opened another conversation, which a late view would hide.
    """
    question = replace_surrogates(question)
    if not question.strip() or conversation.open_turn() is not None:
        yield conversation.view()
        return
    turn = conversation.begin(question)
    turn.filters, turn.settings = filters, (settings or assistant.settings).digest()
    turn.notes = tuple(notes)
    if settings is not None and settings.refuse_below > assistant.settings.refuse_below:
        turn.own_threshold = (assistant.settings.refuse_below, settings.refuse_below)
    fault: str | None = None
    ended_by_reader = False
    try:
        if chat_store is not None:
            await _catch_up(conversation, turn, chat_store)
        history = conversation.history()
        yield conversation.view()
        events = assistant.stream(
            question, history=history, filters=filters, settings=settings, stop=turn.stopping
        )
        async with aclosing(throttled(events, UPDATE_SECONDS, turn.ended)) as batches:
            async for batch in batches:
                for event in batch:
                    turn.take(event)
                yield conversation.view()
    except (GeneratorExit, asyncio.CancelledError):
        turn.stopping.set()
        stop(conversation)
        raise
    except FiltersError as error:
        fault = scope_text.describe(error, filters.model_dump() if filters else {})
    except FootnoteError as error:
        fault = str(error)
    except Exception:  # Gradio's own error display would hide the whole conversation
        log.exception("A question failed")
        fault = strings.FAILED
    finally:
        ended_by_reader = turn.ended.is_set()
        conversation.close(turn, fault)
        if chat_store is not None:
            save(conversation, chat_store)
    if not ended_by_reader:
        yield conversation.view()


async def _catch_up(conversation: Conversation, turn: ChatTurn, chat_store: TurnStore) -> None:
    """Reads turns that another tab has stored: footnote numbers and history continue from them."""
    if not conversation.owner or not conversation.stored:
        return
    known = {turn.stored for turn in conversation.turns if turn.stored is not None}
    newer = await asyncio.to_thread(chat_store.newer, conversation.owner, conversation.stored, known)
    if newer is None:
        turn.notes += (strings.CONVERSATION_GONE,)
        conversation.restart_with(turn)
    elif newer:
        conversation.merge(newer)


def save(conversation: Conversation, chat_store: TurnStore) -> None:
    """Stores the ended turns that aren't stored yet, if the conversation has an owner."""
    if not conversation.owner:
        return
    for turn in conversation.turns:
        if turn.seconds is None or turn.stored is not None or turn.remark:
            continue
        if not conversation.stored:
            conversation.stored = chat_store.begin(conversation.owner)
        chat_store.save(conversation.owner, conversation.stored, turn)
        if turn.remark:
            conversation.rebuild()


def stop(conversation: Conversation) -> View:
    """Stops the turn that is being answered; what has been shown stays.

    If sentences are shown already, the first call lets the answer made of them arrive, which takes a
    moment. The second call ends the turn at once.
    """
    turn = conversation.open_turn()
    if turn is not None and turn.text and not turn.stopping.is_set():
        turn.stopping.set()
    elif turn is not None:
        conversation.close(turn, strings.STOPPED if turn.text else strings.STOPPED_EMPTY)
    return conversation.view()


def leave(conversation: Conversation) -> None:
    """Ends the turn that is being answered at once, because the reader opens another conversation."""
    for _ in range(2):
        stop(conversation)
