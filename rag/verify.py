"""The gate: whether a claim may stand, with the reasons. Pure; nothing passes unread.

First cut, deliberately narrow: markers must name sentences that were shown, numbers must stand
in the sentences cited, and the claim must share words with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer import Verdict
from rag.compose import Draft
from store.display import plain_text
from store.lexical import analyzer

_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<scale>\s?(?:[kKMB]\b|thousand\b|million\b|billion\b))?"
)
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}
_NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_IN_WORDS = {word: float(value) for value, word in enumerate(_NUMBER_WORDS)}
_SHARED_WORDS = 0.2


@dataclass(frozen=True)
class Ruling:
    """What the gate says of one draft."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


def rule(draft: Draft) -> Ruling:
    """The gate's verdict on a draft; only `supported` may reach the reader as an answer."""
    if draft.unknown:
        return Ruling("uncited", (f"cites {', '.join(draft.unknown)}, which was not shown",))
    if not draft.cited:
        return Ruling("uncited", ("cites nothing",))
    said = " ".join(plain_text(citation.quote) for citation in draft.cited)
    if draft.quoted:
        if draft.text == " ".join(c.quote for c in draft.cited):
            return Ruling("supported")
        return Ruling("contradicted", ("is not the words that it quotes",))
    # A title may be named in the claim and is as much the paper's own word as its abstract.
    titles = " ".join({citation.paper.display_title for citation in draft.cited})
    claim = plain_text(draft.text)
    if alien := sorted(numbers(claim) - numbers(f"{said} {titles}", words=True)):
        listed = ", ".join(f"{n:g}" for n in alien)
        return Ruling("contradicted", (f"the sentences cited don't have the number {listed}",))
    terms = set(analyzer().analyze(claim))
    known = set(analyzer().analyze(f"{said} {titles}"))
    if len(terms & known) < _SHARED_WORDS * len(terms):
        return Ruling("weak", ("shares too few words with the sentences cited",))
    return Ruling("supported")


def numbers(text: str, *, words: bool = False) -> set[float]:
    """Values of the numbers in `text`: "300K" is 300000; with `words`, "three" is 3 as well.

    Digits inside a name ("GPT-4", "Llama3") are no numbers.
    """
    found = set()
    for match in _NUMBER.finditer(text):
        if re.search(r"[A-Za-z]-$", text[: match.start()][-2:]):
            continue
        value = float(match["digits"].replace(",", "").rstrip("."))
        found.add(value * _SCALE.get((match["scale"] or "").strip().lower(), 1))
    if words:
        found |= {v for w, v in _IN_WORDS.items() if re.search(rf"\b{w}\b", text, re.IGNORECASE)}
    return found
