"""Answers composed by a chat model, in one call over numbered sentences."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

from rag.answer import REFUSAL, Citation, Usage
from rag.chat import ChatCall
from rag.compose import Declined, Draft, Evidence
from rag.errors import ModelError, ModelFailed
from rag.markers import MarkerParser, Parsed
from rag.prompting import AnswerPrompt, answer_prompt
from rag.settings import Settings
from rag.tokens import counter_for


class LLMComposer:
    """Composes through the chat model that the settings name (`model`, `model_provider`).

    Safe to use from several tasks and event loops: each answer has a call of its own.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def compose(
        self, question: str, evidence: Sequence[Evidence]
    ) -> AsyncGenerator[Draft | Declined | Usage]:
        """One draft a sentence, as it is complete; see `rag.compose.Composer`.

        A reply that opens with the refusal is `Declined`, whatever it says after that. Where a
        call fails after text has come, `Usage` is given before the error. The sentence in which
        a reply breaks off is never given. Closing the generator ends the request.
        """
        if not evidence:
            yield Declined()
            return
        # The vocabulary may have to be waited for, a moment, once.
        counter = await asyncio.to_thread(counter_for, self._settings.model or "")
        prompt = answer_prompt(question, evidence, budget=self._settings.prompt_tokens, count=counter.count)
        if not prompt.shown:
            raise ModelFailed(
                f"The question and its instructions take {prompt.tokens} tokens, which leaves no room for "
                "a sentence of a paper: raise FOOTNOTE_PROMPT_TOKENS "
                f"({self._settings.prompt_tokens}).",
                retryable=False,
            )
        call = ChatCall(self._settings)
        parser, reading = MarkerParser(), _Reading(prompt, evidence)
        try:
            async with aclosing(call.text(prompt.system, prompt.user)) as pieces:
                async for piece in pieces:
                    for draft in reading.drafts(parser.feed(piece)):
                        yield draft
            for draft in reading.drafts(parser.close()):
                yield draft
            if reading.empty:
                raise call.nothing_to_read()
            if reading.declined:
                yield Declined()
        except ModelError:
            if call.heard:
                yield call.usage(counter.count)
            raise
        yield call.usage(counter.count)


class _Reading:
    """What has been read of a reply so far."""

    def __init__(self, prompt: AnswerPrompt, evidence: Sequence[Evidence]) -> None:
        self._prompt, self._evidence = prompt, evidence
        self.empty = True
        self.declined = False

    def drafts(self, sentences: Sequence[Parsed]) -> Iterator[Draft]:
        for sentence in sentences:
            if self.empty and is_refusal(sentence.text):
                self.declined = True
            self.empty = False
            if not self.declined:
                yield self._draft(sentence)

    def _draft(self, sentence: Parsed) -> Draft:
        cited: list[Citation] = []
        unknown = list(sentence.malformed)
        for paper, number in sentence.markers:
            if (paper, number) in self._prompt.shown:
                cited.append(self._evidence[paper - 1].cite(number))
            else:
                unknown.append(f"[{paper}.{number}]")
        return Draft(text=sentence.text, cited=tuple(cited), unknown=tuple(unknown))


def is_refusal(text: str) -> bool:
    """Whether a sentence is the refusal, however it is spelt, spaced or set."""
    return _bare(text) == _bare(REFUSAL)


def _bare(text: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return letters.replace("donot", "dont")
