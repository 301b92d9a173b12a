"""A question's way through the house: the one generator that every face is a face of."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field

from rag.answer import REFUSAL, Answer, Citation, Claim, Nearest, Status, Usage
from rag.compose import Composer, Declined, Draft
from rag.condense import Message, checked, condense
from rag.confidence import confidence, read_signs
from rag.errors import ModelError
from rag.events import Done, Event, Restart, Step, StepName, TextDelta
from rag.extractive import ExtractiveComposer
from rag.filters import checked_filters, none_pass
from rag.retrieve import Retrieval
from rag.search import assisted_search
from rag.settings import Settings
from rag.verify import rule
from store.filters import Filters
from store.library import Library

log = logging.getLogger(__name__)


@dataclass
class _Sheet:
    """The answer while it is written: claims that passed, their footnotes, what was dropped."""

    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    usage: Usage | None = None
    declined: bool = False
    by_model: bool = False
    trouble: str | None = None

    def take(self, draft: Draft) -> str | None:
        """Lets a draft through the gate; returns the text it adds, None where it is dropped."""
        ruling = rule(draft)
        if ruling.verdict != "supported":
            self.dropped.append("; ".join(ruling.reasons))
            log.info("dropped a claim: %s", "; ".join(ruling.reasons))
            return None
        claim = Claim(
            text=draft.text,
            citations=tuple(dict.fromkeys(self._number(c) for c in draft.cited)),
            verdict=ruling.verdict,
            lead=draft.lead,
            quoted=draft.quoted,
        )
        gap = claim.gap if self.claims else ""
        self.claims.append(claim)
        return f"{gap}{claim}"

    def start_over(self, trouble: str) -> None:
        """Forgets what the model wrote, not what it cost, and keeps why for the reader."""
        self.claims, self.citations, self.dropped = [], [], []
        self.declined = self.by_model = False
        self.trouble = trouble

    def warnings(self) -> tuple[str, ...]:
        """What the reader should know of how the answer came about."""
        if self.trouble:
            return (f"{self.trouble} The answer below quotes the papers instead.",)
        if self.dropped and self.claims:
            reasons = "; ".join(dict.fromkeys(self.dropped))
            return (f"{_count(len(self.dropped), 'sentence')} of the model dropped: {reasons}.",)
        return ()

    def _number(self, citation: Citation) -> int:
        if citation not in self.citations:
            self.citations.append(citation)
        return self.citations.index(citation) + 1


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, step: StepName) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - begun

    def total(self) -> dict[str, float]:
        """All steps, and the whole as `total`."""
        return {**self.seconds, "total": time.perf_counter() - self._begun}


async def answer_events(
    question: str,
    *,
    history: Sequence[Message],
    library: Library,
    settings: Settings,
    composer: Composer | None,
    filters: Filters | None = None,
) -> AsyncGenerator[Event]:
    """Steps, text that passed the gate, and at last `Done` with the whole answer.

    The deltas since the last `Restart`, joined, are the answer's text.

    composer: the chat model's, None to quote. Where it fails, the answer is quoted and says so.
    filters: papers that don't pass have no part in the answer, not even as nearest.
    Raises QuestionError for a question that can't be asked, FiltersError for filters that name what
    the library doesn't have, LibraryError for a broken library.
    """
    question = checked(question, settings.max_question_chars)
    filters = await asyncio.to_thread(checked_filters, filters, library)
    clock = _Clock()

    with clock.of("condense"):
        standalone = condense(question, history)
    if standalone != question:
        yield Step(name="condense", seconds=clock.seconds["condense"], detail=standalone)

    yield Step(name="retrieve")
    with clock.of("retrieve"):
        searched = await assisted_search(library, standalone, settings, filters=filters)
    found = searched.found
    waiting = await asyncio.to_thread(library.catalog.count_waiting, library.stamp)
    empty = () if filters is None or found.ranking else await asyncio.to_thread(none_pass, filters, library)
    yield Step(
        name="retrieve",
        seconds=clock.seconds["retrieve"],
        detail=f"{len(found.ranking)} papers considered, the best {len(found.entries)} read",
    )
    with clock.of("confidence"):
        trust = await asyncio.to_thread(_trust, question, found, library)
    yield Step(name="confidence", seconds=clock.seconds["confidence"], detail=f"{trust:.0%}")

    sheet = _Sheet(declined=True)
    if trust >= settings.refuse_below:
        yield Step(name="compose")
        sheet = _Sheet()
        writing = _write(sheet, composer, standalone, found, library, settings, clock)
        async with aclosing(writing) as events:
            async for event in events:
                yield event
        details: tuple[tuple[StepName, str], ...] = (
            ("compose", _count(len(sheet.claims), "sentence")),
            ("verify", f"{_count(len(sheet.citations), 'quote')} verified, {len(sheet.dropped)} dropped"),
        )
        for step, detail in details:
            yield Step(name=step, seconds=clock.seconds.get(step, 0.0), detail=detail)
    if not sheet.claims:
        yield TextDelta(REFUSAL)
    status: Status = "unsupported" if not sheet.claims else "partial" if sheet.dropped else "answered"
    yield Done(
        Answer(
            question=question,
            standalone=standalone,
            status=status,
            claims=tuple(sheet.claims),
            citations=tuple(sheet.citations),
            nearest=() if sheet.claims else _nearest(found, settings.nearest),
            ranking=tuple(f.paper for f in found.ranking),
            confidence=trust,
            mode="llm" if sheet.by_model else "extractive",
            model=settings.model if sheet.by_model else None,
            usage=_total(searched.usage, sheet.usage),
            timings=clock.total(),
            warnings=(*empty, *_unindexed(waiting), *filter(None, [searched.trouble]), *sheet.warnings()),
            filters=filters,
        )
    )


async def _write(
    sheet: _Sheet,
    composer: Composer | None,
    standalone: str,
    found: Retrieval,
    library: Library,
    settings: Settings,
    clock: _Clock,
) -> AsyncGenerator[TextDelta | Restart]:
    """Fills the sheet, by the model where there is one that works, else by quotes.

    Yields the text that each claim adds. Where the model gives up half-way, `Restart` takes its
    text back before the text of the quotes.
    """
    if composer is not None:
        sheet.by_model = True
        try:
            async with aclosing(_compose(composer, standalone, found, sheet, clock)) as texts:
                async for text in texts:
                    yield TextDelta(text)
            if sheet.claims or sheet.declined:
                return
            sheet.start_over("No sentence that the model wrote is supported by what it cites.")
        except ModelError as error:
            log.warning("the chat model failed: %s", error)
            if sheet.claims:
                yield Restart()
            sheet.start_over(str(error))
    quotes = ExtractiveComposer(library, max_quotes=settings.max_quotes)
    async with aclosing(_compose(quotes, standalone, found, sheet, clock)) as texts:
        async for text in texts:
            yield TextDelta(text)


def _unindexed(waiting: int) -> tuple[str, ...]:
    if not waiting:
        return ()
    papers = "1 paper of the library waits" if waiting == 1 else f"{waiting:,} papers of the library wait"
    return (f"{papers} to be indexed and had no part in this answer: `footnote ingest` finishes it.",)


def _total(search: Usage | None, compose: Usage | None) -> Usage | None:
    return search + compose if search and compose else search or compose


def _trust(question: str, found: Retrieval, library: Library) -> float:
    return confidence(read_signs(question, found, library.lexical))


async def _compose(
    composer: Composer, standalone: str, found: Retrieval, sheet: _Sheet, clock: _Clock
) -> AsyncGenerator[str]:
    """The text of each draft that passes the gate, as it comes; the sheet keeps the rest."""
    async with aclosing(composer.compose(standalone, found.evidence)) as drafts:
        while True:
            with clock.of("compose"):
                item = await anext(drafts, None)
            match item:
                case None:
                    return
                case Draft():
                    with clock.of("verify"):
                        text = sheet.take(item)
                    if text is not None:
                        yield text
                case Declined():
                    sheet.declined = True
                case Usage():
                    sheet.usage = item


def _nearest(found: Retrieval, count: int) -> tuple[Nearest, ...]:
    return tuple(Nearest(paper=hit.paper, score=hit.score) for hit in found.hits[:count])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
