"""The hard checks of a claim, and what else speaks against it. Pure; nothing passes unread.

A hard check refuses a claim, and is to be right when it does: citation ids, quotes, orders, numbers with
their units, names. Everything less certain is a caution: for a judge, and for the reader where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from footnote.rag.answer import Citation, DraftClaim, PairVerdict, Verdict
from footnote.rag.verification.cautions import cautions, unrelated
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.names import absent_names
from footnote.rag.verification.numbers import absent_numbers
from footnote.rag.verification.pairings import mispaired_numbers
from footnote.rag.verification.planted import supports_nothing
from footnote.rag.verification.texts import (
    MAX_CLAIM_CHARS,
    CitedPaper,
    CitedSentence,
    ClaimText,
    EvidenceText,
)
from footnote.store.papers import Paper

_SURE = 4.0
"""Odds from which a claim is refused as planted: a model writes claims, and true ones mustn't be refused."""
NOT_CHECKED = "the meaning can't be checked in this language: only numbers and names were"


@dataclass(frozen=True)
class Ruling:
    """What the checks found in a claim.

    findings: of the hard checks; any refuses the claim. cautions: what else speaks against it. readable:
    whether claim and evidence are in the language that the checks read. pairs: the verdicts on the claim
    against each of its sentences alone, in their order.
    """

    findings: tuple[Finding, ...] = ()
    cautions: tuple[Finding, ...] = ()
    readable: bool = True
    pairs: tuple[PairVerdict, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether no hard check refuses the claim."""
        return not self.findings

    @property
    def verdict(self) -> Verdict:
        """The ruling as a verdict of an answer's claim."""
        if self.passes:
            return "supported"
        return "uncited" if any(finding.kind == "citation" for finding in self.findings) else "contradicted"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the claim is refused, or what speaks against one that isn't; each once, for readers."""
        return tuple(dict.fromkeys(finding.text for finding in self.findings or self.cautions))


def rule(draft: DraftClaim) -> Ruling:
    """The ruling on a draft: its markers and quotes, then as `check_citations`."""
    if draft.unknown:
        return _uncited(f"cites {', '.join(draft.unknown)}, which was not shown")
    if not draft.cited:
        return _uncited("cites nothing")
    if draft.quoted:
        if draft.text == " ".join(c.quote for c in draft.cited):
            return Ruling(pairs=tuple(PairVerdict(verdict="supported") for _ in draft.cited))
        return Ruling((Finding("quote", "is not the words that it quotes"),))
    return check_citations(draft.text, draft.cited)


def check_citations(claim: str, cited: Sequence[Citation]) -> Ruling:
    """The ruling on a claim against the sentences that it cites, of known papers; as `check`."""
    sentences = [CitedSentence(citation.quote, citation.paper.display_title) for citation in cited]
    papers = {citation.paper.display_title: _as_cited(citation.paper) for citation in cited}
    return _check(claim, sentences, tuple(papers.values()))


def _as_cited(paper: Paper) -> CitedPaper:
    byline = " | ".join([*paper.authors, str(paper.year or "")])
    return CitedPaper(paper.display_title, paper.abstract, byline)


def check(claim: str, evidence: Sequence[str], *, titles: Sequence[str] = ()) -> Ruling:
    """The ruling on a claim against all its sentences together, and against each alone.

    titles: of the papers that the sentences are from; what they name, the claim may name. Equal arguments
    give equal rulings; time is linear in the evidence, of which 20,000 characters are read.
    """
    return _check(claim, [CitedSentence(sentence) for sentence in evidence], tuple(map(CitedPaper, titles)))


def _check(claim: str, cited: Sequence[CitedSentence], papers: tuple[CitedPaper, ...]) -> Ruling:
    if not cited:
        return _uncited("cites nothing")
    text = ClaimText.of(claim, (paper.title for paper in papers))
    overall = _ruling(text, EvidenceText(tuple(cited), papers))
    each = [overall] if len(cited) == 1 else [_ruling(text, EvidenceText((one,), papers)) for one in cited]
    return replace(overall, pairs=tuple(PairVerdict(verdict=r.verdict, reasons=r.reasons) for r in each))


def _ruling(claim: ClaimText, evidence: EvidenceText) -> Ruling:
    readable = not (claim.foreign or evidence.foreign)
    if refused := _unusable(claim, evidence):
        return Ruling((refused,), readable=readable)
    found = [*absent_numbers(claim, evidence), *absent_names(claim, evidence)]
    if readable:
        if unrelated(claim, evidence):
            found.append(Finding("unrelated", "has no word in common with the sentences cited"))
        found += mispaired_numbers(claim, evidence)
    other = cautions(claim, evidence) if readable else [Finding("language", NOT_CHECKED)]
    return Ruling(tuple(dict.fromkeys(found)), tuple(other), readable)


def _unusable(claim: ClaimText, evidence: EvidenceText) -> Finding | None:
    """Why a claim can't be checked at all: too long, without a word, or planted, or all that it cites is."""
    if len(claim.raw) > MAX_CLAIM_CHARS:
        limit = f"is longer than the {MAX_CLAIM_CHARS:,} characters that can be checked"
        return Finding("unreadable", limit)
    if not any(word.text[0].isalnum() for word in claim.tokens.words):
        return Finding("unreadable", "says nothing that can be checked")
    if not evidence.honest:
        return Finding("instruction", "cites only orders to the reader or claims about the evidence")
    if supports_nothing(claim.raw, above=_SURE):
        return Finding("instruction", "is an order to the reader or a claim about the evidence")
    return None


def _uncited(text: str) -> Ruling:
    return Ruling((Finding("citation", text),))
