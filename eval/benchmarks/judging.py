"""The prompt tokens that judging an answer takes: where all claims follow, and where one is reworded.

Nothing is sent anywhere. An answer has six claims: of the true ones of the sets that ship
(`eval.verification`), the nearest to its question. The papers shown are the eight found and those cited.
Tokens are the embedder's, so that figures are the same everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from footnote.eval.verification import SHIPPED, Pair, read_pairs
from footnote.rag.answer import Citation, DraftClaim, Judgement
from footnote.rag.composing.draft_answer import CheckedClaim
from footnote.rag.composing.second_reading import SecondReader
from footnote.rag.llm.deadline import Deadline
from footnote.rag.retrieval.retrieve import retrieve
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.verification.judge_prompt import ClaimToJudge, judge_prompt
from footnote.rag.verification.judges import Judged, JudgedClaim
from footnote.rag.verification.verify import rule
from footnote.store.library import Library
from footnote.store.progress import Progress

_PAPERS, _CLAIMS, _CANDIDATES = 8, 6, 100
_BUDGET = 100_000


@dataclass(frozen=True)
class JudgingTokens:
    """Prompt tokens for one answer. reworded: of both calls, where one claim is reworded."""

    question: str
    plain: int
    reworded: int


@dataclass
class _CountingJudge:
    """Counts the tokens of its prompts, and rewords the first claim where `rewords`."""

    count: Callable[[str], int]
    rewords: bool
    name: str = "counting"
    tokens: list[int] = field(default_factory=list)

    async def judge(
        self,
        question: str,
        claims: Sequence[ClaimToJudge],
        *,
        deadline: Deadline | None = None,
        reword: bool = True,
    ) -> Judged:
        prompt = judge_prompt(question, claims, budget=_BUDGET, count=self.count, reword=reword)
        self.tokens.append(prompt.tokens)
        found = {n: JudgedClaim(Judgement(model=self.name, follows=True)) for n in range(len(claims))}
        if reword and self.rewords:
            draft = DraftClaim(text=claims[0].text.rstrip("."), cited=claims[0].cited)
            found[0] = JudgedClaim(Judgement(model=self.name, follows=False), rewordings=(draft,))
        return Judged(found)


def judging_tokens(
    questions: Sequence[str], library: Library, count: Callable[[str], int], progress: Progress | None = None
) -> list[JudgingTokens]:
    """The tokens for an answer to each question. count: counts them. progress: called with (done, all)."""
    pairs = [pair for file in SHIPPED.values() for pair in read_pairs(file) if pair.supported]
    vectors = library.embedder.embed([pair.claim for pair in pairs])
    found: list[JudgingTokens] = []
    for question in questions:
        retrieval = retrieve(library, question, papers=_PAPERS, candidates=_CANDIDATES)
        shown = {paper.paper.id: paper for paper in retrieval.evidence}
        claims: list[CheckedClaim] = []
        for place in (-(vectors @ retrieval.vector)).argsort():
            cited = _cited(pairs[place], library, shown) if len(claims) < _CLAIMS else ()
            if cited:
                claims.append(_checked(DraftClaim(text=pairs[place].claim, cited=cited)))
        plain, reworded = (
            _tokens(question, claims, list(shown.values()), library, _CountingJudge(count, rewords))
            for rewords in (False, True)
        )
        found.append(JudgingTokens(question, plain, reworded))
        if progress:
            progress(len(found), len(questions))
    return found


def _cited(pair: Pair, library: Library, shown: dict[str, RetrievedPaper]) -> tuple[Citation, ...]:
    """The evidence of a pair as citations of the library's papers, which are added to those shown.

    () where a sentence is of no paper of the library.
    """
    cited: list[Citation] = []
    for sentence in pair.evidence:
        near = retrieve(library, sentence, papers=3, candidates=_CANDIDATES).evidence
        paper = next((each for each in near if sentence in each.paper.abstract), None)
        if paper is None:
            return ()
        at = paper.paper.abstract.index(sentence)
        cited.append(Citation.of(paper.paper, at, at + len(sentence)))
        shown.setdefault(paper.paper.id, paper)
    return tuple(cited)


def _checked(draft: DraftClaim) -> CheckedClaim:
    return CheckedClaim(draft, rule(draft))


def _tokens(
    question: str,
    claims: Sequence[CheckedClaim],
    shown: Sequence[RetrievedPaper],
    library: Library,
    judge: _CountingJudge,
) -> int:
    reader = SecondReader(judge, question, shown, library.embedder.embed, _checked)
    asyncio.run(reader.read(claims))
    return sum(judge.tokens)
