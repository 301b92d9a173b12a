"""The room where questions are asked: the chat, the evidence beside it, scope, settings and opinions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.components import Component

from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import chat, opinions, profile, scope, sources
from footnote.ui.chat.asking import Asking, updates
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.keeping import Keeper
from footnote.ui.chat.opinions import Opinions
from footnote.ui.chat.scope import Scope
from footnote.ui.export.files import whole_bar

if TYPE_CHECKING:
    from footnote.rag import Assistant

log = logging.getLogger(__name__)

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""How every event of the page is declared: none is part of the interface that programs use."""


@dataclass(frozen=True)
class ChatRoom:
    """The components that the rest of the page is wired to.

    wishes: how answers are to be made. answered: counts the answers, and the conversations that were
    turned to; its `.change` is the moment to read the conversation again.
    """

    conversation: gr.State
    box: gr.Textbox
    chatbot: gr.Chatbot
    panel: gr.Markdown
    scope: Scope
    wishes: Sequence[Component]
    opinions: Opinions
    answered: gr.State

    @property
    def shown(self) -> list[Component]:
        """What a view is shown in."""
        return [self.box, self.chatbot, self.panel]


def build(assistant: Assistant, keeper: Keeper, conversation: gr.State) -> ChatRoom:
    """The room's components with their events."""
    answered = gr.State(0)  # counts, so that others hear of each answer
    with gr.Row(elem_id="fn-body"):
        with gr.Column(elem_id="fn-chat", scale=3, min_width=300):
            chatbot = gr.Chatbot(
                label=strings.CHAT_LABEL,
                show_label=False,
                container=False,
                layout="panel",
                height=None,
                autoscroll=False,  # page.js keeps the question in view instead
                buttons=[],
                latex_delimiters=[],
                allow_tags=False,
                line_breaks=False,
                feedback_options=list(opinions.LIKES),
                placeholder=f"<p>{strings.WELCOME}</p>",
                examples=[{"text": question} for question in strings.EXAMPLES],
                elem_id="fn-log",
            )
            chips = scope.chip_row()
            box = gr.Textbox(
                label=strings.ASK_LABEL,
                placeholder=strings.ASK_PLACEHOLDER,
                show_label=False,
                container=False,
                max_lines=8,
                autofocus=True,
                max_length=assistant.settings.max_question_chars,
                submit_btn=strings.SEND,
                stop_btn=False,
                elem_id="fn-box",
            )
            whole = gr.Markdown("", elem_id="fn-whole", latex_delimiters=[], container=False)
            with gr.Row(elem_id="fn-tools"):
                again = gr.Button(strings.ASK_AGAIN, size="sm", min_width=90, elem_id="fn-retry")
                edit = gr.Button(strings.EDIT_QUESTION, size="sm", min_width=90, elem_id="fn-edit")
                with gr.Accordion(strings.SCOPE, open=False, elem_id="fn-scope"):
                    within = Scope(scope.controls(), *chips)
                with gr.Accordion(strings.READER, open=False, elem_id="fn-reader"):
                    wishes = profile.controls(assistant.settings)
                with gr.Accordion(strings.OPINION, open=False, elem_id="fn-opinion"):
                    form = opinions.build()
        with gr.Column(elem_id="fn-side", scale=2, min_width=300):
            panel = gr.Markdown(sources.panel([]), elem_id="fn-sources", latex_delimiters=[], container=False)
    room = ChatRoom(conversation, box, chatbot, panel, within, wishes, form, answered)
    _wire_scope(assistant, within)
    _wire_questions(assistant, keeper, room, again, edit)
    _wire_opinions(keeper, room)
    answered.change(lambda conversation: whole_bar(conversation.talk()), conversation, whole, **QUIET)
    return room


def by_hand(control: Any) -> list[Any]:
    """The events by which a reader sets a control.

    Not `change`: it comes as well for each control that the page itself sets, with the others' values of
    before. A text box sends `input` for some ways of writing only; it is read when it is left.
    """
    return [control.blur, control.submit] if isinstance(control, gr.Textbox) else [control.input]


def _wire_scope(assistant: Assistant, within: Scope) -> None:
    def summary(*values: Any) -> list[Any]:
        return scope.summary(assistant.library, *values)

    # One at a time, else what an earlier one says may be shown last.
    set_by_hand = [event for control in within.controls for event in by_hand(control)]
    in_turn: dict[str, Any] = {"trigger_mode": "always_last", "concurrency_limit": 1, **QUIET}
    gr.on(set_by_hand, summary, list(within.controls), within.said, **in_turn)
    within.clear.click(scope.cleared, None, within.shown, queue=False, **QUIET)


def _wire_questions(
    assistant: Assistant,
    keeper: Keeper,
    room: ChatRoom,
    again: gr.Button,
    edit: gr.Button,
) -> None:
    asking = Asking(assistant, keeper)
    # Gradio makes every output anew at each update, untouched ones too; a state costs nothing.
    left = gr.State(None)
    shown = [*room.shown, left]

    def narrow(filters: Filters | None) -> list[Any]:
        return scope.narrowed(assistant.library, filters)

    left.change(narrow, left, [room.scope.only, *room.scope.said], **QUIET)

    def example(chosen: gr.SelectData) -> str:
        return str(chosen.value["text"])

    def last_question(conversation: Conversation) -> Any:
        return conversation.turns[-1].question if conversation.turns else gr.skip()

    # Stopping is awaited, for a turn belongs to the loop that answers it.
    async def stop(conversation: Conversation) -> list[Any]:
        return updates(chat.stop(conversation))

    asked = [room.conversation, *room.scope.controls, *room.wishes]

    def ended(count: int) -> int:
        return count + 1

    after: dict[str, Any] = {
        "fn": ended,
        "inputs": [room.answered],
        "outputs": [room.answered],
        **QUIET,
    }
    room.box.submit(asking.ask, [room.box, *asked], shown, **QUIET).then(**after)
    example_box = gr.State("")
    room.chatbot.example_select(example, None, example_box, queue=False, **QUIET).then(
        asking.ask, [example_box, *asked], shown, **QUIET
    ).then(**after)
    again.click(asking.ask_again, asked, shown, **QUIET).then(**after)
    edit.click(last_question, [room.conversation], room.box, queue=False, **QUIET)
    # Nothing here is cancelled by Gradio (`cancels=`): it ends the visitor's stream of events,
    # and the next question races with that for an error drawn over the chat. A handler ends by
    # itself when its turn does.
    room.box.stop(stop, [room.conversation], room.shown, queue=False, **QUIET)


def _wire_opinions(keeper: Keeper, room: ChatRoom) -> None:
    form = room.opinions

    def likes(conversation: Conversation) -> Any:
        return gr.update(feedback_value=opinions.likes(keeper, conversation))

    def like(conversation: Conversation, chosen: gr.LikeData) -> str:
        place = chosen.index if isinstance(chosen.index, int) else chosen.index[0]
        return opinions.like(keeper, conversation, place, chosen.liked if chosen.liked else "")

    def give(*given: Any) -> str:
        return opinions.give(keeper, *given)

    room.answered.change(opinions.turns, room.conversation, form.turn, **QUIET)
    room.answered.change(likes, room.conversation, room.chatbot, **QUIET)
    form.turn.change(opinions.footnotes, [room.conversation, form.turn], form.footnote, **QUIET)
    told = [room.conversation, form.turn, form.kind, form.footnote, form.words]
    form.send.click(give, told, form.said, **QUIET)
    room.chatbot.like(like, room.conversation, form.said, **QUIET)
