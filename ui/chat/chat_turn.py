"""A turn of the chat: a question, its answer or the state of it so far, and its messages on the page.

Knows nothing of Gradio.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal, NotRequired, TypedDict

from footnote.rag.answer import Answer, AnswerWarning
from footnote.rag.events import Done, Event, Restart, Step, TextDelta
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import claims, render
from footnote.ui.escape import encode
from footnote.ui.export import export_bar


class Metadata(TypedDict):
    """Makes a message a status line that opens to show the steps."""

    title: str
    status: Literal["pending", "done"]


class ChatMessage(TypedDict):
    """One message as Gradio's chat takes it."""

    role: Literal["user", "assistant"]
    content: str
    metadata: NotRequired[Metadata]


@dataclass
class ChatTurn:
    """A question and its answer, or the state of it so far.

    fault: why there is no answer. filters: those of the question. settings: the digest of its settings.
    notes: remarks to add to its answer. own_threshold: the server's and the reader's threshold of
    confidence, if the reader's is higher. stored: its number in the database. remark: an error message
    below the answer. ended: set when the turn has ended. stopping: set when the reader has pressed
    Stop; the answer then consists of the sentences that are checked so far.
    """

    number: int
    question: str
    steps: list[Step] = field(default_factory=list)
    running: Step | None = None
    text: str = ""
    answer: Answer | None = None
    fault: str | None = None
    started: float = field(default_factory=perf_counter)
    seconds: float | None = None
    filters: Filters | None = None
    settings: str | None = None
    notes: tuple[str, ...] = ()
    own_threshold: tuple[float, float] | None = None
    stored: int | None = None
    remark: str | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, event: Event) -> None:
        """Updates the turn with an event of the pipeline."""
        if isinstance(event, Done):
            notes = (AnswerWarning(kind="other", text=text) for text in self.notes)
            warnings = (*notes, *self._declined(event.answer), *event.answer.warnings)
            self.answer = event.answer.model_copy(update={"warnings": warnings})
        elif isinstance(event, TextDelta):
            self.text += event.text
        elif isinstance(event, Restart):
            self.text = ""
        elif event.seconds is None:
            self.running = event
        else:
            self.running = None
            self.steps.append(event)

    def end(self, fault: str | None = None) -> None:
        """Marks the turn as ended. fault: why there is no answer."""
        self.ended.set()
        self.seconds = perf_counter() - self.started
        self.running = None
        if self.answer is None:
            self.fault = fault or strings.NO_ANSWER

    def _declined(self, answer: Answer) -> tuple[AnswerWarning, ...]:
        """A remark, if only the reader's own threshold caused the refusal."""
        if self.own_threshold is None or answer.status != "unsupported" or answer.confidence is None:
            return ()
        if answer.mode == "llm":
            return ()  # the model declined by itself
        servers, own = self.own_threshold
        if not servers <= answer.confidence < own:
            return ()
        return (AnswerWarning(kind="threshold", text=render.below_own(answer.confidence, own)),)

    def messages(self) -> list[ChatMessage]:
        """The question, a status line that opens to show the steps, and the answer so far."""
        shown: list[ChatMessage] = [{"role": "user", "content": render.asked(self.question)}]
        if self.steps or self.seconds is None:
            shown.append(
                {
                    "role": "assistant",
                    "content": render.steps(self.steps),
                    "metadata": {
                        "title": encode(self._status()),
                        "status": "pending" if self.seconds is None else "done",
                    },
                }
            )
        body = self._body()
        if body:
            shown.append({"role": "assistant", "content": body})
        return shown

    def _status(self) -> str:
        if self.seconds is None:
            if self.running is None:
                return strings.STEPS_WAITING
            return strings.STEPS_RUNNING.format(step=strings.STEPS[self.running.name])
        phrase = strings.STEPS_DONE
        if self.answer is None:
            phrase = strings.STEPS_BROKEN
        elif self.answer.status in ("closest", "unsupported"):
            phrase = strings.STEPS_SEARCHED
        return phrase.format(seconds=render.seconds(self.seconds))

    def _body(self) -> str:
        remark = render.note(self.remark, kind="fault") if self.remark else ""
        if self.answer is not None and self.answer.reply is not None:
            return render.answered(self.number, self.answer) + remark
        if self.answer is not None:
            below = claims.section(self.number, self.answer) + export_bar.answer_bar(self.number, self.answer)
            return render.answered(self.number, self.answer) + below + remark
        text = render.streaming(self.text) if self.text else ""
        return text + (render.note(self.fault, kind="fault") if self.fault else "") + remark
