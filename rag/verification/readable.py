"""Whether a claim can be checked at all, and isn't an order to its reader."""

from __future__ import annotations

from footnote.rag.verification.findings import Finding
from footnote.rag.verification.instructions import is_instruction
from footnote.rag.verification.texts import MAX_CLAIM_CHARS, ClaimText, EvidenceText


def unreadable(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """The claim is too long, or has no word."""
    if len(claim.raw) > MAX_CLAIM_CHARS:
        limit = f"is longer than the {MAX_CLAIM_CHARS:,} characters that can be checked"
        return [Finding("unreadable", limit)]
    if not any(word.text[0].isalnum() for word in claim.tokens.words):
        return [Finding("unreadable", "says nothing that can be checked")]
    return []


def instructions(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """All sentences cited are orders to their reader, or the claim is one."""
    if not evidence.honest:
        text = "the sentences cited are orders to their reader, which support nothing"
        return [Finding("instruction", text)]
    if is_instruction(claim.raw):
        text = "is an order to the reader, not something that a paper says"
        return [Finding("instruction", text)]
    return []
