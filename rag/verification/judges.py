"""Judges: they read claims with the sentences that they cite, and find whether the claims follow.

A chat model judges better than rules: Zheng et al., "Judging LLM-as-a-Judge with MT-Bench and Chatbot
Arena" (2023, arXiv:2306.05685), and for citations Gao et al., "Enabling Large Language Models to Generate
Text with Citations" (2023, arXiv:2305.14627), who ask an NLI model. Both kinds are here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from footnote.rag.answer import Citation, DraftClaim, Judgement, Usage
from footnote.rag.llm.chat import ChatCall
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.replies.markers import read_text
from footnote.rag.llm.token_count import counter_for
from footnote.rag.settings import Settings
from footnote.rag.verification.classifier import Classifier, load_classifier
from footnote.rag.verification.judge_prompt import DROP, ClaimToJudge, JudgePrompt, judge_prompt
from footnote.rag.verification.judge_reply import Opinion, read_opinions

MAX_CLAIMS = 40
"""Claims that one call judges at most; the others get no verdict."""
_MAX_SENTENCES = 2
"""Sentences that may replace one; more would be a new answer."""
_MAX_MISSING_CHARS = 300
_DROPPED = re.compile(rf"\W*{DROP}(?:PED)?\W*", re.IGNORECASE)


@dataclass(frozen=True)
class JudgedClaim:
    """What a judge finds of a claim. rewordings: sentences in its place, without checks so far.

    withdrawn: nothing of the claim can be kept. against: sentences of other papers that contradict it.
    """

    judgement: Judgement
    rewordings: tuple[DraftClaim, ...] = ()
    withdrawn: bool = False
    against: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What a judge finds, by place (0-based); a claim without a verdict is missing."""

    claims: Mapping[int, JudgedClaim]
    usage: Usage | None = None


class Judge(Protocol):
    """Judges claims."""

    @property
    def name(self) -> str:
        """The name of its model."""
        ...

    async def judge(
        self,
        question: str,
        claims: Sequence[ClaimToJudge],
        *,
        deadline: Deadline | None = None,
        reword: bool = True,
    ) -> Judged:
        """What it finds. deadline: of the whole answer. reword: whether rewordings are of use.

        Raises ModelError when a chat model fails.
        """
        ...


def judge_for(settings: Settings) -> Judge | None:
    """The judge that the settings name; None where rules alone check.

    Raises SettingsError for a folder that holds no classifier.
    """
    verifier = settings.resolved_verifier
    if verifier == "rules":
        return None
    return ModelJudge(settings) if verifier == "model" else ClassifierJudge(load_classifier(Path(verifier)))


class ModelJudge:
    """A chat model, in one call for all claims."""

    def __init__(self, settings: Settings) -> None:
        """settings: `verifier_model` judges, or where that isn't set, the model that composes."""
        self.name = settings.verifier_model or settings.model or ""
        self._settings = settings.changed(model=self.name)

    async def judge(
        self,
        question: str,
        claims: Sequence[ClaimToJudge],
        *,
        deadline: Deadline | None = None,
        reword: bool = True,
    ) -> Judged:
        """See `Judge`. Claims that don't fit into `prompt_tokens` get no verdict."""
        counter = await asyncio.to_thread(counter_for, self.name)
        prompt = judge_prompt(
            question,
            claims[:MAX_CLAIMS],
            budget=self._settings.prompt_tokens,
            count=counter.count,
            reword=reword,
        )
        if not prompt.shown:
            return Judged({})
        call = ChatCall(self._settings, deadline=deadline)
        opinions = read_opinions(await call.whole(prompt.system, prompt.user), prompt.shown)
        if not opinions:
            await call.forget()  # a retry is to get another reply
        found = {n - 1: self._judged(claims[n - 1], each, prompt) for n, each in opinions.items()}
        return Judged(found, call.usage(counter.count))

    def _judged(self, claim: ClaimToJudge, opinion: Opinion, prompt: JudgePrompt) -> JudgedClaim:
        judgement = Judgement(
            model=self.name, follows=opinion.follows, missing=opinion.missing[:_MAX_MISSING_CHARS]
        )
        if _DROPPED.fullmatch(opinion.rewording):
            return JudgedClaim(judgement, withdrawn=not opinion.follows)
        others = set(claim.others)
        against = (prompt.sentences[m] for m in opinion.against if m in prompt.sentences)
        return JudgedClaim(
            judgement,
            rewordings=_rewordings(claim, opinion.rewording, prompt),
            against=tuple(dict.fromkeys(citation for citation in against if citation in others)),
        )


class ClassifierJudge:
    """A classifier on this machine. It rewords nothing."""

    def __init__(self, classifier: Classifier) -> None:
        self.name = classifier.name
        self._classifier = classifier

    async def judge(
        self,
        question: str,
        claims: Sequence[ClaimToJudge],
        *,
        deadline: Deadline | None = None,
        reword: bool = True,
    ) -> Judged:
        """See `Judge`. A claim that cites nothing gets no verdict."""
        return Judged(await asyncio.to_thread(self._judge, claims))

    def _judge(self, claims: Sequence[ClaimToJudge]) -> dict[int, JudgedClaim]:
        found: dict[int, JudgedClaim] = {}
        for n, claim in enumerate(claims):
            if not claim.cited:
                continue
            follows, chance = self._classifier.follows(
                " ".join(citation.quote for citation in claim.cited), claim.text
            )
            missing = "" if follows else f"it doesn't follow from what it cites (chance {chance:.0%})"
            found[n] = JudgedClaim(Judgement(model=self.name, follows=follows, missing=missing))
        return found


def _rewordings(claim: ClaimToJudge, text: str, prompt: JudgePrompt) -> tuple[DraftClaim, ...]:
    """The sentences of a rewording; one without markers cites what the claim does."""
    drafts: list[DraftClaim] = []
    for sentence in read_text(text)[:_MAX_SENTENCES]:
        if sentence.open or sentence.text == claim.text:
            continue
        known = tuple(prompt.sentences[m] for m in sentence.markers if m in prompt.sentences)
        unknown = [f"[{p}.{n}]" for p, n in sentence.markers if (p, n) not in prompt.sentences]
        cited = known or (() if unknown else claim.cited)
        drafts.append(DraftClaim(text=sentence.text, cited=cited, unknown=(*sentence.malformed, *unknown)))
    return tuple(drafts)
