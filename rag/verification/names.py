"""Names of a claim that its evidence doesn't have."""

from __future__ import annotations

from footnote.rag.language.names import names
from footnote.rag.language.source_names import absent
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_MOST_SHOWN = 5


def absent_names(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Systems, data sets, acronyms and people that no paper cited names, in title, byline or abstract."""
    foreign = claim.foreign or evidence.foreign
    known = evidence.names.abbreviated(claim.tokens, named=True)
    lost = absent(names(claim.tokens, foreign=foreign, known=known), evidence.names)
    text = f"the papers cited don't name {', '.join(lost[:_MOST_SHOWN])}"
    return [Finding("name", text)] if lost else []
