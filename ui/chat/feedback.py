"""A reader's feedback on an answer or one of its footnotes: the form, and storing it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import gradio as gr

from footnote.store.chats.feedback import Given
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.chat.chat_store import ChatStore
from footnote.ui.chat.chat_turn import ChatTurn
from footnote.ui.chat.conversation import Conversation
from footnote.ui.components import html
from footnote.ui.escape import encode

log = logging.getLogger(__name__)

LIKES = ("Like", "Dislike")
"""Gradio's own names, which it shows as thumbs."""
_NEEDS_WORDS = {"missing_paper": strings.FEEDBACK_WHICH_PAPER, "comment": strings.FEEDBACK_NO_WORDS}


@dataclass(frozen=True)
class FeedbackForm:
    """The controls of the form; `ui.chat.chat_tab` connects their events."""

    turn: gr.Dropdown
    kind: gr.Radio
    footnote: gr.Dropdown
    words: gr.Textbox
    send: gr.Button
    message: gr.Markdown


def build() -> FeedbackForm:
    """The form; the last answer is selected."""
    turn = gr.Dropdown([], label=strings.FEEDBACK_TURN, elem_id="fn-feedback-turn")
    kind = gr.Radio(
        [(label, value) for value, label in strings.FEEDBACK_KINDS.items()],
        value="up",
        label=strings.FEEDBACK_KIND,
        elem_id="fn-feedback-kind",
    )
    footnote = gr.Dropdown([], label=strings.FEEDBACK_FOOTNOTE, elem_id="fn-feedback-footnote")
    words = gr.Textbox(label=strings.FEEDBACK_WORDS, max_length=2000, lines=2, elem_id="fn-feedback-words")
    send = gr.Button(strings.FEEDBACK_SEND, size="sm", elem_id="fn-feedback-send")
    message = html(elem_id="fn-feedback-message")
    return FeedbackForm(turn, kind, footnote, words, send, message)


def turns(conversation: Conversation) -> dict[str, Any]:
    """An update of the list of answers that can get feedback: those that are stored. The last is selected."""
    stored = [turn for turn in conversation.turns if turn.stored is not None and turn.answer is not None]
    choices = [(strings.QUESTION_NUMBER.format(number=turn.number), turn.number) for turn in stored]
    return gr.update(choices=choices, value=choices[-1][1] if choices else None)


def footnotes(conversation: Conversation, number: object) -> dict[str, Any]:
    """An update of the list of an answer's footnotes; none is selected."""
    turn = _turn(conversation, number)
    answer = turn.answer if turn else None
    choices: list[tuple[str, int | None]] = [(strings.FEEDBACK_WHOLE, None)]
    if answer is not None:
        choices += [(f"[{answer.number(n)}]", n) for n in range(1, len(answer.citations) + 1)]
    return gr.update(choices=choices, value=None)


def give(
    chat_store: ChatStore,
    conversation: Conversation,
    number: object,
    kind: Any,
    footnote: object,
    words: object,
) -> str:
    """Stores feedback and returns a message for the reader."""
    turn = _turn(conversation, number)
    if turn is None or turn.stored is None:
        return strings.FEEDBACK_NOTHING
    about = footnote if isinstance(footnote, int) else None
    comment = str(words or "").strip() or None
    if kind in _NEEDS_WORDS and not comment:
        return encode(_NEEDS_WORDS[kind])
    if kind == "wrong_source" and about is None:
        return encode(
            strings.FEEDBACK_WHICH_SOURCE
            if turn.answer and turn.answer.citations
            else strings.FEEDBACK_NO_SOURCE
        )
    try:
        chat_store.feedback.give(
            conversation.owner,
            conversation.stored,
            turn.stored,
            kind,
            footnote=about,
            comment=comment,
        )
    except FootnoteError as error:
        return encode(str(error))
    label, count = strings.FEEDBACK_KINDS.get(kind, kind), len(_given(chat_store, conversation))
    return strings.FEEDBACK_SAVED.format(kind=label, number=turn.number, count=count)


def like(chat_store: ChatStore, conversation: Conversation, message: int, value: object) -> str:
    """Stores a thumb up or down, or withdraws it (empty value), and returns a message for the reader."""
    kind = dict(zip(LIKES, ("up", "down"), strict=True)).get(str(value))
    number = conversation.number_at(message)
    if kind is None:
        turn = _turn(conversation, number)
        try:
            if turn is not None and turn.stored is not None:
                for each in ("up", "down"):
                    chat_store.feedback.withdraw(conversation.owner, conversation.stored, turn.stored, each)
        except FootnoteError as error:
            return encode(str(error))
        return strings.FEEDBACK_WITHDRAWN
    return give(chat_store, conversation, number, kind, None, None)


def likes(chat_store: ChatStore, conversation: Conversation) -> list[str | None]:
    """The thumb of each answer in the chat: one value for each group of the page's messages."""
    if not conversation.stored or not conversation.turns:
        return []
    try:
        every = _given(chat_store, conversation)
    except FootnoteError as error:  # for example, deleted in another tab
        log.warning("feedback can't be read: %s", error)
        return []
    given = {g.number: g for g in every if g.kind in ("up", "down") and not g.footnote}
    thumbs = dict(zip(("up", "down"), LIKES, strict=True))
    return [thumbs[given[t.stored].kind] if t.stored in given else None for t in conversation.turns]


def _given(chat_store: ChatStore, conversation: Conversation) -> list[Given]:
    return chat_store.feedback.given(conversation.owner, conversation.stored)


def _turn(conversation: Conversation, number: object) -> ChatTurn | None:
    return next((turn for turn in conversation.turns if turn.number == number), None)
