"""What a reader says of an answer or of one of its footnotes: the controls, and how they are kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import gradio as gr

from footnote.store.chats.feedback import Given
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.chat.chat import Conversation
from footnote.ui.chat.keeping import Keeper
from footnote.ui.chat.turn import Turn
from footnote.ui.escape import encode

log = logging.getLogger(__name__)

LIKES = ("Like", "Dislike")
"""Gradio's own names, which it shows as thumbs."""
_NEEDS_WORDS = {"missing_paper": strings.OPINION_WHICH_PAPER, "comment": strings.OPINION_NO_WORDS}


@dataclass(frozen=True)
class Opinions:
    """The controls, which the page wires."""

    turn: gr.Dropdown
    kind: gr.Radio
    footnote: gr.Dropdown
    words: gr.Textbox
    send: gr.Button
    said: gr.Markdown


def build() -> Opinions:
    """The form, for the last answer unless another is chosen."""
    turn = gr.Dropdown([], label=strings.OPINION_TURN, elem_id="fn-opinion-turn")
    kind = gr.Radio(
        [(label, value) for value, label in strings.OPINIONS.items()],
        value="up",
        label=strings.OPINION_KIND,
        elem_id="fn-opinion-kind",
    )
    footnote = gr.Dropdown([], label=strings.OPINION_FOOTNOTE, elem_id="fn-opinion-footnote")
    words = gr.Textbox(label=strings.OPINION_WORDS, max_length=2000, lines=2, elem_id="fn-opinion-words")
    send = gr.Button(strings.OPINION_SEND, size="sm", elem_id="fn-opinion-send")
    said = gr.Markdown("", elem_id="fn-opinion-said", latex_delimiters=[], container=False)
    return Opinions(turn, kind, footnote, words, send, said)


def turns(conversation: Conversation) -> dict[str, Any]:
    """The answers that something can be said of, the last one chosen."""
    kept = [turn for turn in conversation.turns if turn.stored is not None and turn.answer is not None]
    choices = [(strings.QUESTION_NUMBER.format(number=turn.number), turn.number) for turn in kept]
    return gr.update(choices=choices, value=choices[-1][1] if choices else None)


def footnotes(conversation: Conversation, number: object) -> dict[str, Any]:
    """The footnotes of an answer, none of them chosen."""
    turn = _turn(conversation, number)
    answer = turn.answer if turn else None
    choices: list[tuple[str, int | None]] = [(strings.OPINION_WHOLE, None)]
    if answer is not None:
        choices += [(f"[{answer.number(n)}]", n) for n in range(1, len(answer.citations) + 1)]
    return gr.update(choices=choices, value=None)


def give(
    keeper: Keeper, conversation: Conversation, number: object, kind: Any, footnote: object, words: object
) -> str:
    """Keeps an opinion and returns what to say to the reader."""
    turn = _turn(conversation, number)
    if turn is None or turn.stored is None:
        return strings.OPINION_NOTHING
    about = footnote if isinstance(footnote, int) else None
    comment = str(words or "").strip() or None
    if kind in _NEEDS_WORDS and not comment:
        return encode(_NEEDS_WORDS[kind])
    if kind == "wrong_source" and about is None:
        return encode(
            strings.OPINION_WHICH_SOURCE
            if turn.answer and turn.answer.citations
            else strings.OPINION_NO_SOURCE
        )
    try:
        keeper.feedback.give(
            conversation.owner,
            conversation.stored,
            turn.stored,
            kind,
            footnote=about,
            comment=comment,
        )
    except FootnoteError as error:
        return encode(str(error))
    return strings.OPINION_KEPT.format(
        opinion=strings.OPINIONS.get(kind, kind), number=turn.number, count=_count(keeper, conversation)
    )


def like(keeper: Keeper, conversation: Conversation, message: int, value: object) -> str:
    """Keeps what a reader chose under an answer in the chat."""
    kind = dict(zip(LIKES, ("up", "down"), strict=True)).get(str(value))
    number = conversation.number_at(message)
    if kind is None:
        turn = _turn(conversation, number)
        try:
            if turn is not None and turn.stored is not None:
                for each in ("up", "down"):
                    keeper.feedback.withdraw(conversation.owner, conversation.stored, turn.stored, each)
        except FootnoteError as error:
            return encode(str(error))
        return strings.OPINION_WITHDRAWN
    return give(keeper, conversation, number, kind, None, None)


def likes(keeper: Keeper, conversation: Conversation) -> list[str | None]:
    """What was chosen under each answer in the chat, one value for each group of the page's messages."""
    if not conversation.stored or not conversation.turns:
        return []
    try:
        said = _given(keeper, conversation)
    except FootnoteError as error:  # deleted in another tab, say
        log.warning("feedback can't be read: %s", error)
        return []
    given = {g.number: g for g in said if g.kind in ("up", "down") and not g.footnote}
    words = dict(zip(("up", "down"), LIKES, strict=True))
    return [words[given[t.stored].kind] if t.stored in given else None for t in conversation.turns]


def _given(keeper: Keeper, conversation: Conversation) -> list[Given]:
    return keeper.feedback.given(conversation.owner, conversation.stored)


def _count(keeper: Keeper, conversation: Conversation) -> int:
    return len(_given(keeper, conversation))


def _turn(conversation: Conversation, number: object) -> Turn | None:
    return next((turn for turn in conversation.turns if turn.number == number), None)
