"""What the rules find of claims that ship, and of some with the evidence of the next one.

The set that is held out isn't among them: no rule is made to fit it.

`python -m tests.rag.verification.rulings` records it again: after a rule was changed on purpose, and the
difference was read.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from footnote.eval.verification import SHIPPED, read_pairs
from footnote.rag.verification.verify import Ruling, check

RECORDED = Path(__file__).with_name("rulings.json")


def rulings() -> dict[str, list[str]]:
    """By the pair's id: every finding, what passes with a caution, and the verdict of each sentence alone.

    Claims that pass without a caution aren't listed.
    """
    found: dict[str, list[str]] = {}
    for name in ("dev", "independent", "contrast", "sloppy"):
        pairs = read_pairs(SHIPPED[name])
        rounds = [(pair.id, pair, pair) for pair in pairs]
        if name in ("contrast", "sloppy"):
            rounds += [(f"{pair.id} with {other.id}", pair, other) for pair, other in pairwise(pairs)]
        for ident, claim, evidence in rounds:
            if words := _words(check(claim.claim, evidence.evidence, titles=claim.titles)):
                found[ident] = words
    return found


def _words(ruling: Ruling) -> list[str]:
    alone = " ".join(pair.verdict for pair in ruling.pairs)
    said = [f"{finding.kind}: {finding.text}" for finding in ruling.findings]
    said += [f"caution, {finding.kind}: {finding.text}" for finding in ruling.cautions]
    return [*said, alone] if said or not ruling.readable else []


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(rulings(), indent=0, ensure_ascii=False) + "\n", "utf-8")
