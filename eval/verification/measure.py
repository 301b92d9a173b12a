"""How well `rag.verification.verify` separates false claims from true ones, by kind of corruption."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from footnote.eval.verification import Pair
from footnote.rag.answer import Citation, DraftClaim, Verdict
from footnote.rag.verification.texts import States
from footnote.rag.verification.verify import Ruling, check, rule
from footnote.store.papers import Paper

Progress = Callable[[int, int], None]
"""Called with (pairs ruled on, pairs in all)."""
LEFT_OUT: Final = frozenset({"hedge"})
"""Kinds that are shown and not counted overall: whether they are false is a matter of taste."""
_Z = 1.959963984540054
_ALL = "all"


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
    """A pair and the verdict of the gate."""

    pair: Pair
    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether the gate doesn't let the claim stand."""
        return self.verdict != "supported"

    @property
    def mistaken(self) -> bool:
        """A false claim let through, or a true one refused."""
        return self.refused == self.pair.supported


@dataclass(frozen=True)
class KindRow:
    """Of one kind and origin ("all": of any), how many claims were refused.

    Of true ones the fewer the better, of false ones the more.
    """

    kind: str
    origin: str
    supported: bool
    refused: Share


@dataclass(frozen=True)
class Overall:
    """Of the claims of one origin or of all: how refusing does.

    precision: of the refused claims, those that are false. recall: of the false claims, those that
    are refused. false_refusals: of the true claims, those that are refused. None: there are none.
    """

    origin: str
    precision: Share | None
    recall: Share | None
    false_refusals: Share | None


@dataclass(frozen=True)
class GateRecord:
    """What `footnote eval gate` reports. ms_a_pair: the mean, embedding included."""

    sets: tuple[str, ...]
    dataset_hash: str
    kinds: tuple[KindRow, ...]
    overall: tuple[Overall, ...]
    mistakes: tuple[Ruled, ...]
    ms_a_pair: float


def measure(
    sets: Sequence[tuple[str, Sequence[Pair]]], states: States, progress: Progress | None = None
) -> GateRecord:
    """Rules on all pairs of the named sets, of which there is at least one."""
    pairs = [pair for _, some in sets for pair in some]
    states(pairs[0].claim)  # loads the model, which is no pair's time
    begun = time.perf_counter()
    ruled: list[Ruled] = []
    for pair in pairs:
        ruling = rule_on(pair, states)
        ruled.append(Ruled(pair, ruling.verdict, tuple(ruling.reasons)))
        if progress:
            progress(len(ruled), len(pairs))
    took = time.perf_counter() - begun
    digest = hashlib.sha256("\n".join(pair.model_dump_json() for pair in pairs).encode())
    return GateRecord(
        sets=tuple(name for name, _ in sets),
        dataset_hash=digest.hexdigest(),
        kinds=tuple(_kinds(ruled)),
        overall=tuple(_overall(ruled)),
        mistakes=tuple(one for one in ruled if one.mistaken),
        ms_a_pair=1000 * took / len(pairs),
    )


def rule_on(pair: Pair, states: States) -> Ruling:
    """What the gate says of a pair. One with unknown markers goes as a draft, as a composer's would."""
    if not pair.unknown:
        return check(pair.claim, pair.evidence, titles=pair.titles, states=states)
    paper = Paper(id=pair.id, title=" / ".join(pair.titles) or "–", abstract="\n".join(pair.evidence))
    cited: list[Citation] = []
    at = 0
    for sentence in pair.evidence:
        cited.append(Citation.of(paper, at, at + len(sentence)))
        at += len(sentence) + 1
    return rule(DraftClaim(text=pair.claim, cited=tuple(cited), unknown=pair.unknown), states)


def _kinds(ruled: Sequence[Ruled]) -> Iterator[KindRow]:
    """True kinds first, in the order in which they come in the sets; each by origin, then as a whole."""
    kinds = dict.fromkeys((one.pair.supported, one.pair.kind) for one in ruled)
    for supported, kind in sorted(kinds, key=lambda kind: not kind[0]):
        alike = [one for one in ruled if (one.pair.supported, one.pair.kind) == (supported, kind)]
        for origin, some in _by_origin(alike):
            yield KindRow(kind, origin, supported, Share(_refused(some), len(some)))


def _by_origin(ruled: Sequence[Ruled]) -> Iterator[tuple[str, Sequence[Ruled]]]:
    """Those of each origin, and where there are several, all of them."""
    origins = sorted({one.pair.origin for one in ruled})
    for origin in origins:
        yield origin, [one for one in ruled if one.pair.origin == origin]
    if len(origins) > 1:
        yield _ALL, ruled


def _overall(ruled: Sequence[Ruled]) -> Iterator[Overall]:
    counted = [one for one in ruled if one.pair.kind not in LEFT_OUT]
    for origin, some in _by_origin(counted):
        false = [one for one in some if not one.pair.supported]
        true = [one for one in some if one.pair.supported]
        yield Overall(
            origin,
            precision=_share(_refused(false), _refused(some)),
            recall=_share(_refused(false), len(false)),
            false_refusals=_share(_refused(true), len(true)),
        )


def _refused(ruled: Iterable[Ruled]) -> int:
    return sum(one.refused for one in ruled)


def _share(hits: int, n: int) -> Share | None:
    return Share(hits, n) if n else None
