"""Answers composed by a chat model: one call over numbered sentences."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from footnote.rag.answer import REFUSAL, AnswerWarning, Citation, DraftClaim
from footnote.rag.composing.composer import Composed, Declined, LeftOpen
from footnote.rag.composing.connectives import Connectives, is_courtesy
from footnote.rag.composing.prompting import AnswerPrompt, answer_prompt
from footnote.rag.errors import ModelError, ModelFailed
from footnote.rag.llm import chat_errors
from footnote.rag.llm.chat import ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.replies.markers import MarkerParser
from footnote.rag.llm.replies.parsed import Parsed
from footnote.rag.llm.token_count import TokenCounter, counter_for
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings

MAX_SENTENCES = 60
"""Sentences of a reply that are read: each is checked, which takes time, and no answer needs more."""


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

        A reply that opens with the refusal is `Declined`, whatever follows. A reply that fails, goes on
        past the deadline or has more than `MAX_SENTENCES` sentences ends with its last whole sentence
        that has markers, and a warning; without one a ModelError is raised, with the usage of the call.
        Closing the generator ends the request.
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
        parser = MarkerParser([entry.paper.display_title for entry in evidence])
        reader = _ReplyReader(prompt, evidence, question)
        cut: ModelError | None = None
        try:
            async with aclosing(call.text(prompt.system, prompt.user)) as pieces:
                async for piece in pieces:
                    for item in reader.items(parser.feed(piece), parser.reasoning):
                        yield item
                    if cut := self._past_bounds(reader, deadline):
                        break
        except ModelError as error:
            if not reader.marked:
                raise
            cut = error
        if cut is None:
            for item in reader.items(parser.close(), parser.reasoning, last=True):
                yield item
        elif not reader.declined:
            yield AnswerWarning(kind="cut", text=chat_errors.cut_reply(str(cut)))
        if text := call.prompt_was_cut:
            yield AnswerWarning(kind="prompt", text=text)
        if reader.empty:
            raise call.empty_reply_error().with_usage(call.usage(counter.count))
        if reader.declined:
            yield Declined()
        yield call.usage(counter.count)

    def _past_bounds(self, reader: _ReplyReader, deadline: Deadline | None) -> ModelError | None:
        """Why no more of a reply is read, if so; only once it has a sentence with markers."""
        if not reader.marked:
            return None
        if reader.sentences >= MAX_SENTENCES:
            return chat_errors.too_many_sentences(MAX_SENTENCES)
        return chat_errors.too_slow(deadline.seconds) if deadline and not deadline.left else None

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
    """Reads a reply's sentences as drafts.

    empty: none so far. declined: it opened with the refusal. marked: one had markers. sentences: how many
    were read. Sentences before the first with markers are held back: they may turn out to be reasoning.
    """

    def __init__(self, prompt: AnswerPrompt, evidence: Sequence[RetrievedPaper], question: str) -> None:
        self._prompt, self._evidence = prompt, evidence
        self._connectives = Connectives(question)
        self.empty = True
        self.declined = False
        self.marked = False
        self.sentences = 0
        self._held: list[Parsed] = []

    def items(
        self, sentences: Sequence[Parsed], reasoning: int = 0, *, last: bool = False
    ) -> Iterator[DraftClaim | LeftOpen]:
        """The drafts that more sentences complete.

        reasoning: how many of all sentences read, from the first, are reasoning. last: no more follow.
        """
        if reasoning and reasoning >= self.sentences:
            self._held.clear()
            sentences, self.sentences = sentences[reasoning - self.sentences :], reasoning
            self.empty, self.declined = True, False
        for sentence in sentences:
            self.sentences += 1
            if self.empty and is_refusal(sentence.text):
                self.declined = True
            if self.empty and not sentence.markers and is_courtesy(sentence.text):
                continue  # the refusal may follow
            self.empty = False
            if self.declined:
                continue
            self.marked = self.marked or bool(sentence.markers or sentence.malformed)
            self._held.append(sentence)
        if self.marked or last:
            held, self._held = self._held, []
            for sentence in held:
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
