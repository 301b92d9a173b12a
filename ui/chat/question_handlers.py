"""Handlers of the chat's events: a question with the values of the controls in, updates of the page out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio as gr

from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.accounts import visitors
from footnote.ui.chat import answering, preferences, scope, scope_text
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.conversation import Conversation, View
from footnote.ui.escape import encode

if TYPE_CHECKING:
    from footnote.rag import Assistant

Updates = AsyncGenerator[list[Any]]
"""Each item: values of the question box, chat and panel, and the scope if papers were removed from it."""
_OUTPUTS = 4


def updates(view: View, *, begins: bool = False) -> list[Any]:
    """A view as values of the question box, the chat and the panel. begins: the question was just sent."""
    box: Any = gr.skip()
    if begins:
        box = gr.update(value="", submit_btn=False, stop_btn=strings.STOP)
    elif not view.busy:
        box = gr.update(submit_btn=strings.SEND, stop_btn=False)
    return [box, view.messages, gr.skip() if view.panel is None else view.panel]


class QuestionHandlers:
    """The handlers. `values` are those of the scope's controls, followed by those of the preferences."""

    def __init__(self, assistant: Assistant, chat_store: ChatStore) -> None:
        self._assistant, self._chat_store = assistant, chat_store

    # All in one `*given`: Gradio counts named parameters, and passes nothing to `*values` after them.
    async def ask(self, *given: Any) -> Updates:
        """Answers a question. given: the question, the conversation, the values."""
        question, conversation, *values = given
        async with aclosing(self._answer(question, conversation, values)) as shown:
            async for update in shown:
                yield update

    async def ask_again(self, *given: Any) -> Updates:
        """Answers the last question again, without the cache. given: the conversation, the values."""
        conversation, *values = given
        last = conversation.turns[-1].question if conversation.turns else ""
        async with aclosing(self._answer(last, conversation, values, fresh=True)) as shown:
            async for update in shown:
                yield update

    async def _answer(
        self, question: str | None, conversation: Conversation, values: Sequence[Any], *, fresh: bool = False
    ) -> Updates:
        library, server = self._assistant.library, self._assistant.settings
        left: Any = gr.skip()
        notes: list[str] = []
        try:
            if not (question or "").strip():
                raise _NotAsked(strings.ASK_AGAIN_EMPTY if fresh else strings.ASK_EMPTY)
            filters = scope.read(values[: scope.CONTROLS])
            scoped = await asyncio.to_thread(scope.without_removed, library, filters)
            settings = preferences.read(server, values[scope.CONTROLS :])
            if scoped.gone:
                notes = [scope_text.gone(scoped.gone, scoped.left)]
                left = scoped.filters or Filters()
                if not scoped.left:
                    raise _NotAsked(notes[0])
            visitors.current().count_question()
        except FootnoteError as error:
            gr.Warning(encode(str(error)))
            yield [*updates(conversation.view()), left]
            return
        was_busy = False
        views = answering.ask(
            self._assistant,
            conversation,
            question or "",
            filters=scoped.filters,
            settings=settings.changed(cache_mb=0) if fresh else settings,
            chat_store=self._chat_store,
            notes=notes,
        )
        async with aclosing(views):
            async for view in views:
                yield [*updates(view, begins=view.busy and not was_busy), left]
                was_busy, left = view.busy, gr.skip()
        if was_busy:  # the reader ended the turn, and the page shows that already
            # Gradio sends the last update once more when a handler ends: that would show the turn as it was.
            yield [gr.skip()] * _OUTPUTS


class _NotAsked(FootnoteError):
    """The question can't be asked. The text is for readers."""
