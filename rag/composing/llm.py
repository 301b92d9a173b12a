"""Answers composed by a chat model: one call over numbered sentences."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from footnote.rag.answer import REFUSAL, Citation, DraftClaim
from footnote.rag.composing.composer import Composed, Declined, LeftOpen
from footnote.rag.composing.connectives import Connectives, is_courtesy
from footnote.rag.composing.prompting import AnswerPrompt, answer_prompt
from footnote.rag.errors import ModelFailed
from footnote.rag.llm.chat import ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.replies.markers import MarkerParser
from footnote.rag.llm.replies.parsed import Parsed
from footnote.rag.llm.token_count import TokenCounter, counter_for
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings


class LLMComposer:
    """Composes one answer through the chat model that the settings name (`model`, `model_provider`).

    `deadline` is that of the whole answer; without one each call has its own.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._calls: list[ChatCall] = []

    async def compose(
        self,
        question: str,
        evidence: Sequence[RetrievedPaper],
        *,
        deadline: Deadline | None = None,
    ) -> AsyncGenerator[Composed]:
        """One draft for each sentence once it is complete; see `rag.composing.composer.Composer`.

        A reply that opens with the refusal is `Declined`, whatever follows. A ModelError carries the
        usage of the call. An incomplete last sentence is never yielded. Closing the generator ends
        the request.
        """
        if not evidence:
            yield Declined()
            return
        counter = await self._counter()
        prompt = answer_prompt(
            question,
            evidence,
            budget=self._settings.prompt_tokens,
            count=counter.count,
            reader=self._settings.reader,
        )
        if not prompt.shown:
            raise ModelFailed(
                f"The question and its instructions take {prompt.tokens} tokens, which leaves no room for "
                "a sentence of a paper: raise FOOTNOTE_PROMPT_TOKENS "
                f"({self._settings.prompt_tokens}).",
                retryable=False,
            )
        call = self._call(deadline)
        parser, reader = MarkerParser(), _ReplyReader(prompt, evidence, question)
        async with aclosing(call.text(prompt.system, prompt.user)) as pieces:
            async for piece in pieces:
                for item in reader.items(parser.feed(piece)):
                    yield item
        for item in reader.items(parser.close()):
            yield item
        if reader.empty:
            raise call.empty_reply_error().with_usage(call.usage(counter.count))
        if reader.declined:
            yield Declined()
        yield call.usage(counter.count)

    async def forget(self) -> None:
        """Removes this answer's replies from the cache, so that a retry gets others."""
        for call in self._calls:
            await call.forget()

    def _call(self, deadline: Deadline | None) -> ChatCall:
        call = ChatCall(self._settings, deadline=deadline)
        self._calls.append(call)
        return call

    async def _counter(self) -> TokenCounter:
        # The first use may load the vocabulary.
        return await asyncio.to_thread(counter_for, self._settings.model or "")


class _ReplyReader:
    """Reads a reply's sentences as drafts. empty: none so far. declined: it opened with the refusal."""

    def __init__(self, prompt: AnswerPrompt, evidence: Sequence[RetrievedPaper], question: str) -> None:
        self._prompt, self._evidence = prompt, evidence
        self._connectives = Connectives(question)
        self.empty = True
        self.declined = False

    def items(self, sentences: Sequence[Parsed]) -> Iterator[DraftClaim | LeftOpen]:
        for sentence in sentences:
            if self.empty and is_refusal(sentence.text):
                self.declined = True
            if self.empty and not sentence.markers and is_courtesy(sentence.text):
                continue  # the refusal may follow
            self.empty = False
            if self.declined:
                continue
            if sentence.open:
                yield LeftOpen(sentence.text)
            elif draft := self._connectives.read(self._draft(sentence)):
                yield draft

    def _draft(self, sentence: Parsed) -> DraftClaim:
        cited: list[Citation] = []
        unknown = list(sentence.malformed)
        for paper, number in sentence.markers:
            if (paper, number) in self._prompt.shown:
                cited.append(self._evidence[paper - 1].cite(number))
            else:
                unknown.append(f"[{paper}.{number}]")
        return DraftClaim(text=sentence.text, cited=tuple(cited), unknown=tuple(unknown), cell=sentence.cell)


def is_refusal(text: str) -> bool:
    """Whether a sentence is the refusal, in any spelling, spacing or style."""
    return _bare(text) == _bare(REFUSAL)


def _bare(text: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return letters.replace("donot", "dont")
