"""The pipeline from question to answer: the one generator behind every interface."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from footnote.rag.answer import (
    CLOSEST,
    REFUSAL,
    Answer,
    AnswerWarning,
    Dropped,
    Nearest,
    Status,
    Usage,
    left_open_text,
)
from footnote.rag.catalogue.answering import catalogue_answer
from footnote.rag.composing.clock import Clock
from footnote.rag.composing.llm import LLMComposer
from footnote.rag.composing.writing import AnswerWriter
from footnote.rag.conversation.messages import Message, checked
from footnote.rag.conversation.standalone import standalone
from footnote.rag.events import Done, Event, Restart, Step, StepName, TextDelta
from footnote.rag.filters import checked_filters, none_pass
from footnote.rag.language.english import is_foreign
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.author_match import author_scope
from footnote.rag.retrieval.confidence import NO_TRUST, Trust, trust
from footnote.rag.retrieval.parts import SearchedParts, search_parts
from footnote.rag.retrieval.question_reading import read_question
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.retrieval.search import AssistedRetrieval, assisted_search, search
from footnote.rag.settings import Settings
from footnote.store.filters import Filters
from footnote.store.library import Library

log = logging.getLogger(__name__)


async def answer_events(
    question: str,
    *,
    history: Sequence[Message],
    library: Library,
    settings: Settings,
    composer: LLMComposer | None,
    filters: Filters | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncGenerator[Event]:
    """Yields steps, text that passed the hard checks, and at last `Done` with the whole answer.

    The deltas since the last `Restart`, joined, are the answer's text.

    history: messages oldest first; a quote keeps the number that it has in their answers. composer:
    the chat model's, None to quote. Where it fails, the answer quotes, with a warning. filters: papers
    that don't pass aren't used, not even as nearest. stop: once it is set, the answer
    ends with what has passed the gate.
    Raises QuestionError for a question that can't be asked, FiltersError for filters that name what
    the library doesn't have, LibraryError for a broken library.
    """
    question = checked(question, settings.max_question_chars)
    filters = await asyncio.to_thread(checked_filters, filters, library)
    clock, deadline = Clock(), Deadline(settings.answer_deadline_s)

    if reply := await asyncio.to_thread(catalogue_answer, question, history, library, settings, filters):
        yield TextDelta(reply.text)
        yield Done(reply)
        return
    with clock.measure("condense"):
        condensed = await standalone(question, history, settings, deadline=deadline)
        scope = await asyncio.to_thread(author_scope, condensed.question, library, filters)
        asked, searchable = (scope.question, scope.filters) if scope else (condensed.question, filters)
        read = await asyncio.to_thread(read_question, asked, library, model=composer is not None)
    standing = read.question if read.warnings else condensed.question
    if standing != question:
        yield Step(name="condense", seconds=clock.seconds["condense"], detail=standing)

    yield Step(name="retrieve")
    with clock.measure("retrieve"):
        searched = await assisted_search(
            library,
            read.question,
            settings,
            filters=searchable,
            deadline=deadline,
            expansion=condensed.abstract,
        )
        plain, parts = await asyncio.to_thread(
            _by_part, read.question, searched, library, settings, searchable
        )
    found = parts.found
    yield Step(
        name="retrieve",
        seconds=clock.seconds["retrieve"],
        detail=f"{len(found.ranking)} papers considered, the best {len(found.entries)} read",
    )
    with clock.measure("confidence"):
        trusts = await asyncio.to_thread(_trusts, plain, library) if condensed.asks else [NO_TRUST]
    parts = parts.judged(trusts, settings.refuse_below)
    trusted = Trust(*map(max, zip(*trusts, strict=True)))
    yield Step(name="confidence", seconds=clock.seconds["confidence"], detail=f"{trusted.confidence:.0%}")

    writer = AnswerWriter(
        read.question,
        parts,
        library=library,
        settings=settings,
        composer=composer,
        earlier=[message.answer for message in history if message.answer],
        deadline=deadline,
        stop=stop,
        clock=clock,
        quotable=trusted.confidence >= settings.refuse_below,
        translated_from=question if condensed.by_model and is_foreign(question) else None,
    )
    leads = composer is None and trusted.quotes < settings.answer_from
    if trusted.confidence >= settings.resolved_refuse_below:
        yield Step(name="compose")
        if leads:
            yield TextDelta(f"{CLOSEST}\n\n")
        async with aclosing(writer.events()) as events:
            async for event in events:
                yield event
        for step in _ended(writer, clock):
            yield step
    draft_answer = writer.draft_answer
    status = _status(writer, sure=trusted.quotes >= settings.answer_from, read=not read.foreign)
    if not draft_answer.claims:
        if leads:
            yield Restart()
        yield TextDelta(REFUSAL)
    elif status == "closest" and composer is not None:  # the model failed: its text was replaced by quotes
        yield Restart()
        yield TextDelta(f"{CLOSEST}\n\n{draft_answer.text}")
    elif writer.left_open:
        yield TextDelta(left_open_text(writer.left_open))
    warnings = await asyncio.to_thread(_library_warnings, library, found, filters)
    warnings += [AnswerWarning(kind="authors", text=scope.notice)] if scope else []
    warnings += read.warnings
    warnings += [AnswerWarning(kind="question", text=condensed.trouble)] if condensed.trouble else []
    warnings += [AnswerWarning(kind="search", text=searched.trouble)] if searched.trouble else []
    warnings += _writer_warnings(writer)
    yield Done(
        Answer(
            question=question,
            standalone=standing,
            status=status,
            claims=tuple(draft_answer.claims),
            citations=tuple(draft_answer.citations),
            numbers=tuple(draft_answer.numbers),
            dropped=tuple(draft_answer.dropped),
            left_open=writer.left_open if draft_answer.claims else None,
            nearest=() if draft_answer.claims else _nearest(found, settings.nearest),
            ranking=tuple(f.paper for f in found.ranking),
            confidence=trusted.confidence,
            mode="llm" if writer.by_model else "extractive",
            model=settings.model if writer.by_model else None,
            usage=Usage.total((condensed.usage, searched.usage, writer.usage)),
            timings=clock.total(),
            warnings=tuple(dict.fromkeys(warnings)),
            filters=filters,
        )
    )


def _ended(writer: AnswerWriter, clock: Clock) -> list[Step]:
    """The ended steps of composing, with their results."""
    done = Counter(claim.verdict.replace("_", " ") for claim in writer.draft_answer.claims)
    done["dropped"] = len(writer.draft_answer.dropped)
    details: tuple[tuple[StepName, str], ...] = (
        ("compose", _count(len(writer.draft_answer.claims), "sentence")),
        ("verify", ", ".join(f"{number} {word}" for word, number in done.items())),
    )
    return [Step(name=name, seconds=clock.seconds.get(name, 0.0), detail=detail) for name, detail in details]


def _status(writer: AnswerWriter, *, sure: bool, read: bool) -> Status:
    """sure: whether quotes are likely enough to answer to be called an answer; a model decides by itself.

    read: whether the question was read in full.
    """
    if not writer.draft_answer.claims:
        return "unsupported"
    if not (writer.by_model or sure):
        return "closest"
    draft = writer.draft_answer
    missing = any(not dropped.withdrawn for dropped in draft.dropped)
    unread = any(claim.verdict == "not_checked" for claim in draft.claims)
    whole = read and not (missing or unread or writer.left_open or writer.stopped or _was_cut(writer))
    return "answered" if whole else "partial"


def _was_cut(writer: AnswerWriter) -> bool:
    return any(warning.kind == "cut" for warning in writer.warnings)


def _writer_warnings(writer: AnswerWriter) -> list[AnswerWarning]:
    """Warnings about how the answer was written."""
    warnings: list[AnswerWarning] = list(writer.warnings)
    if writer.trouble:
        quotes = " The answer below quotes the papers instead." if writer.draft_answer.claims else ""
        text = f"{writer.trouble}{quotes}"
        warnings.append(AnswerWarning(kind="fallback", text=text))
    if writer.unjudged:
        warnings.append(AnswerWarning(kind="unjudged", text=writer.unjudged))
    dropped = [each for each in writer.draft_answer.dropped if not each.withdrawn]
    if dropped and writer.draft_answer.claims:
        reasons = "; ".join(dict.fromkeys(reason for each in dropped for reason in _reasons(each)))
        text = f"{_count(len(dropped), 'sentence')} of the model dropped: {reasons}."
        warnings.append(AnswerWarning(kind="dropped", text=text))
    if writer.stopped:
        text = "The answer was stopped; what had been checked stands."
        warnings.append(AnswerWarning(kind="stopped", text=text))
    return warnings


def _reasons(dropped: Dropped) -> tuple[str, ...]:
    """The reasons for a warning, in our words: a judge's own may repeat what a paper told it to say."""
    return (
        ("the judge finds that it doesn't follow",) if dropped.verdict == "unsupported" else dropped.reasons
    )


def _library_warnings(library: Library, found: Retrieval, filters: Filters | None) -> list[AnswerWarning]:
    """Warnings about papers that had no part in the answer."""
    none = none_pass(filters, library) if filters is not None and not found.ranking else ()
    warnings = [AnswerWarning(kind="filters", text=text) for text in none]
    if waiting := library.catalog.count_waiting(library.stamp):
        papers = "1 paper of the library waits" if waiting == 1 else f"{waiting:,} papers of the library wait"
        text = f"{papers} to be indexed and had no part in this answer: `footnote ingest` finishes it."
        warnings.append(AnswerWarning(kind="waiting", text=text))
    return warnings


def _by_part(
    question: str,
    searched: AssistedRetrieval,
    library: Library,
    settings: Settings,
    filters: Filters | None,
) -> tuple[SearchedParts, SearchedParts]:
    """What was found by part: by the question alone, and with a model's expansion, if there is one."""
    find = partial(search, library, settings=settings, filters=filters)
    plain = search_parts(question, searched.plain, library, find, filters)
    if searched.found is searched.plain:
        return plain, plain
    return plain, search_parts(question, searched.found, library, find, filters)


def _trusts(parts: SearchedParts, library: Library) -> list[Trust]:
    """The trust in each part."""
    return [trust(part.question, part.found, library) for part in parts.parts]


def _nearest(found: Retrieval, count: int) -> tuple[Nearest, ...]:
    return tuple(Nearest(paper=hit.paper, score=hit.score) for hit in found.hits[:count])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
