"""A follow-up becomes a question that stands alone: by a chat model where one is set, else by rule."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import Usage
from footnote.rag.composing.prompting import disarm
from footnote.rag.conversation.chitchat import is_courtesy, is_wish
from footnote.rag.conversation.condense import condense
from footnote.rag.conversation.context_dependence import leans_back, stands_alone
from footnote.rag.conversation.messages import Message, cleaned
from footnote.rag.conversation.references import name_references, papers_of, shown_title
from footnote.rag.conversation.rewriting import fault, rewritten
from footnote.rag.errors import ModelError
from footnote.rag.llm.chat import FRAMING_TOKENS, ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.token_count import counter_for
from footnote.rag.settings import Settings
from footnote.store.sentences import split_sentences

log = logging.getLogger(__name__)

_WORDS = "60"
"""What is asked for: less than is taken, so that refusing is for models that don't listen."""
_TITLES = 5
"""Papers of an answer that are named to the model."""
_LEAST = 8
"""Tokens in which something can be said."""
_CHARS_PER_TOKEN = 20
"""More than any tokenizer's average: what is longer can't fit and isn't looked at."""
_NOTHING_ASKED = "That asks nothing of the papers. Ask a question and they will be searched."
_MARKERS = re.compile(r" ?(?:\[\d{1,3}(?:\.\d{1,3})?\])+")


@dataclass(frozen=True, kw_only=True)
class Condensed:
    """A question that stands alone.

    usage: what the model's call took, None where none was made or nothing sent. trouble: why the
    model's form isn't used, or nothing is looked for, for people. by_model: whether the model's form
    is used. asks: whether it asks anything; a courtesy doesn't.
    """

    question: str
    usage: Usage | None = None
    trouble: str | None = None
    by_model: bool = False
    asks: bool = True


async def standalone(
    question: str, history: Sequence[Message], settings: Settings, *, deadline: Deadline | None = None
) -> Condensed:
    """The standalone form of `question`; the question itself, cleaned, where there is no history.

    A model is asked, once, where one composes, `settings.condense` is "auto", and the question, with
    what it points at named, doesn't surely stand alone. Where the model fails, or makes something
    else of it, the rule's form is used (see `condense`). Raises nothing of the model's.
    """
    by_rule = condense(question, history)
    if is_courtesy(by_rule) or is_wish(by_rule):  # a wish that stands alone has no question before it
        return Condensed(question=by_rule, trouble=_NOTHING_ASKED, asks=False)
    asked = name_references(cleaned(question), history)
    named = asked != cleaned(question) and not leans_back(asked)
    if not (_wants_model(settings) and history) or named or stands_alone(asked):
        return Condensed(question=by_rule)
    # The vocabulary may have to be waited for, a moment, once.
    counter = await asyncio.to_thread(counter_for, settings.model or "")
    told = _Prompt.of(asked, history, settings, counter.count)
    if not told.conversation:
        return Condensed(question=by_rule)
    call = ChatCall(settings, deadline=deadline)
    try:
        question = rewritten(await call.whole(told.system, told.user))
    except ModelError as error:
        return _by_rule(by_rule, str(error), error.usage)
    usage = call.usage(counter.count)
    reader = [*(message.content for message in history if message.role == "user"), by_rule]
    limit = settings.max_question_chars
    if wrong := fault(question, asked, reader=reader, known=told.conversation, limit=limit):
        await call.forget()
        return _by_rule(by_rule, f"The model's form of the question can't be used: {wrong}.", usage)
    return Condensed(question=question, usage=usage, by_model=True)


def _wants_model(settings: Settings) -> bool:
    return settings.resolved_mode == "llm" and settings.condense == "auto" and settings.history_tokens > 0


def _by_rule(question: str, why: str, usage: Usage | None) -> Condensed:
    log.warning("the chat model could not make the question stand alone: %s", why)
    trouble = f"{why} The question was read with the one before it instead."
    return Condensed(question=question, usage=usage, trouble=trouble)


@dataclass(frozen=True)
class _Prompt:
    """The two messages, and the lines of the conversation that they show."""

    system: str
    user: str
    conversation: tuple[str, ...]

    @classmethod
    def of(
        cls, asked: str, history: Sequence[Message], settings: Settings, count: Callable[[str], int]
    ) -> _Prompt:
        """With as much of the conversation as `history_tokens` and `prompt_tokens` let in."""
        system = prompts.load("condense_system").render(words=_WORDS)
        user = prompts.load("condense_user")
        question = disarm(asked)
        bare = count(system) + count(user.render(conversation="", question=question)) + FRAMING_TOKENS
        room = min(settings.history_tokens, settings.prompt_tokens - bare)
        lines = shown_conversation(history, room, count)
        return cls(system, user.render(conversation="\n".join(lines), question=question), lines)


def shown_conversation(history: Sequence[Message], room: int, count: Callable[[str], int]) -> tuple[str, ...]:
    """The conversation as lines for a model, oldest first, disarmed, within `room` tokens; pure.

    The newest messages are let in first. One that doesn't fit is cut after a sentence and is the
    last; an answer takes half of what is left at most, so that its question finds room too.
    """
    lines: list[str] = []
    for at in reversed(range(len(history))):
        if room < _LEAST:
            break
        message = history[at]
        reader = message.role == "user"
        share = room if reader else room // 2
        speaker, said = _said(message, history[at + 1 : at + 2])
        line = _fitting(speaker, said[: share * _CHARS_PER_TOKEN], share, count)
        if line:
            lines.insert(0, line)
            room -= count(line) + 1
        if reader and len(line) < len(speaker + said):
            break
    return tuple(lines)


def _said(message: Message, following: Sequence[Message]) -> tuple[str, str]:
    """Who speaks, and what is said: a question in its standalone form where that is known."""
    if message.role == "user":
        answer = following[0].answer if following else None
        return "Reader: ", disarm(answer.standalone if answer else message.content)
    said = disarm(_MARKERS.sub("", message.content))
    titles = papers_of(message.answer)[:_TITLES] if message.answer else ()
    named = "; ".join(f"“{disarm(shown_title(paper))}”" for paper in titles)
    return f"Answer{f' (from {named})' if named else ''}: ", said


def _fitting(speaker: str, said: str, room: int, count: Callable[[str], int]) -> str:
    """The line within `room` tokens, cut after a sentence; empty where not even one fits."""
    if not said or count(speaker + said) < room:
        return speaker + said if said else ""
    room -= count(speaker) + 1
    end = 0
    for span in split_sentences(said):
        room -= count(span.of(said)) + 1
        if room < 0:
            break
        end = span.end
    return speaker + said[:end] if end else ""
