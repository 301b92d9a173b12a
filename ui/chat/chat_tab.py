"""The tab "Ask": the chat, the sources beside it, scope, preferences and feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.components import Component

from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import answering, feedback, preferences, scope, sources
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.conversation import Conversation
from footnote.ui.chat.feedback import FeedbackForm
from footnote.ui.chat.question_handlers import QuestionHandlers, updates
from footnote.ui.chat.scope import Scope
from footnote.ui.components import QUIET, html
from footnote.ui.export.export_bar import conversation_bar

if TYPE_CHECKING:
    from footnote.rag import Assistant


@dataclass(frozen=True)
class ChatTab:
    """The components that the rest of the page connects to.

    preferences: the controls of `ui.chat.preferences`. answered: a counter of answers and of opened
    conversations; its `.change` event means that the conversation has changed.
    """

    conversation: gr.State
    box: gr.Textbox
    chatbot: gr.Chatbot
    panel: gr.Markdown
    scope: Scope
    preferences: Sequence[Component]
    feedback_form: FeedbackForm
    answered: gr.State

    @property
    def outputs(self) -> list[Component]:
        """The components that show a view."""
        return [self.box, self.chatbot, self.panel]


def build(assistant: Assistant, chat_store: ChatStore, conversation: gr.State) -> ChatTab:
    """Creates the tab's components and their events."""
    answered = gr.State(0)
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
                feedback_options=list(feedback.LIKES),
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
            export_buttons = html(elem_id="fn-whole")
            with gr.Row(elem_id="fn-tools"):
                again = gr.Button(strings.ASK_AGAIN, size="sm", min_width=90, elem_id="fn-retry")
                edit = gr.Button(strings.EDIT_QUESTION, size="sm", min_width=90, elem_id="fn-edit")
                with gr.Accordion(strings.SCOPE, open=False, elem_id="fn-scope"):
                    scope_controls = Scope(scope.controls(), *chips)
                with gr.Accordion(strings.READER, open=False, elem_id="fn-reader"):
                    preference_controls = preferences.controls(assistant.settings)
                with gr.Accordion(strings.FEEDBACK, open=False, elem_id="fn-feedback"):
                    form = feedback.build()
        with gr.Column(elem_id="fn-side", scale=2, min_width=300):
            panel = html(sources.panel([]), "fn-sources")
    tab = ChatTab(conversation, box, chatbot, panel, scope_controls, preference_controls, form, answered)
    _wire_scope(assistant, scope_controls)
    _wire_questions(assistant, chat_store, tab, again, edit)
    _wire_feedback(chat_store, tab)
    answered.change(
        lambda conversation: conversation_bar(conversation.export_source()),
        conversation,
        export_buttons,
        **QUIET,
    )
    return tab


def by_hand(control: Any) -> list[Any]:
    """The events that mean that a reader has set a control.

    Not `change`: it is also sent for each control that the page itself sets, with outdated values of the
    other controls. A textbox doesn't send `input` for every way of writing, so it is read when it loses
    the focus.
    """
    return [control.blur, control.submit] if isinstance(control, gr.Textbox) else [control.input]


def _wire_scope(assistant: Assistant, controls: Scope) -> None:
    def summary(*values: Any) -> list[Any]:
        return scope.summary(assistant.library, *values)

    # One at a time, or an earlier event may overwrite the result of a later one.
    set_by_hand = [event for control in controls.controls for event in by_hand(control)]
    in_turn: dict[str, Any] = {"trigger_mode": "always_last", "concurrency_limit": 1, **QUIET}
    gr.on(set_by_hand, summary, list(controls.controls), controls.chip_outputs, **in_turn)
    controls.clear.click(scope.cleared, None, controls.outputs, queue=False, **QUIET)


def _wire_questions(
    assistant: Assistant,
    chat_store: ChatStore,
    tab: ChatTab,
    again: gr.Button,
    edit: gr.Button,
) -> None:
    handlers = QuestionHandlers(assistant, chat_store)
    # Gradio processes every output at each update, unchanged ones too; a state costs nothing.
    remaining = gr.State(None)
    outputs = [*tab.outputs, remaining]

    def narrow(filters: Filters | None) -> list[Any]:
        return scope.narrowed(assistant.library, filters)

    remaining.change(narrow, remaining, [tab.scope.only, *tab.scope.chip_outputs], **QUIET)

    def example(chosen: gr.SelectData) -> str:
        return str(chosen.value["text"])

    def last_question(conversation: Conversation) -> Any:
        return conversation.turns[-1].question if conversation.turns else gr.skip()

    # Async, so that it runs in the event loop that answers the turn.
    async def stop(conversation: Conversation) -> list[Any]:
        return updates(answering.stop(conversation))

    inputs = [tab.conversation, *tab.scope.controls, *tab.preferences]

    def count_answer(count: int) -> int:
        return count + 1

    after: dict[str, Any] = {
        "fn": count_answer,
        "inputs": [tab.answered],
        "outputs": [tab.answered],
        **QUIET,
    }
    # "multiple": the handler of a stopped turn may still be ending, and Gradio's default would then drop
    # the next question without a word. A question during an open turn is refused by `answering.ask`.
    asks: dict[str, Any] = {"trigger_mode": "multiple", **QUIET}
    tab.box.submit(handlers.ask, [tab.box, *inputs], outputs, **asks).then(**after)
    example_box = gr.State("")
    tab.chatbot.example_select(example, None, example_box, queue=False, **QUIET).then(
        handlers.ask, [example_box, *inputs], outputs, **asks
    ).then(**after)
    again.click(handlers.ask_again, inputs, outputs, **asks).then(**after)
    edit.click(last_question, [tab.conversation], tab.box, queue=False, **QUIET)
    # Not Gradio's `cancels=`: it ends the visitor's stream of events, and the next question may then show
    # an error over the chat. A handler ends by itself when its turn ends.
    tab.box.stop(stop, [tab.conversation], tab.outputs, queue=False, **QUIET)


def _wire_feedback(chat_store: ChatStore, tab: ChatTab) -> None:
    form = tab.feedback_form

    def likes(conversation: Conversation) -> Any:
        return gr.update(feedback_value=feedback.likes(chat_store, conversation))

    def like(conversation: Conversation, chosen: gr.LikeData) -> str:
        place = chosen.index if isinstance(chosen.index, int) else chosen.index[0]
        return feedback.like(chat_store, conversation, place, chosen.liked if chosen.liked else "")

    def give(*given: Any) -> str:
        return feedback.give(chat_store, *given)

    tab.answered.change(feedback.turns, tab.conversation, form.turn, **QUIET)
    tab.answered.change(likes, tab.conversation, tab.chatbot, **QUIET)
    form.turn.change(feedback.footnotes, [tab.conversation, form.turn], form.footnote, **QUIET)
    given = [tab.conversation, form.turn, form.kind, form.footnote, form.words]
    form.send.click(give, given, form.message, **QUIET)
    tab.chatbot.like(like, tab.conversation, form.message, **QUIET)
