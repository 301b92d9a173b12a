"""One reader's conversation, and what the page shows of it while a question is answered.

Knows nothing of Gradio: a handler takes the conversation and yields `View`s.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from footnote.rag.answer import Answer
from footnote.rag.conversation.messages import Message
from footnote.rag.filters import FiltersError
from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import scope_words, sources
from footnote.ui.chat.pace import paced
from footnote.ui.chat.turn import ChatMessage, Turn
from footnote.ui.escape import sound
from footnote.ui.export.files import Talk

if TYPE_CHECKING:
    from footnote.rag import Assistant
    from footnote.rag.settings import Settings

log = logging.getLogger(__name__)

UPDATE_SECONDS = 0.05


@dataclass
class Conversation:
    """The turns of one session. Lives in the session's state and is changed in place.

    owner: the id of the reader whose it is, empty where it isn't kept; stored: its own id in the database,
    once it has a turn there; title: empty for that of its first question. `past` and `sections` keep what
    ended turns look like, so that an update costs what its own turn costs.
    """

    turns: list[Turn] = field(default_factory=list)
    past: list[ChatMessage] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    owner: str = ""
    stored: str = ""
    title: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def begin(self, question: str) -> Turn:
        """A new turn at the end."""
        turn = Turn(len(self.turns) + 1, question)
        self.turns.append(turn)
        return turn

    def close(self, turn: Turn, fault: str | None = None) -> None:
        """Ends a turn once; later calls change nothing, whoever makes them."""
        if turn.seconds is not None:
            return
        turn.end(fault)
        self._show(turn)

    def add(self, turn: Turn) -> None:
        """A turn that ended before, at the end."""
        self.turns.append(turn)
        self._show(turn)

    def merge(self, newer: Sequence[Turn]) -> None:
        """Puts turns where they stand in the database; those that aren't stored stay at the end."""
        self.turns = sorted([*self.turns, *newer], key=lambda turn: turn.stored or math.inf)
        for number, turn in enumerate(self.turns, 1):
            turn.number = number
        self.show_again()

    def begin_anew(self, turn: Turn) -> None:
        """Only this turn stays, as the first of a conversation that isn't stored yet."""
        self.stored, self.title, self.created = "", "", datetime.now(UTC)
        self.turns = [turn]
        turn.number = 1
        self.show_again()

    def show_again(self) -> None:
        """Makes what ended turns look like anew."""
        self.past.clear()
        self.sections.clear()
        for turn in self.turns:
            if turn.seconds is not None:
                self._show(turn)

    def _show(self, turn: Turn) -> None:
        self.past += turn.messages()
        if turn.answer is not None:
            self.sections.append(sources.section(turn.number, turn.answer))

    def talk(self) -> Talk:
        """The conversation as it can be taken away."""
        answers = {turn.number: turn.answer for turn in self.turns if turn.answer is not None}
        return Talk(answers, self.title, self.created)

    def cited(self) -> list[str]:
        """The ids of the papers that its answers cite."""
        answers = [turn.answer for turn in self.turns if turn.answer is not None]
        return list(dict.fromkeys(c.paper.id for answer in answers for c in answer.citations))

    def number_at(self, message: int) -> int:
        """The number of the turn that a message shown, counted from 0, belongs to."""
        shown = self.view().messages[: message + 1]
        return sum(each["role"] == "user" for each in shown)

    def open_turn(self) -> Turn | None:
        """The turn that is being answered, if any."""
        return self.turns[-1] if self.turns and self.turns[-1].seconds is None else None

    def history(self) -> list[Answer | Message]:
        """The turns that ended, as the assistant takes them; it bounds what it reads of them."""
        said: list[Answer | Message] = []
        for turn in self.turns:
            if turn.answer is not None:
                said.append(turn.answer)
            elif turn.seconds is not None and turn.text:
                said.append(Message(role="user", content=turn.question))
                said.append(Message(role="assistant", content=turn.text))
        return said

    def view(self) -> View:
        """What the page shows now."""
        turn = self.open_turn()
        if turn is not None:
            return View([*self.past, *turn.messages()], None, busy=True)
        return View(list(self.past), sources.panel([s for s in self.sections if s]), busy=False)


class Keeping(Protocol):
    """Where turns are stored (`ui.chat.keeping`)."""

    def begin(self, owner: str) -> str:
        """The id of a new conversation; empty where there is none."""

    def keep(self, owner: str, stored: str, turn: Turn) -> None:
        """Stores a turn that has ended in the conversation `stored`. Raises nothing."""

    def newer(self, owner: str, stored: str, known: Collection[int]) -> list[Turn] | None:
        """The turns of `stored` but those of these numbers; None where it was deleted. Raises nothing."""


@dataclass(frozen=True)
class View:
    """One update of the page. `panel` None: the sources stay as they are."""

    messages: list[ChatMessage]
    panel: str | None
    busy: bool


async def ask(
    assistant: Assistant,
    conversation: Conversation,
    question: str,
    *,
    filters: Filters | None = None,
    settings: Settings | None = None,
    keeper: Keeping | None = None,
    notes: Sequence[str] = (),
) -> AsyncGenerator[View, None]:
    """Answers `question` as the next turn; yields a view at most every `UPDATE_SECONDS`.

    filters, settings: for this question alone. keeper: stores the turn once it has ended. notes: what
    the reader is to know of how it was asked; they become remarks of the answer.

    Never raises: what fails is said in the turn. Closed or cancelled midway, it leaves in the
    conversation what had been shown.
    """
    question = sound(question)
    if not question.strip() or conversation.open_turn() is not None:
        yield conversation.view()
        return
    turn = conversation.begin(question)
    turn.filters, turn.settings = filters, (settings or assistant.settings).digest()
    turn.notes = tuple(notes)
    if settings is not None and settings.refuse_below > assistant.settings.refuse_below:
        turn.own_threshold = (assistant.settings.refuse_below, settings.refuse_below)
    fault: str | None = None
    try:
        if keeper is not None:
            await _catch_up(conversation, turn, keeper)
        history = conversation.history()
        yield conversation.view()
        events = assistant.stream(
            question, history=history, filters=filters, settings=settings, stop=turn.stopping
        )
        async with aclosing(paced(events, UPDATE_SECONDS, turn.ended)) as batches:
            async for batch in batches:
                for event in batch:
                    turn.take(event)
                yield conversation.view()
    except (GeneratorExit, asyncio.CancelledError):
        turn.stopping.set()
        stop(conversation)
        raise
    except FiltersError as error:
        fault = scope_words.told(error, filters.model_dump() if filters else {})
    except FootnoteError as error:
        fault = str(error)
    except Exception:  # Gradio's own error display would hide the whole conversation
        log.exception("A question failed")
        fault = strings.FAILED
    finally:
        conversation.close(turn, fault)
        if keeper is not None:
            keep(conversation, keeper)
    yield conversation.view()


async def _catch_up(conversation: Conversation, turn: Turn, keeper: Keeping) -> None:
    """Reads what was stored since, from another tab: numbers of footnotes and history go on from there."""
    if not conversation.owner or not conversation.stored:
        return
    known = {turn.stored for turn in conversation.turns if turn.stored is not None}
    newer = await asyncio.to_thread(keeper.newer, conversation.owner, conversation.stored, known)
    if newer is None:
        turn.notes += (strings.TALK_GONE,)
        conversation.begin_anew(turn)
    elif newer:
        conversation.merge(newer)


def keep(conversation: Conversation, keeper: Keeping) -> None:
    """Stores the turns that have ended and aren't stored, once it is known whose they are."""
    if not conversation.owner:
        return
    for turn in conversation.turns:
        if turn.seconds is None or turn.stored is not None or turn.remark:
            continue
        if not conversation.stored:
            conversation.stored = keeper.begin(conversation.owner)
        keeper.keep(conversation.owner, conversation.stored, turn)
        if turn.remark:
            conversation.show_again()


def stop(conversation: Conversation) -> View:
    """Ends the turn that is being answered; what has been shown stays.

    Where sentences stand already, the answer that they make is on its way, and comes in a moment; who
    stops once more doesn't wait for it.
    """
    turn = conversation.open_turn()
    if turn is not None and turn.text and not turn.stopping.is_set():
        turn.stopping.set()
    elif turn is not None:
        conversation.close(turn, strings.STOPPED if turn.text else strings.STOPPED_EMPTY)
    return conversation.view()


def leave(conversation: Conversation) -> None:
    """Ends at once what is being answered, for the reader has turned to something else."""
    for _ in range(2):
        stop(conversation)
