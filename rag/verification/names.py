"""Names of a claim that its evidence doesn't have."""

from __future__ import annotations

from footnote.rag.language.names import names
from footnote.rag.language.source_names import absent
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_MOST_SHOWN = 5


def absent_names(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Systems, data sets, acronyms and people that neither the sentences nor their titles name."""
    known = evidence.names.abbreviated(claim.tokens, named=True)
    lost = absent(names(claim.tokens, foreign=claim.foreign, known=known), evidence.names)
    text = f"the sentences cited don't name {', '.join(lost[:_MOST_SHOWN])}"
    return [Finding("name", text)] if lost else []
