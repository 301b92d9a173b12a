"""Writing one answer: sentences as they come, each through the gate, mended once, or quotes instead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from footnote.rag.answer import Answer, Usage
from footnote.rag.composing.clock import Clock
from footnote.rag.composing.composer import Composed, Composer, Declined, Draft, LeftOpen
from footnote.rag.composing.draft_answer import Sheet, Written
from footnote.rag.composing.extractive import ExtractiveComposer
from footnote.rag.composing.left_open import left_open
from footnote.rag.composing.llm import LLMComposer
from footnote.rag.composing.stopping import until
from footnote.rag.composing.table_cells import label_fault, said_in_full
from footnote.rag.errors import ModelError
from footnote.rag.events import Restart, TextDelta
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.settings import Settings
from footnote.rag.verification.disagreement import disagreeing
from footnote.rag.verification.verify import Ruling, rule
from footnote.store.library import Library

log = logging.getLogger(__name__)

MAX_MENDED = 20
"""Sentences that go back to the model, at most: a reply of which more fail is no answer."""


@dataclass
class _Reply:
    """What a composer has given so far."""

    written: list[Written] = field(default_factory=list)
    open: str | None = None
    declined: bool = False
    usage: Usage | None = None


class Writing:
    """One answer while it is composed; after `events` has ended, what came of it.

    sheet: the claims that stand and what was dropped. usage: of all calls, None where none was made.
    by_model: whether the claims are the model's. declined: it found no answer in the papers.
    left_open: what it says that they leave open. trouble: why quotes stand in for it. stopped:
    whether the reader ended it.
    """

    def __init__(
        self,
        question: str,
        found: Retrieval,
        *,
        library: Library,
        settings: Settings,
        composer: LLMComposer | None,
        earlier: Sequence[Answer],
        deadline: Deadline,
        stop: asyncio.Event | None,
        clock: Clock,
    ) -> None:
        """question: in its standalone form. composer: None to quote. earlier: the conversation's answers.

        stop: once it is set, nothing more is composed, and what has passed the gate stands.
        """
        self._question, self._found, self._library, self._settings = question, found, library, settings
        self._composer, self._deadline, self._stop, self._clock = composer, deadline, stop, clock
        self.sheet = Sheet(earlier)
        self.usage: Usage | None = None
        self.by_model = False
        self.declined = False
        self.left_open: str | None = None
        self.trouble: str | None = None
        self._reply = _Reply()

    @property
    def stopped(self) -> bool:
        """Whether the reader ended it."""
        return self._stop is not None and self._stop.is_set()

    async def events(self) -> AsyncGenerator[TextDelta | Restart]:
        """The text that each sentence adds, and `Restart` before text that replaces all of it."""
        if self._composer is not None:
            self.by_model = True
            try:
                async with aclosing(self._model_events(self._composer)) as events:
                    async for event in events:
                        yield event
                if self.sheet.claims or self.declined or self.stopped:
                    return
                self.trouble = "No sentence that the model wrote is supported by what it cites."
            except ModelError as error:
                log.warning("the chat model failed: %s", error)
                self._spent(error.usage)
                self.trouble = str(error)
            await self._composer.forget()
            if self.sheet.claims:
                yield Restart()
            self._begin_again()
        quotes: Composer = ExtractiveComposer(self._library, max_quotes=self._settings.max_quotes)
        async with aclosing(self._stream(quotes.compose(self._question, self._found.evidence))) as texts:
            async for text in texts:
                yield text

    def _begin_again(self) -> None:
        """Forgets what the model wrote, but not what it cost."""
        self.sheet = self.sheet.laid_out(())
        self.by_model = self.declined = False
        self.left_open = None
        self._reply = _Reply()

    def _spent(self, usage: Usage | None) -> None:
        if usage is not None:
            self.usage = self.usage + usage if self.usage else usage

    async def _model_events(self, composer: LLMComposer) -> AsyncGenerator[TextDelta | Restart]:
        reply = composer.compose(self._question, self._found.evidence, deadline=self._deadline)
        async with aclosing(self._stream(reply)) as texts:
            async for text in texts:
                yield text
        if self.stopped or self.declined:
            return
        if await self._mend(composer):
            before, self.sheet = self.sheet.text, self.sheet.laid_out(self._reply.written)
            if self.sheet.text != before:
                if before:
                    yield Restart()
                yield TextDelta(self.sheet.text)

    # The first draft

    async def _stream(self, items: AsyncGenerator[Composed]) -> AsyncGenerator[TextDelta]:
        """The text that each sentence adds, as it comes."""
        async with aclosing(items), aclosing(self._read(items)) as sentences:
            try:
                async for written in sentences:
                    if text := self.sheet.add(written):
                        yield TextDelta(text)
            finally:
                self._spent(self._reply.usage)
                self.declined = self._reply.declined
                self.left_open = self._reply.open

    async def _read(self, items: AsyncGenerator[Composed]) -> AsyncGenerator[Written]:
        """What a composer gives, each sentence with the gate's ruling, until the reader stops it."""
        reply = self._reply
        async with aclosing(until(self._stop, _timed(items, self._clock))) as given:
            async for item in given:
                match item:
                    case Draft():
                        with self._clock.of("verify"):
                            written = await asyncio.to_thread(self._ruled, item)
                        reply.written.append(written)
                        yield written
                    case LeftOpen():
                        reply.open = left_open(item.text, self._question)
                    case Declined():
                        reply.declined = True
                    case Usage():
                        reply.usage = item

    def _ruled(self, draft: Draft) -> Written:
        embedder = self._library.embedder
        if fault := label_fault(draft, self._question):
            return Written(draft, Ruling("weak", (fault,)))
        ruling = rule(said_in_full(draft), embedder.states)
        if draft.quoted or ruling.verdict != "supported":
            return Written(draft, ruling)
        cited = {citation.paper.id for citation in draft.cited}
        return Written(draft, ruling, disagreeing(draft.text, cited, self._found.evidence, embedder.embed))

    # The second look

    async def _mend(self, composer: LLMComposer) -> bool:
        """Has weak claims judged and unsupported ones repaired, as the settings allow; whether any was.

        Where the model fails at it, what has passed the gate stands, and no more.
        """
        mended = False
        try:
            with self._clock.of("verify"):
                if self._settings.judge == "weak":
                    mended = await self._judge(composer)
                if self._settings.repair:
                    mended = await self._repair(composer) or mended
        except ModelError as error:
            log.warning("the chat model failed at mending its answer: %s", error)
            self._spent(error.usage)
        return mended

    async def _judge(self, composer: LLMComposer) -> bool:
        places = [n for n, each in enumerate(self._reply.written) if each.ruling.verdict == "weak"]
        places = places[:MAX_MENDED]
        if not places:
            return False
        judged = await composer.judge([self._reply.written[n] for n in places], deadline=self._deadline)
        self._spent(judged.usage)
        accepted = [places[at] for at, yes in judged.supported.items() if yes]
        for n in accepted:
            weak = self._reply.written[n]
            self._reply.written[n] = replace(weak, ruling=_accepted(weak.ruling))
        return bool(accepted)

    async def _repair(self, composer: LLMComposer) -> bool:
        places = [n for n, each in enumerate(self._reply.written) if not each.stands][:MAX_MENDED]
        if not places or self.stopped:
            return False
        repaired = await composer.repair(
            self._question,
            self._found.evidence,
            [self._reply.written[n] for n in places],
            deadline=self._deadline,
        )
        self._spent(repaired.usage)
        instead: dict[int, list[Written]] = {}
        for at, drafts in repaired.drafts.items():
            cell = self._reply.written[places[at]].draft.cell
            ruled = [await asyncio.to_thread(self._ruled, replace(draft, cell=cell)) for draft in drafts]
            standing = [each for each in ruled if each.stands]
            if standing:
                instead[places[at]] = standing
        before = self._reply.written
        self._reply.written = [new for n, old in enumerate(before) for new in instead.get(n, [old])]
        return bool(instead)


def _accepted(ruling: Ruling) -> Ruling:
    return Ruling("supported", ("the model judges that the sentences cited support it",), pairs=ruling.pairs)


async def _timed(items: AsyncIterator[Composed], clock: Clock) -> AsyncGenerator[Composed]:
    """The same items; the time that each is waited for counts as composing."""
    while True:
        with clock.of("compose"):
            item = await anext(items, None)
        if item is None:
            return
        yield item
