"""Footnote itself as the system of a run."""

from __future__ import annotations

from contextlib import aclosing
from functools import cached_property

from footnote.eval.questions import Question
from footnote.eval.runs.provenance import code_digest, prompt_hashes
from footnote.eval.systems.system import SystemAnswer, SystemFacts, secrets_of
from footnote.rag.answer import Usage
from footnote.rag.assistant import Assistant
from footnote.rag.events import Done
from footnote.rag.settings import Settings

_NO_CALL = Usage(calls=0, prompt_tokens=0, completion_tokens=0, cost_usd=0.0)


class FootnoteSystem:
    """An assistant with its settings, but never with the cache of replies: each question is a call.

    jobs: questions asked at once; as many calls are allowed at once.
    """

    def __init__(self, assistant: Assistant, *, jobs: int = 1) -> None:
        self._assistant = assistant
        settings = assistant.settings
        self._settings = settings.changed(cache_mb=0, model_calls=max(settings.model_calls, jobs))

    @cached_property
    def facts(self) -> SystemFacts:
        """Name, mode, model, settings, prompts, code."""
        mode = self._assistant.mode
        return SystemFacts(
            name="footnote",
            mode=mode,
            model=self._assistant.model,
            settings=self._settings.shaping(),
            prompts=prompt_hashes() if mode == "llm" else {},
            code=code_digest(),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key and the address of the chat model."""
        return secrets_of(self._settings)

    async def warm_up(self, title: str) -> None:
        """A question about a paper of the library, so that the answer is composed and not declined."""
        quoting = self._settings.changed(mode="extractive")
        first = Question(id="first", type="first", question=f"What is {title}"[:100], answerable=False)
        await self._ask(first, quoting)

    async def answer(self, question: Question) -> SystemAnswer:
        """The pipeline's answer. Raises as `Assistant.stream`."""
        return await self._ask(question, self._settings)

    async def _ask(self, question: Question, settings: Settings) -> SystemAnswer:
        events = self._assistant.stream(question.question, history=question.history, settings=settings)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Done):
                    answer = SystemAnswer.of(event.answer, shown=self._settings.resolved_papers)
                    free = settings.resolved_mode == "llm" and answer.usage is None
                    return answer.model_copy(update={"usage": _NO_CALL}) if free else answer
        raise AssertionError("the stream of events ended without an answer")
