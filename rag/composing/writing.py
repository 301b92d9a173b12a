"""Writes one answer: each sentence is checked as it comes, then judged, or all are replaced by quotes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from footnote.rag.answer import Answer, AnswerWarning, DraftClaim, Usage
from footnote.rag.composing.clock import Clock
from footnote.rag.composing.composer import Composed, Composer, Declined, LeftOpen
from footnote.rag.composing.connectives import without_yes_no
from footnote.rag.composing.draft_answer import CheckedClaim, DraftAnswer
from footnote.rag.composing.extractive import ExtractiveComposer
from footnote.rag.composing.left_open import left_open
from footnote.rag.composing.llm import LLMComposer
from footnote.rag.composing.second_reading import SecondReader, SecondReading
from footnote.rag.composing.source_finding import with_sources
from footnote.rag.composing.stopping import unless, until
from footnote.rag.composing.table_cells import as_full_claim, label_problem
from footnote.rag.errors import ModelError
from footnote.rag.events import Restart, TextDelta
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.parts import SearchedParts
from footnote.rag.settings import Settings
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.judges import judge_for
from footnote.rag.verification.verify import Ruling, rule
from footnote.store.library import Library

log = logging.getLogger(__name__)


@dataclass
class _ComposerOutput:
    """What a composer has yielded so far. open: what it says the papers leave open."""

    claims: list[CheckedClaim] = field(default_factory=list)
    open: str | None = None
    declined: bool = False
    usage: Usage | None = None
    warnings: list[AnswerWarning] = field(default_factory=list)


class AnswerWriter:
    """Composes one answer; once `events` has ended, its attributes hold the result.

    draft_answer: the claims that stand, and what was dropped. usage: of all model calls, None
    where none was made. by_model: whether the model wrote the claims. declined: whether the model found
    no answer in the papers. left_open: what the model says that the papers leave open. trouble: why the
    answer quotes instead of using the model. unjudged: which claims the judge gave no verdict on, and why.
    stopped: whether the reader stopped it.
    """

    def __init__(
        self,
        question: str,
        parts: SearchedParts,
        *,
        library: Library,
        settings: Settings,
        composer: LLMComposer | None,
        earlier: Sequence[Answer],
        deadline: Deadline,
        stop: asyncio.Event | None,
        clock: Clock,
        quotable: bool = True,
        translated_from: str | None = None,
    ) -> None:
        """question: in its standalone form. composer: None to quote. earlier: the conversation's answers.

        quotable: whether quotes may stand in for a model that fails. translated_from: the reader's own
        words, where those aren't in the language of `question`: a model answers in theirs.

        stop: once it is set, composing ends, and the answer keeps the claims that have passed the gate.
        """
        self._question, self._parts, self._library, self._settings = question, parts, library, settings
        self._found = parts.found
        self._composer, self._deadline, self._stop, self._clock = composer, deadline, stop, clock
        self._quotable = quotable
        words = f" (In the reader's own words: {translated_from})" if translated_from else ""
        self._for_model = f"{question}{words}"
        self.draft_answer = DraftAnswer(earlier)
        self.usage: Usage | None = None
        self.by_model = False
        self.declined = False
        self.left_open: str | None = None
        self.trouble: str | None = None
        self.unjudged: str | None = None
        self._reply = _ComposerOutput()

    @property
    def warnings(self) -> Sequence[AnswerWarning]:
        """What the composer warns of."""
        return self._reply.warnings

    @property
    def stopped(self) -> bool:
        """Whether the reader stopped it."""
        return self._stop is not None and self._stop.is_set()

    async def events(self) -> AsyncGenerator[TextDelta | Restart]:
        """The text that each sentence adds, and `Restart` before text that replaces all of it."""
        if self._composer is not None:
            self.by_model = True
            try:
                async with aclosing(self._model_events(self._composer)) as events:
                    async for event in events:
                        yield event
                if self.draft_answer.claims or self.declined or self.stopped:
                    return
                self.trouble = " ".join(
                    [
                        "No sentence that the model wrote is supported by what it cites.",
                        *map(str, self.warnings),
                    ]
                )
            except ModelError as error:
                log.warning("the chat model failed: %s", error)
                self._add_usage(error.usage)
                self.trouble = str(error)
            await self._composer.forget()
            if self.draft_answer.claims:
                yield Restart()
            self._reset()
        if not self._quotable:
            return
        quotes: Composer = ExtractiveComposer(
            self._library, self._parts, max_quotes=self._settings.max_quotes
        )
        async with aclosing(self._stream(quotes.compose(self._question, self._found.evidence))) as texts:
            async for text in texts:
                yield text

    def _reset(self) -> None:
        """Discards what the model wrote, but keeps its usage."""
        self.draft_answer = self.draft_answer.rebuilt_with(())
        self.by_model = self.declined = False
        self.left_open = self.unjudged = None
        self._reply = _ComposerOutput()

    def _add_usage(self, usage: Usage | None) -> None:
        self.usage = Usage.total((self.usage, usage))

    async def _model_events(self, composer: LLMComposer) -> AsyncGenerator[TextDelta | Restart]:
        reply = composer.compose(self._for_model, self._found.evidence, deadline=self._deadline)
        async with aclosing(self._stream(reply)) as texts:
            async for text in texts:
                yield text
        if self.stopped or self.declined:
            return
        with self._clock.measure("verify"):
            await self._second_reading()
        before = self.draft_answer.text
        self.draft_answer = self.draft_answer.rebuilt_with(self._reply.claims)
        if self.draft_answer.text != before:
            if before:
                yield Restart()
            yield TextDelta(self.draft_answer.text)

    # The first draft

    async def _stream(self, items: AsyncGenerator[Composed]) -> AsyncGenerator[TextDelta]:
        """The text that each sentence adds, as it comes."""
        async with aclosing(items), aclosing(self._read(items)) as sentences:
            try:
                async for written in sentences:
                    if text := self.draft_answer.add(written):
                        yield TextDelta(text)
            finally:
                self._add_usage(self._reply.usage)
                self.declined = self._reply.declined
                self.left_open = self._reply.open

    async def _read(self, items: AsyncGenerator[Composed]) -> AsyncGenerator[CheckedClaim]:
        """Each sentence of a composer with the hard checks' ruling, until the reader stops it."""
        reply = self._reply
        async with aclosing(until(self._stop, _timed(items, self._clock))) as given:
            async for item in given:
                match item:
                    case DraftClaim():
                        with self._clock.measure("verify"):
                            written = await asyncio.to_thread(self._check, item)
                        reply.claims.append(written)
                        yield written
                    case LeftOpen():
                        by_model = self.by_model
                        reply.open = left_open(item.text, self._for_model) if by_model else item.text
                    case Declined():
                        reply.declined = True
                    case AnswerWarning():
                        reply.warnings.append(item)
                    case Usage():
                        reply.usage = item

    def _check(self, draft: DraftClaim) -> CheckedClaim:
        draft = with_sources(draft, self._found.evidence, self._library.embedder.embed)
        if problem := label_problem(draft, self._for_model):
            return CheckedClaim(draft, Ruling((Finding("label", problem),)))
        return CheckedClaim(draft, rule(without_yes_no(as_full_claim(draft))))

    # The second reading

    async def _second_reading(self) -> None:
        """Has a judge read the claims, where there is one."""
        judge = await asyncio.to_thread(judge_for, self._settings)
        if judge is not None and self._reply.claims:
            reader = SecondReader(
                judge,
                self._question,
                self._found.evidence,
                self._library.embedder.embed,
                self._check,
                self._deadline,
            )
            reading = await unless(self._stop, reader.read(self._reply.claims))
            if reading is not None:
                self._reply.claims = reading.claims
                self._add_usage(reading.usage)
                self.unjudged = _unjudged(judge.name, reading)


def _unjudged(judge: str, reading: SecondReading) -> str | None:
    """A sentence on the claims that the judge gave no verdict on; None where it judged all."""
    standing = [claim for claim in reading.claims if claim.stands]
    missing = sum(claim.judgement is None for claim in standing)
    if not missing:
        return None
    why = f"{reading.trouble} " if reading.trouble else ""
    return f"{why}{judge} gave no verdict on {missing} of {len(standing)} sentences: they are not verified."


async def _timed(items: AsyncIterator[Composed], clock: Clock) -> AsyncGenerator[Composed]:
    """The same items; the time spent waiting for each counts as composing."""
    while True:
        with clock.measure("compose"):
            item = await anext(items, None)
        if item is None:
            return
        yield item
