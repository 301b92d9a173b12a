"""The state of one reader's conversation, and the view of it that the page shows. Knows nothing of Gradio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from footnote.rag.answer import Answer
from footnote.rag.conversation.messages import Message
from footnote.ui.chat import sources
from footnote.ui.chat.chat_turn import ChatMessage, ChatTurn
from footnote.ui.export.downloads import ExportSource


@dataclass(frozen=True)
class View:
    """One update of the page. panel: HTML of the sources; None if they stay as they are."""

    messages: list[ChatMessage]
    panel: str | None
    busy: bool


@dataclass
class Conversation:
    """The turns of one session. Lives in the session's state and is changed in place.

    owner: the reader's id; empty if the conversation isn't stored. stored: its own id in the database,
    empty before its first turn is stored there. title: empty if it is the first question.
    `past` and `sections` cache the messages and sources of ended turns, so that the cost of an update
    doesn't grow with the conversation.
    """

    turns: list[ChatTurn] = field(default_factory=list)
    past: list[ChatMessage] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    owner: str = ""
    stored: str = ""
    title: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def begin(self, question: str) -> ChatTurn:
        """Appends a new turn."""
        turn = ChatTurn(len(self.turns) + 1, question)
        self.turns.append(turn)
        return turn

    def close(self, turn: ChatTurn, fault: str | None = None) -> None:
        """Ends a turn. Does nothing if it has ended already."""
        if turn.seconds is not None:
            return
        turn.end(fault)
        self._cache(turn)

    def add(self, turn: ChatTurn) -> None:
        """Appends a turn that has already ended."""
        self.turns.append(turn)
        self._cache(turn)

    def merge(self, newer: Sequence[ChatTurn]) -> None:
        """Inserts turns in the order of the database; turns that aren't stored stay at the end."""
        self.turns = sorted([*self.turns, *newer], key=lambda turn: turn.stored or math.inf)
        for number, turn in enumerate(self.turns, 1):
            turn.number = number
        self.rebuild()

    def restart_with(self, turn: ChatTurn) -> None:
        """Makes this a new conversation, not stored yet, whose only turn is `turn`."""
        self.stored, self.title, self.created = "", "", datetime.now(UTC)
        self.turns = [turn]
        turn.number = 1
        self.rebuild()

    def rebuild(self) -> None:
        """Renders all ended turns again."""
        self.past.clear()
        self.sections.clear()
        for turn in self.turns:
            if turn.seconds is not None:
                self._cache(turn)

    def _cache(self, turn: ChatTurn) -> None:
        self.past += turn.messages()
        if turn.answer is not None:
            self.sections.append(sources.section(turn.number, turn.answer))

    def export_source(self) -> ExportSource:
        """The answered turns, for export."""
        answers = {turn.number: turn.answer for turn in self.turns if turn.answer is not None}
        return ExportSource(answers, self.title, self.created)

    def cited(self) -> list[str]:
        """The ids of the papers that its answers cite."""
        answers = [turn.answer for turn in self.turns if turn.answer is not None]
        return list(dict.fromkeys(c.paper.id for answer in answers for c in answer.citations))

    def number_at(self, message: int) -> int:
        """The number of the turn that a message on the page belongs to. message: its index, from 0."""
        shown = self.view().messages[: message + 1]
        return sum(each["role"] == "user" for each in shown)

    def open_turn(self) -> ChatTurn | None:
        """The turn that is being answered, if any."""
        return self.turns[-1] if self.turns and self.turns[-1].seconds is None else None

    def history(self) -> list[Answer | Message]:
        """The ended turns as the assistant takes them. The assistant limits how much of them it reads."""
        history: list[Answer | Message] = []
        for turn in self.turns:
            if turn.answer is not None:
                history.append(turn.answer)
            elif turn.seconds is not None and turn.text:
                history.append(Message(role="user", content=turn.question))
                history.append(Message(role="assistant", content=turn.text))
        return history

    def view(self) -> View:
        """What the page shows now."""
        turn = self.open_turn()
        if turn is not None:
            return View([*self.past, *turn.messages()], None, busy=True)
        return View(list(self.past), sources.panel([s for s in self.sections if s]), busy=False)
