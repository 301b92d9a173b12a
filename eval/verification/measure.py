"""How well hard checks, cautions and a judge separate false claims from true ones, by kind of falsehood."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from footnote.eval.verification import Pair
from footnote.eval.verification.guessing import Guesses, guesses
from footnote.rag.answer import Citation, DraftClaim
from footnote.rag.verification.verify import Ruling, check, check_citations, rule
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.papers import Paper, title_key
from footnote.store.progress import Progress
from footnote.store.readers import find_files, read_file

Accepts = Callable[[str, Sequence[str]], bool]
"""A claim and its evidence → whether a judge lets it stand. Asked only of what the hard checks let pass."""
LEFT_OUT: Final = frozenset({"hedge"})
"""Kinds that are shown and not counted overall: whether they are false is a matter of taste."""
TRUE: Final = "true claims"
ALL: Final = "all false claims"
_Z = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """`hits` of `n` (at least one), and the 95 % interval of the share."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0 … 1."""
        return self.hits / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval (Wilson 1927)."""
        square = _Z * _Z
        middle = (self.hits + square / 2) / (self.n + square)
        half = _Z * math.sqrt(self.hits * (self.n - self.hits) / self.n + square / 4) / (self.n + square)
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_json(self) -> dict[str, float | int]:
        """The share with its interval and counts."""
        low, high = self.interval
        return {"value": self.value, "low": low, "high": high, "hits": self.hits, "n": self.n}


@dataclass(frozen=True)
class Ruled:
    """A pair and the ruling on it. accepted: what the judge found, None where it wasn't asked."""

    pair: Pair
    ruling: Ruling
    accepted: bool | None = None

    @property
    def refused(self) -> bool:
        """Whether the hard checks or the judge refuse the claim."""
        return not self.ruling.passes or self.accepted is False

    @property
    def mistaken(self) -> bool:
        """A true claim refused, or a false one that passes without a caution or the judge's no."""
        return self.refused if self.pair.supported else not (self.refused or self.ruling.cautions)


@dataclass(frozen=True)
class KindRow:
    """Of the claims of one kind: those that the hard checks refuse, those that pass with a caution, and those
    refused by hard checks or judge (None without a judge).
    """

    kind: str
    refused: Share
    cautioned: Share
    with_judge: Share | None


@dataclass(frozen=True)
class SetRecord:
    """The measure of one set. dataset_hash: SHA-256 of its pairs. ms_a_pair: without the judge's time."""

    name: str
    dataset_hash: str
    kinds: tuple[KindRow, ...]
    cautions: dict[str, tuple[int, int]]
    """Kind of caution → true and false claims that it speaks against."""
    guesses: Guesses
    mistakes: tuple[Ruled, ...]
    ms_a_pair: float


def measure(
    name: str, pairs: Sequence[Pair], judge: Accepts | None = None, progress: Progress | None = None
) -> SetRecord:
    """Rules on all pairs of a set, of which there is at least one."""
    ruled: list[Ruled] = []
    took = 0.0
    for pair in pairs:
        begun = time.perf_counter()
        ruling = rule_on(pair)
        took += time.perf_counter() - begun
        ask = judge is not None and ruling.passes
        ruled.append(Ruled(pair, ruling, judge(pair.claim, pair.evidence) if judge and ask else None))
        if progress:
            progress(len(ruled), len(pairs))
    digest = hashlib.sha256("\n".join(pair.model_dump_json() for pair in pairs).encode())
    return SetRecord(
        name=name,
        dataset_hash=digest.hexdigest(),
        kinds=tuple(_kinds(ruled, judged=judge is not None)),
        cautions=_cautions(ruled),
        guesses=guesses(pairs),
        mistakes=tuple(one for one in ruled if one.mistaken),
        ms_a_pair=1000 * took / len(pairs),
    )


def rule_on(pair: Pair) -> Ruling:
    """The ruling on a pair: as on an answer's claim where its sentences are of the papers that ship."""
    if pair.unknown:
        paper = Paper(id=pair.id, title=" / ".join(pair.titles) or "–", abstract="\n".join(pair.evidence))
        cited = (Citation.of(paper, 0, len(paper.abstract)),) if paper.abstract else ()
        return rule(DraftClaim(text=pair.claim, cited=cited, unknown=pair.unknown))
    found = [_in_shipped_papers(sentence) for sentence in pair.evidence]
    shipped = [citation for citation in found if citation]
    if shipped and len(shipped) == len(found):
        return check_citations(pair.claim, shipped)
    return check(pair.claim, pair.evidence, titles=pair.titles)


@cache
def _shipped_papers() -> tuple[Paper, ...]:
    found: dict[str, Paper] = {}
    for file in find_files([SAMPLE_CORPUS]):
        for listing in read_file(file).listings:
            key = title_key(listing.title)
            paper = Paper(id=key, title=listing.title, abstract=listing.abstract, authors=listing.authors)
            found.setdefault(key, paper)
    return tuple(found.values())


def _in_shipped_papers(sentence: str) -> Citation | None:
    for paper in _shipped_papers():
        if (at := paper.abstract.find(sentence)) >= 0:
            return Citation.of(paper, at, at + len(sentence))
    return None


def _kinds(ruled: Sequence[Ruled], *, judged: bool) -> Iterator[KindRow]:
    """The true claims, the false ones of each kind in the order of the set, and all false ones."""
    counted = [one for one in ruled if one.pair.kind not in LEFT_OUT]
    true = [one for one in counted if one.pair.supported]
    false = [one for one in ruled if not one.pair.supported]
    groups = {TRUE: true}
    for one in false:
        groups.setdefault(one.pair.kind, []).append(one)
    groups[ALL] = [one for one in counted if not one.pair.supported]
    for kind, some in groups.items():
        if some:
            n = len(some)
            yield KindRow(
                kind,
                refused=Share(sum(not one.ruling.passes for one in some), n),
                cautioned=Share(sum(one.ruling.passes and bool(one.ruling.cautions) for one in some), n),
                with_judge=Share(sum(one.refused for one in some), n) if judged else None,
            )


def _cautions(ruled: Iterable[Ruled]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for one in ruled:
        for kind in {caution.kind for caution in one.ruling.cautions}:
            true, false = found.get(kind, (0, 0))
            found[kind] = (true + one.pair.supported, false + (not one.pair.supported))
    return found
