"""Answers composed by a chat model: one call over numbered sentences, one more to repair or judge."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from footnote.rag.answer import REFUSAL, AnswerWarning, Citation, DraftClaim, Usage
from footnote.rag.composing.composer import Composed, Declined, LeftOpen
from footnote.rag.composing.draft_answer import CheckedClaim
from footnote.rag.composing.judging import judge_prompt, read_judgements
from footnote.rag.composing.prompting import AnswerPrompt, answer_prompt
from footnote.rag.composing.repair import FailedClaim, read_repairs, repair_prompt
from footnote.rag.composing.table_cells import as_full_claim
from footnote.rag.errors import ModelError, ModelFailed
from footnote.rag.llm import chat_errors
from footnote.rag.llm.chat import ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.replies.markers import MarkerParser
from footnote.rag.llm.replies.parsed import Parsed
from footnote.rag.llm.token_count import TokenCounter, counter_for
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings

MAX_SENTENCES = 60
"""Sentences of a reply that are read: each is checked, which takes time, and no answer needs more."""


@dataclass(frozen=True)
class Repaired:
    """Replacements of the sentences that were sent back, by their place; empty where the model drops one."""

    drafts: Mapping[int, tuple[DraftClaim, ...]]
    usage: Usage


@dataclass(frozen=True)
class Judged:
    """Whether the sentences cited support a claim, by its place; claims not judged are missing."""

    supported: Mapping[int, bool]
    usage: Usage


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
        reader = _ReplyReader(prompt, evidence)
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

    async def repair(
        self,
        question: str,
        evidence: Sequence[RetrievedPaper],
        failed: Sequence[CheckedClaim],
        *,
        deadline: Deadline | None = None,
    ) -> Repaired:
        """Has the sentences that the gate refused rewritten or dropped, in one call.

        A sentence that the reply doesn't mention is missing from the result. Raises ModelError.
        """
        counter = await self._counter()
        claims = [
            FailedClaim(
                text=each.draft.text,
                markers=tuple(_markers(each.draft.cited, evidence)),
                reasons=each.ruling.reasons,
                cell=each.draft.cell,
            )
            for each in failed
        ]
        prompt = repair_prompt(
            question,
            evidence,
            claims,
            budget=self._settings.prompt_tokens,
            count=counter.count,
            reader=self._settings.reader,
        )
        if not prompt.shown:
            return Repaired({}, _NOTHING)
        call = self._call(deadline)
        reply = await call.whole(prompt.system, prompt.user)
        reader = _ReplyReader(prompt, evidence)
        drafts = {
            number - 1: tuple(reader.draft(sentence) for sentence in sentences)
            for number, sentences in read_repairs(reply, len(failed)).items()
        }
        return Repaired(drafts, call.usage(counter.count))

    async def judge(self, claims: Sequence[CheckedClaim], *, deadline: Deadline | None = None) -> Judged:
        """Asks whether the sentences cited support each claim, in one call. Raises ModelError."""
        counter = await self._counter()
        prompt = judge_prompt(
            [
                (as_full_claim(each.draft).text, [citation.quote for citation in each.draft.cited])
                for each in claims
            ],
            budget=self._settings.prompt_tokens,
            count=counter.count,
        )
        if not prompt.shown:
            return Judged({}, _NOTHING)
        call = self._call(deadline)
        reply = await call.whole(prompt.system, prompt.user)
        judged = read_judgements(reply, prompt.shown)
        return Judged(
            {number - 1: yes for number, yes in judged.items()},
            call.usage(counter.count),
        )

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


_NOTHING = Usage(calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0)


class _ReplyReader:
    """Reads a reply's sentences as drafts.

    empty: none so far. declined: it opened with the refusal. marked: one had markers. sentences: how many
    were read. Sentences before the first with markers are held back: they may turn out to be reasoning.
    """

    def __init__(self, prompt: AnswerPrompt, evidence: Sequence[RetrievedPaper]) -> None:
        self._prompt, self._evidence = prompt, evidence
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
            if self.empty and is_refusal(sentence.text):
                self.declined = True
            self.empty = False
            self.sentences += 1
            if self.declined:
                continue
            self.marked = self.marked or bool(sentence.markers or sentence.malformed)
            self._held.append(sentence)
        if self.marked or last:
            held, self._held = self._held, []
            for sentence in held:
                yield LeftOpen(sentence.text) if sentence.open else self.draft(sentence)

    def draft(self, sentence: Parsed) -> DraftClaim:
        cited: list[Citation] = []
        unknown = list(sentence.malformed)
        for paper, number in sentence.markers:
            if (paper, number) in self._prompt.shown:
                cited.append(self._evidence[paper - 1].cite(number))
            else:
                unknown.append(f"[{paper}.{number}]")
        return DraftClaim(text=sentence.text, cited=tuple(cited), unknown=tuple(unknown), cell=sentence.cell)


def _markers(cited: Sequence[Citation], evidence: Sequence[RetrievedPaper]) -> Iterator[Marker]:
    """The markers of these citations in a prompt over the evidence."""
    for citation in cited:
        for paper, entry in enumerate(evidence, start=1):
            if entry.paper.id == citation.paper.id:
                starts = [span.start for span in entry.sentences]
                yield paper, starts.index(citation.start) + 1


def is_refusal(text: str) -> bool:
    """Whether a sentence is the refusal, in any spelling, spacing or style."""
    return _bare(text) == _bare(REFUSAL)


def _bare(text: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return letters.replace("donot", "dont")
