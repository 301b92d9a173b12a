"""The checks of a claim against its evidence, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from footnote.rag.verification.alignment import replaced_words
from footnote.rag.verification.closeness import distant
from footnote.rag.verification.comparisons import comparison_clashes
from footnote.rag.verification.denials import denial_clashes
from footnote.rag.verification.direction import direction_clashes
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.names import absent_names
from footnote.rag.verification.number_alignment import misaligned_numbers
from footnote.rag.verification.numbers import absent_numbers
from footnote.rag.verification.overclaim import overclaims
from footnote.rag.verification.readable import instructions, unreadable
from footnote.rag.verification.requirements import requirement_clashes
from footnote.rag.verification.role_swap import role_swaps
from footnote.rag.verification.texts import ClaimText, EvidenceText


class Check(NamedTuple):
    """One check. find: what it finds against a claim, none where it finds nothing.

    contradicts: whether its findings contradict the claim; those of others make it weak. any_language:
    whether it can be made of a claim that isn't in English.
    """

    find: Callable[[ClaimText, EvidenceText], list[Finding]]
    contradicts: bool = True
    any_language: bool = False


CHECKS = (
    Check(unreadable, contradicts=False, any_language=True),
    Check(instructions, contradicts=False, any_language=True),
    Check(absent_numbers, any_language=True),
    Check(absent_names, any_language=True),
    Check(misaligned_numbers),
    Check(role_swaps),
    Check(denial_clashes),
    Check(replaced_words),
    Check(direction_clashes),
    Check(comparison_clashes),
    Check(requirement_clashes),
    Check(overclaims, contradicts=False),
    Check(distant, contradicts=False),
)
"""All checks that contradict are made, for all reasons; one that makes weak only where nothing was found
before, and it is the last if it finds something.
"""
