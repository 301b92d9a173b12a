"""Requirements, what is needed or not: "cannot do without labels" against "does not require labels"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footnote.rag.language.negation import PLAIN_DENIALS
from footnote.rag.language.tokens import TokenizedText, Word, parts
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_NEEDS = frozenset(
    "require requires required requiring need needs needed needing necessitate necessitates "
    "necessitating demands unless".split()
)
_NEEDLESS = frozenset(
    "without eliminates eliminating eliminate obviates obviating obviate bypasses bypassing".split()
)
_SPARING = frozenset("minimal minimum little less fewer few limited lower reduced".split())
"""Words that make a requirement partial, which is compared with nothing: "requires minimal tuning"."""
_TAKE_AWAY = frozenset(
    "removes removing remove removed reduces reducing reduce reduced eliminates eliminating eliminate "
    "eliminated avoids avoiding avoid avoided obviates obviating obviate lessens lessening".split()
)
_BY = frozenset("is are was were be been".split())
_LOOK_BACK, _OBJECT = 4, 3
"""Words before a need in which it can be denied, and words of content that it is of."""
_MOST = 16


class Requirement(NamedTuple):
    """sign: +1 needed, -1 not. of: stems of what."""

    sign: int
    word: str
    of: frozenset[str]


def requirements(tokens: TokenizedText) -> list[Requirement]:
    """What a text says is needed, or not; at most 16."""
    found = []
    for each in _requirements(tokens.words):
        if each.of:
            found.append(each)
        if len(found) == _MOST:
            break
    return found


def _requirements(words: Sequence[Word]) -> Iterator[Requirement]:
    for n, word in enumerate(words):
        before = [w for w in words[max(0, n - _LOOK_BACK) : n] if w.clause == word.clause]
        denied = any(w.lower in PLAIN_DENIALS or w.lower.endswith("n't") for w in before)
        denied |= any(w.lower in _TAKE_AWAY for w in before) and word.lower in ("need", "needs")
        denied ^= n + 1 < len(words) and words[n + 1].lower in ("no", "neither")
        if any(w.lower in _SPARING for w in words[n + 1 : n + 4]):
            continue
        if word.lower in _NEEDS:
            passive = bool(before) and before[-1].lower in _BY and word.lower in ("required", "needed")
            if word.lower == "unless":
                yield Requirement(1, word.text, _object(words, n + 1, most=2 * _OBJECT))
            elif not passive:
                yield Requirement(-1 if denied else 1, word.text, _object(words, n))
        elif word.lower in _NEEDLESS:
            yield Requirement(1 if denied else -1, word.text, _object(words, n))


def _object(words: Sequence[Word], n: int, *, most: int = _OBJECT) -> frozenset[str]:
    """Stems of the first words of content after `n`, in its clause."""
    found: set[str] = set()
    count = 0
    clause = words[n].clause if n < len(words) else 0
    for word in words[n + 1 : n + 1 + 3 * most]:
        if word.clause != clause or (found and word.lower in ("and", "to", "for", "while", "as")):
            break
        if word.stem:
            found.update(parts(word.lower))
            count += 1
        if count == most:
            break
    return frozenset(found)


def requirement_clashes(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Something that the claim needs and its nearest sentences do without, or the reverse; at most one."""
    theirs = requirements(evidence.nearest(claim).tokens)
    for ours in requirements(claim.tokens):
        same = [other for other in theirs if _of_one_thing(ours.of, other.of)]
        if same and all(other.sign != ours.sign for other in same):
            text = f"says “{ours.word}” of what the source says “{same[0].word}”"
            return [Finding("requirement", text)]
    return []


def _of_one_thing(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= min(len(one), len(other)) and bool(one & other)
