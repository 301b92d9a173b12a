"""The prompt that has a chat model judge claims against the sentences that they cite. Pure.

Each sentence stands in it once, under its paper; claims refer to sentences by their markers. The sentence
before is added where a claim has words from there. The papers themselves are not sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from footnote import prompts
from footnote.rag.answer import Citation
from footnote.rag.language.tokens import tokenize
from footnote.rag.llm.chat import FRAMING_TOKENS
from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.sanitize import sanitize
from footnote.store.display import plain_text
from footnote.store.sentences import split_sentences

DROP = "DROP"
"""What a model writes in place of a rewording where nothing of a claim can be kept."""
_MAX_TITLE_CHARS = 100
_MAX_CLAIM_CHARS = 1_000
_MAX_SENTENCE_CHARS = 2_000
_MAX_REASON_CHARS = 200
_REFERS_BACK = re.compile(
    r"\b(?:ours?|this|these|its?|they|their|them|such|former|latter|both|"
    r"the (?:proposed )?(?:\w+ )?(?:methods?|approach(?:es)?|models?|frameworks?|systems?|techniques?|"
    r"algorithms?|benchmarks?|datasets?))\b",
    re.IGNORECASE,
)
"""Words that name something by what was said before: its name stands in the sentence before."""


@dataclass(frozen=True, kw_only=True)
class ClaimToJudge:
    """A claim as a judge gets it.

    refused, doubts: what the hard checks found, in words that don't suggest what to write instead.
    others: sentences of other papers that may contradict it.
    """

    text: str
    cited: tuple[Citation, ...]
    refused: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    others: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JudgePrompt:
    """The two messages and their tokens; the claims that they show are the first `shown`.

    sentences: the sentences of the prompt by their markers.
    """

    system: str
    user: str
    tokens: int
    shown: int
    sentences: Mapping[Marker, Citation]


def judge_prompt(
    question: str,
    claims: Sequence[ClaimToJudge],
    *,
    budget: int,
    count: Callable[[str], int],
    reword: bool = True,
) -> JudgePrompt:
    """The prompt for as many of the claims, from the first on, as `budget` tokens have room for.

    count: counts tokens. reword: whether it asks for a rewording of what doesn't follow; if not, the
    question is left out. No sentence is cut.
    """
    system = (
        prompts.load("judge_system").render(drop=DROP)
        if reword
        else prompts.load("judge_again_system").render()
    )
    shown = len(claims)
    while True:
        user, sentences = _user_message(question if reword else "", claims[:shown])
        tokens = count(system) + count(user) + FRAMING_TOKENS
        if tokens <= budget or not shown:
            return JudgePrompt(system=system, user=user, tokens=tokens, shown=shown, sentences=sentences)
        shown -= 1


def _user_message(question: str, claims: Sequence[ClaimToJudge]) -> tuple[str, dict[Marker, Citation]]:
    sentences = _numbered(claims)
    markers = {_place(citation): marker for marker, citation in sentences.items()}
    user = prompts.load("judge_user").render(
        papers="\n".join(_paper_lines(sentences, claims)),
        question=f"<question>\n{sanitize(question)}\n</question>\n\n" if question else "",
        claims="\n".join(_entry(n, claim, markers) for n, claim in enumerate(claims, start=1)),
        count=str(len(claims)),
    )
    return user, sentences


def _numbered(claims: Sequence[ClaimToJudge]) -> dict[Marker, Citation]:
    """All sentences to show: papers in order of first use, sentences in the order of their abstract."""
    papers: dict[str, dict[int, Citation]] = {}
    for citations in ([c for claim in claims for c in claim.cited], [c for x in claims for c in x.others]):
        for citation in citations:
            papers.setdefault(citation.paper.id, {})[citation.start] = citation
    for claim in claims:
        for before in _context(claim):
            papers[before.paper.id].setdefault(before.start, before)
    return {
        (paper, n): found[start]
        for paper, found in enumerate(papers.values(), start=1)
        for n, start in enumerate(sorted(found), start=1)
    }


def _context(claim: ClaimToJudge) -> Iterable[Citation]:
    """The sentences before those that refer back to them, where the claim has a word from there alone."""
    cited = [_stems(citation.quote) for citation in claim.cited]
    named = _stems(claim.text).difference(*cited)
    for citation in claim.cited:
        if named and _REFERS_BACK.search(citation.quote):
            before = [s for s in split_sentences(citation.paper.abstract) if s.end <= citation.start]
            context = Citation.of(citation.paper, *before[-1]) if before else None
            if context and not named.isdisjoint(_stems(context.quote)):
                yield context


def _stems(text: str) -> frozenset[str]:
    return tokenize(text, _MAX_SENTENCE_CHARS).stems


def _paper_lines(sentences: Mapping[Marker, Citation], claims: Sequence[ClaimToJudge]) -> Iterable[str]:
    """The sentences, those of each paper cited under its title, with its year where a claim has it."""
    cited = {citation.paper.id for claim in claims for citation in claim.cited}
    headed: set[int] = set()
    for (paper, n), citation in sentences.items():
        if paper not in headed and citation.paper.id in cited:
            headed.add(paper)
            year = str(citation.paper.year or "")
            year = f" ({year})" if year and any(year in claim.text for claim in claims) else ""
            yield f"[{paper}] {sanitize(citation.paper.display_title[:_MAX_TITLE_CHARS])}{year}"
        yield f"[{paper}.{n}] {sanitize(plain_text(citation.quote))}"


def _entry(number: int, claim: ClaimToJudge, markers: Mapping[tuple[str, int, int], Marker]) -> str:
    def named(citations: Iterable[Citation]) -> str:
        places = (markers[_place(citation)] for citation in citations)
        return ", ".join(f"{paper}.{n}" for paper, n in dict.fromkeys(places))

    lines = [f"{number}. {sanitize(claim.text[:_MAX_CLAIM_CHARS])}"]
    cites = f"cites: {named(claim.cited) or 'nothing'}"
    lines.append(f"{cites}; compare: {named(claim.others)}" if claim.others else cites)
    for label, texts in (("refused", claim.refused), ("doubt", claim.doubts)):
        if texts:
            lines.append(f"{label}: {'; '.join(sanitize(text[:_MAX_REASON_CHARS]) for text in texts)}")
    return "\n".join(lines)


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.paper.id, citation.start, citation.end
