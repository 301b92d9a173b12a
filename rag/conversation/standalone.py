"""Rewrites a follow-up as a standalone question: by a chat model where one is set, else by rule.

The model's call also imagines sentences of an abstract that would answer, for the search (HyDE; see
`retrieval.expansion`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import Usage
from footnote.rag.conversation.chitchat import is_courtesy, is_format_request
from footnote.rag.conversation.condense import condense
from footnote.rag.conversation.messages import Message, cleaned
from footnote.rag.conversation.references import papers_of, resolve_references, shown_title
from footnote.rag.conversation.rewriting import parse_rewrite, rejection_reason
from footnote.rag.errors import ModelError
from footnote.rag.language.english import is_foreign
from footnote.rag.llm.chat import FRAMING_TOKENS, ChatCall
from footnote.rag.llm.deadline import HELP, Deadline
from footnote.rag.llm.replies.search_words import ABSTRACT, split_abstract
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.llm.token_count import counter_for
from footnote.rag.settings import Settings
from footnote.store.sentences import split_sentences

log = logging.getLogger(__name__)

_WORDS = "60"
"""The limit in the prompt: below the limit that is enforced, so that only models that ignore it fail."""
_ABSTRACT_WORDS = "80"
_TITLES = 5
"""Papers of an answer that are named to the model."""
_LEAST = 8
"""Tokens; a shorter line is useless."""
_CHARS_PER_TOKEN = 20
"""Above any tokenizer's average: longer text can't fit and isn't counted."""
_NOTHING_ASKED = "That asks nothing of the papers. Ask a question and they will be searched."
_MARKERS = re.compile(r" ?(?:\[\d{1,3}(?:\.\d{1,3})?\])+")


@dataclass(frozen=True, kw_only=True)
class Condensed:
    """A question that stands alone.

    usage: of the model's call, None where none was made or nothing sent. trouble: for the reader, why
    the model's rewrite isn't used or nothing is searched. by_model: whether the model's rewrite is
    used. asks: whether it asks anything; a courtesy doesn't. abstract: sentences that the model imagined for
    the search in the same call, empty where there are none; None: no such call was made.
    """

    question: str
    usage: Usage | None = None
    trouble: str | None = None
    by_model: bool = False
    asks: bool = True
    abstract: str | None = None


async def standalone(
    question: str, history: Sequence[Message], settings: Settings, *, deadline: Deadline | None = None
) -> Condensed:
    """The standalone form of `question`; the question itself, cleaned, where there is no history.

    A model is asked, once, where one composes, `settings.condense` is "auto", and there is a history or the
    question isn't in English: it writes an English question, and sentences of an imagined abstract where
    `settings.resolved_expand` asks for them. Where the model fails or is late, or its rewrite is rejected,
    the rule's form is used (see `condense`). Errors of the model aren't raised.
    """
    by_rule = condense(question, history)
    # A format request that is still alone has no question before it.
    if is_courtesy(by_rule) or is_format_request(by_rule):
        return Condensed(question=by_rule, trouble=_NOTHING_ASKED, asks=False, abstract="")
    asked = resolve_references(cleaned(question), history)
    if not (_wants_model(settings) and (history or is_foreign(asked))):
        return Condensed(question=by_rule)
    # The first use may load the vocabulary.
    counter = await asyncio.to_thread(counter_for, settings.model or "")
    prompt = _Prompt.of(asked, history, settings, counter.count)
    if not (prompt.conversation or is_foreign(asked)):
        return Condensed(question=by_rule)
    deadline = deadline or Deadline(settings.answer_deadline_s)
    call = ChatCall(settings, deadline=deadline.part(HELP))
    try:
        reply, abstract = split_abstract(await call.whole(prompt.system, prompt.user))
    except ModelError as error:
        return _by_rule(by_rule, str(error), error.usage)
    rewrite, usage = parse_rewrite(reply), call.usage(counter.count)
    reader = [message.content for message in history if message.role == "user"]
    limit = settings.max_question_chars
    if wrong := rejection_reason(rewrite, asked, reader=reader, known=prompt.conversation, limit=limit):
        await call.forget()
        return _by_rule(by_rule, f"The model's form of the question can't be used: {wrong}.", usage)
    return Condensed(
        question=rewrite, usage=usage, by_model=True, abstract=abstract if prompt.imagines else None
    )


def _wants_model(settings: Settings) -> bool:
    return settings.resolved_mode == "llm" and settings.condense == "auto" and settings.history_tokens > 0


def _by_rule(question: str, why: str, usage: Usage | None) -> Condensed:
    """The rule's form. The search makes no further call: the model has just been of no use."""
    log.warning("the chat model could not make the question stand alone: %s", why)
    trouble = f"{why} The question was read with the one before it instead."
    return Condensed(question=question, usage=usage, trouble=trouble, abstract="")


@dataclass(frozen=True)
class _Prompt:
    """The two messages, and the lines of the conversation that they show.

    imagines: whether they ask for an abstract too.
    """

    system: str
    user: str
    conversation: tuple[str, ...]
    imagines: bool

    @classmethod
    def of(
        cls, asked: str, history: Sequence[Message], settings: Settings, count: Callable[[str], int]
    ) -> _Prompt:
        """With as much of the conversation as `history_tokens` and `prompt_tokens` let in."""
        system = prompts.load("condense_system").render(words=_WORDS)
        imagines = settings.resolved_expand == "abstract"
        if imagines:
            more = prompts.load("condense_abstract").render(label=ABSTRACT, words=_ABSTRACT_WORDS)
            system = f"{system}\n\n{more}"
        user = prompts.load("condense_user")
        then = f"Then write the line that begins with {ABSTRACT}" if imagines else "Write nothing else."
        question = sanitize(asked)
        bare = (
            count(system) + count(user.render(conversation="", question=question, then=then)) + FRAMING_TOKENS
        )
        room = min(settings.history_tokens, settings.prompt_tokens - bare)
        lines = shown_conversation(history, room, count)
        shown = user.render(conversation="\n".join(lines), question=question, then=then)
        return cls(system, shown, lines, imagines)


def shown_conversation(history: Sequence[Message], room: int, count: Callable[[str], int]) -> tuple[str, ...]:
    """The conversation as lines for a model, oldest first, sanitized, within `room` tokens; pure.

    The newest messages are taken first. One that doesn't fit is cut after a sentence and ends it; an
    answer takes at most half of the remaining room, so that its question fits too.
    """
    lines: list[str] = []
    for at in reversed(range(len(history))):
        if room < _LEAST:
            break
        message = history[at]
        reader = message.role == "user"
        share = room if reader else room // 2
        speaker, text = _message_text(message, history[at + 1 : at + 2])
        line = _fit_line(speaker, text[: share * _CHARS_PER_TOKEN], share, count)
        if line:
            lines.insert(0, line)
            room -= count(line) + 1
        if reader and len(line) < len(speaker + text):
            break
    return tuple(lines)


def _message_text(message: Message, following: Sequence[Message]) -> tuple[str, str]:
    """The speaker's label and the text: a question in its standalone form where that is known."""
    if message.role == "user":
        answer = following[0].answer if following else None
        return "Reader: ", sanitize(answer.standalone if answer else message.content)
    text = sanitize(_MARKERS.sub("", message.content))
    titles = papers_of(message.answer)[:_TITLES] if message.answer else ()
    named = "; ".join(f"“{sanitize(shown_title(paper))}”" for paper in titles)
    return f"Answer{f' (from {named})' if named else ''}: ", text


def _fit_line(speaker: str, text: str, room: int, count: Callable[[str], int]) -> str:
    """The line within `room` tokens, cut after a sentence; empty where not even one fits."""
    if not text or count(speaker + text) < room:
        return speaker + text if text else ""
    room -= count(speaker) + 1
    end = 0
    for span in split_sentences(text):
        room -= count(span.of(text)) + 1
        if room < 0:
            break
        end = span.end
    return speaker + text[:end] if end else ""
