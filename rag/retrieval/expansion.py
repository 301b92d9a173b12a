"""Query expansion by a chat model: the question in other words, or an abstract that would answer it.

The second is HyDE: Gao, Ma, Lin and Callan, "Precise Zero-Shot Dense Retrieval without Relevance
Labels" (2022, arXiv:2212.10496).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import Usage
from footnote.rag.errors import ModelFailed
from footnote.rag.llm.chat import FRAMING_TOKENS, ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.replies.search_words import search_words
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.llm.token_count import counter_for
from footnote.rag.settings import Settings

_WORDS = {"question": "80", "abstract": "80"}
"""How many words the model is asked for: less than `MAX_CHARS` holds."""


@dataclass(frozen=True, kw_only=True)
class Expansion:
    """Words to search for besides the question; an empty text where there are none.

    text: one line of at most `MAX_CHARS` characters. A model wrote it: nothing in it may be treated as
    a fact, shown without escaping, or parsed as query syntax.
    """

    text: str
    usage: Usage


async def expand(settings: Settings, question: str, *, deadline: Deadline | None = None) -> Expansion:
    """The chat model's expansion of a standalone question, of the kind that `settings.resolved_expand` names.

    With "off" the text is empty and no model is called. deadline: of the whole answer. Raises ModelError
    where there is no complete reply with a word in it.
    """
    if settings.resolved_expand == "off":
        return Expansion(text="", usage=Usage(calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0))
    # In a thread: the first call may wait for the vocabulary.
    counter = await asyncio.to_thread(counter_for, settings.model or "")
    system = prompts.load(f"expand_{settings.resolved_expand}").render(words=_WORDS[settings.resolved_expand])
    user = prompts.load("expand_user").render(question=sanitize(question))
    tokens = counter.count(system) + counter.count(user) + FRAMING_TOKENS
    if tokens > settings.prompt_tokens:
        raise ModelFailed(
            f"The question and its instructions take {tokens} tokens: shorten the question, or raise "
            f"FOOTNOTE_PROMPT_TOKENS ({settings.prompt_tokens}).",
            retryable=False,
        )
    call = ChatCall(settings, deadline=deadline)
    text = search_words(await call.whole(system, user))
    usage = call.usage(counter.count)
    if not text:
        await call.forget()
        raise call.empty_reply_error().with_usage(usage)
    return Expansion(text=text, usage=usage)
