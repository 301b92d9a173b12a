"""The gate: whether a claim may stand, with the reasons. Pure; nothing passes unread.

A claim must agree with its sentences in numbers, names, denials and directions, and be near
enough to them in words and meaning. Each check has a module of its own; `CHECKS` lists them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from footnote.rag.answer import Citation, DraftClaim, PairVerdict, Verdict
from footnote.rag.verification.checks import CHECKS
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import CitedSentence, ClaimText, EvidenceText, States

NOT_CHECKED = "similarity can't be checked in this language: only numbers and names were"


@dataclass(frozen=True)
class Ruling:
    """The gate's verdict on a claim.

    findings: why, in the order of the checks. pairs: the verdicts on the claim against each of its
    sentences alone, in their order.
    """

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    pairs: tuple[PairVerdict, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """The findings in words, each once: for readers, and for a model that is to repair the claim."""
        return tuple(dict.fromkeys(finding.text for finding in self.findings))

    @property
    def passes(self) -> bool:
        """Whether the checks let the claim stand."""
        return self.verdict == "supported"

    @property
    def readable(self) -> bool:
        """Whether the checks can read the claim's language; False: little more than numbers was compared."""
        return all(finding.kind != "language" for finding in self.findings)

    @property
    def cautions(self) -> tuple[Finding, ...]:
        """What a reader should look at in a claim that stands."""
        return ()


def rule(draft: DraftClaim, states: States | None = None) -> Ruling:
    """The gate's verdict on a draft; only `supported` may reach the reader as an answer.

    states: as in `check`.
    """
    if draft.unknown:
        return _uncited(f"cites {', '.join(draft.unknown)}, which was not shown")
    if not draft.cited:
        return _uncited("cites nothing")
    if draft.quoted:
        if draft.text == " ".join(c.quote for c in draft.cited):
            return Ruling("supported", pairs=tuple(PairVerdict(verdict="supported") for _ in draft.cited))
        return Ruling("contradicted", (Finding("quote", "is not the words that it quotes"),))
    return check_citations(draft.text, draft.cited, states)


def check_citations(claim: str, cited: Sequence[Citation], states: States | None = None) -> Ruling:
    """The gate's verdict on a claim against the sentences that it cites, of known papers; as `check`."""
    sentences = [CitedSentence(citation.quote, citation.paper.display_title) for citation in cited]
    return _check(claim, sentences, tuple(dict.fromkeys(sentence.title for sentence in sentences)), states)


def check(
    claim: str, evidence: Sequence[str], *, titles: Sequence[str] = (), states: States | None = None
) -> Ruling:
    """The gate's verdict on a claim against all its sentences together, and against each alone.

    titles: of the papers that the sentences are from; what they name, the claim may name. states:
    of an embedder, which show how near texts are in meaning; without them, words alone count.
    Equal arguments give equal rulings; time is linear in the evidence, of which 20,000 characters
    are read.
    """
    return _check(claim, [CitedSentence(sentence) for sentence in evidence], tuple(titles), states)


def _check(
    claim: str, cited: Sequence[CitedSentence], titles: tuple[str, ...], states: States | None
) -> Ruling:
    if not cited:
        return _uncited("cites nothing")
    states = states and cache(states)  # a sentence is read alone and with the others
    text = ClaimText.of(claim, titles)
    overall = _ruling(text, EvidenceText(tuple(cited), titles, states))
    if len(cited) == 1:
        return replace(overall, pairs=(PairVerdict(verdict=overall.verdict, reasons=overall.reasons),))
    alone = (_ruling(text, EvidenceText((sentence,), titles, states)) for sentence in cited)
    return replace(overall, pairs=tuple(PairVerdict(verdict=r.verdict, reasons=r.reasons) for r in alone))


def _ruling(claim: ClaimText, evidence: EvidenceText) -> Ruling:
    found: list[Finding] = []
    for check in CHECKS:
        if claim.foreign and not check.any_language:
            continue
        if check.contradicts:
            found += check.find(claim, evidence)
        elif found:
            break
        elif weak := check.find(claim, evidence):
            return Ruling("weak", tuple(weak))
    if found:
        return Ruling("contradicted", tuple(dict.fromkeys(found)))
    return Ruling("supported", (Finding("language", NOT_CHECKED),) if claim.foreign else ())


def _uncited(text: str) -> Ruling:
    return Ruling("uncited", (Finding("citation", text),))
