"""A question with what the controls hold, on its way to an answer: the handlers of the chat's events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio as gr

from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import chat, profile, scope, scope_words
from footnote.ui.chat.chat import Conversation, View
from footnote.ui.chat.keeping import Keeper
from footnote.ui.escape import encode

if TYPE_CHECKING:
    from footnote.rag import Assistant

Updates = AsyncGenerator[list[Any]]
"""Each: values of the question box, the chat and the panel, and the scope where papers have left it."""


def updates(view: View, *, begins: bool = False) -> list[Any]:
    """A view as values of the question box, the chat and the panel."""
    box: Any = gr.skip()
    if begins:
        box = gr.update(value="", submit_btn=False, stop_btn=strings.STOP)
    elif not view.busy:
        box = gr.update(submit_btn=strings.SEND, stop_btn=False)
    return [box, view.messages, gr.skip() if view.panel is None else view.panel]


class Asking:
    """Handlers. The values that they take are those of the scope's controls, then those of the profile's."""

    def __init__(self, assistant: Assistant, keeper: Keeper) -> None:
        self._assistant, self._keeper = assistant, keeper

    # Gradio counts a handler's parameters, and hands none to `*values` where one is named after them.
    async def ask(self, *given: Any) -> Updates:
        """Answers a question. given: the question, the conversation, the values."""
        question, conversation, *values = given
        async with aclosing(self._answer(question, conversation, values)) as shown:
            async for update in shown:
                yield update

    async def ask_again(self, *given: Any) -> Updates:
        """Answers the last question anew. given: the conversation, the values."""
        conversation, *values = given
        last = conversation.turns[-1].question if conversation.turns else ""
        async with aclosing(self._answer(last, conversation, values, fresh=True)) as shown:
            async for update in shown:
                yield update

    async def _answer(
        self, question: str | None, conversation: Conversation, values: Sequence[Any], *, fresh: bool = False
    ) -> Updates:
        library, usual = self._assistant.library, self._assistant.settings
        left: Any = gr.skip()
        notes: list[str] = []
        try:
            if not (question or "").strip():
                raise _Unasked(strings.ASK_AGAIN_EMPTY if fresh else strings.ASK_EMPTY)
            within = await asyncio.to_thread(scope.present, library, scope.read(values[: scope.CONTROLS]))
            settings = profile.read(usual, values[scope.CONTROLS :])
            if within.gone:
                notes = [scope_words.gone(within.gone, within.left)]
                left = within.filters or Filters()
                if not within.left:
                    raise _Unasked(notes[0])
        except FootnoteError as error:
            gr.Warning(encode(str(error)))
            yield [*updates(conversation.view()), left]
            return
        was_busy = False
        views = chat.ask(
            self._assistant,
            conversation,
            question or "",
            filters=within.filters,
            settings=settings.changed(cache_mb=0) if fresh else settings,
            keeper=self._keeper,
            notes=notes,
        )
        async with aclosing(views):
            async for view in views:
                yield [*updates(view, begins=view.busy and not was_busy), left]
                was_busy, left = view.busy, gr.skip()


class _Unasked(FootnoteError):
    """There is nothing to ask, or nobody; says so in words for readers."""
