"""Writes one answer: each sentence is checked as it comes, corrected once, or replaced by quotes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from footnote.rag.answer import Answer, AnswerWarning, DraftClaim, Usage
from footnote.rag.composing.clock import Clock
from footnote.rag.composing.composer import Composed, Composer, Declined, LeftOpen
from footnote.rag.composing.draft_answer import CheckedClaim, DraftAnswer
from footnote.rag.composing.extractive import ExtractiveComposer
from footnote.rag.composing.left_open import left_open
from footnote.rag.composing.llm import LLMComposer
from footnote.rag.composing.source_finding import with_sources
from footnote.rag.composing.stopping import until
from footnote.rag.composing.table_cells import as_full_claim, label_problem
from footnote.rag.errors import ModelError
from footnote.rag.events import Restart, TextDelta
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.settings import Settings
from footnote.rag.verification.disagreement import disagreeing
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.verify import Ruling, rule
from footnote.store.library import Library

log = logging.getLogger(__name__)

MAX_SECOND_PASS = 20
"""Sentences that are sent back to the model at most; a reply in which more fail is no answer."""


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

    draft_answer: the claims that passed the gate, and what was dropped. usage: of all model calls, None
    where none was made. by_model: whether the model wrote the claims. declined: whether the model found
    no answer in the papers. left_open: what the model says that the papers leave open. trouble: why the
    answer quotes instead of using the model. stopped: whether the reader stopped it.
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

        stop: once it is set, composing ends, and the answer keeps the claims that have passed the gate.
        """
        self._question, self._found, self._library, self._settings = question, found, library, settings
        self._composer, self._deadline, self._stop, self._clock = composer, deadline, stop, clock
        self.draft_answer = DraftAnswer(earlier)
        self.usage: Usage | None = None
        self.by_model = False
        self.declined = False
        self.left_open: str | None = None
        self.trouble: str | None = None
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
        quotes: Composer = ExtractiveComposer(self._library, max_quotes=self._settings.max_quotes)
        async with aclosing(self._stream(quotes.compose(self._question, self._found.evidence))) as texts:
            async for text in texts:
                yield text

    def _reset(self) -> None:
        """Discards what the model wrote, but keeps its usage."""
        self.draft_answer = self.draft_answer.rebuilt_with(())
        self.by_model = self.declined = False
        self.left_open = None
        self._reply = _ComposerOutput()

    def _add_usage(self, usage: Usage | None) -> None:
        self.usage = Usage.total((self.usage, usage))

    async def _model_events(self, composer: LLMComposer) -> AsyncGenerator[TextDelta | Restart]:
        reply = composer.compose(self._question, self._found.evidence, deadline=self._deadline)
        async with aclosing(self._stream(reply)) as texts:
            async for text in texts:
                yield text
        if self.stopped or self.declined:
            return
        if await self._second_pass(composer):
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
        """Each sentence of a composer with the gate's ruling, until the reader stops it."""
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
                        reply.open = left_open(item.text, self._question)
                    case Declined():
                        reply.declined = True
                    case AnswerWarning():
                        reply.warnings.append(item)
                    case Usage():
                        reply.usage = item

    def _check(self, draft: DraftClaim) -> CheckedClaim:
        draft = with_sources(draft, self._found.evidence, self._library.embedder.embed)
        if problem := label_problem(draft, self._question):
            return CheckedClaim(draft, Ruling("weak", (Finding("label", problem),)))
        ruling = rule(as_full_claim(draft), self._library.token_embedder.states)
        if draft.quoted or ruling.verdict != "supported":
            return CheckedClaim(draft, ruling)
        cited = {citation.paper.id for citation in draft.cited}
        embed = self._library.embedder.embed
        return CheckedClaim(draft, ruling, disagreeing(draft.text, cited, self._found.evidence, embed))

    # The second pass

    async def _second_pass(self, composer: LLMComposer) -> bool:
        """Judges weak claims and repairs unsupported ones, as the settings allow; True if any changed.

        Where the model fails here, the answer keeps the claims that have passed the gate.
        """
        changed = False
        try:
            with self._clock.measure("verify"):
                if self._settings.judge == "weak":
                    changed = await self._judge(composer)
                if self._settings.repair:
                    changed = await self._repair(composer) or changed
        except ModelError as error:
            log.warning("the chat model failed at correcting its answer: %s", error)
            self._add_usage(error.usage)
        return changed

    async def _judge(self, composer: LLMComposer) -> bool:
        places = [n for n, each in enumerate(self._reply.claims) if each.ruling.verdict == "weak"]
        places = places[:MAX_SECOND_PASS]
        if not places:
            return False
        judged = await composer.judge([self._reply.claims[n] for n in places], deadline=self._deadline)
        self._add_usage(judged.usage)
        accepted = [places[at] for at, yes in judged.supported.items() if yes]
        for n in accepted:
            weak = self._reply.claims[n]
            self._reply.claims[n] = replace(weak, ruling=_supported_by_model(weak.ruling))
        return bool(accepted)

    async def _repair(self, composer: LLMComposer) -> bool:
        places = [n for n, each in enumerate(self._reply.claims) if not each.stands][:MAX_SECOND_PASS]
        if not places or self.stopped:
            return False
        repaired = await composer.repair(
            self._question,
            self._found.evidence,
            [self._reply.claims[n] for n in places],
            deadline=self._deadline,
        )
        self._add_usage(repaired.usage)
        instead: dict[int, list[CheckedClaim]] = {}
        for at, drafts in repaired.drafts.items():
            cell = self._reply.claims[places[at]].draft.cell
            ruled = [await asyncio.to_thread(self._check, replace(draft, cell=cell)) for draft in drafts]
            standing = [each for each in ruled if each.stands]
            if standing:
                instead[places[at]] = standing
        before = self._reply.claims
        self._reply.claims = [new for n, old in enumerate(before) for new in instead.get(n, [old])]
        return bool(instead)


def _supported_by_model(ruling: Ruling) -> Ruling:
    judged = Finding("judge", "the model judges that the sentences cited support it")
    return Ruling("supported", (judged,), pairs=ruling.pairs)


async def _timed(items: AsyncIterator[Composed], clock: Clock) -> AsyncGenerator[Composed]:
    """The same items; the time spent waiting for each counts as composing."""
    while True:
        with clock.measure("compose"):
            item = await anext(items, None)
        if item is None:
            return
        yield item
