"""Makes the pairs of origin `rule` from the papers that ship: `python -m footnote.eval.verification.build`.

It rewrites the two files that ship: pairs written by hand stay as they are, those made by rule are
made again. The same papers and seed give the same pairs on every machine.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final

from footnote.eval.runs.files import write_atomically
from footnote.eval.verification import SHIPPED, Pair, Split, read_pairs
from footnote.eval.verification.corruptions import (
    negated,
    own_names,
    redirected,
    swapped_numbers,
    swapped_sides,
    wrong_name,
    wrong_number,
    wrong_unit,
)
from footnote.eval.verification.lexicon import ABSENT
from footnote.eval.verification.sources import SourceSentence, WordSimilarity, shipped_papers
from footnote.eval.verification.truths import bare, framed, reordered, respelled, reworded, third_person

SEED: Final = 4
COUNTS: Final = {
    "verbatim": 20, "order": 20, "synonym": 30, "number_form": 25, "frame": 30, "extra_sentence": 25,
    "number": 45, "unit": 10, "name": 45, "negation": 40, "direction": 40, "wrong_sentence": 30, "absent": 35,
    "wrong_id": 15, "attachment": 25, "roles": 15,
}  # fmt: skip
"""Pairs of each kind in a half, or as many as its papers give: at most one of a kind from a paper."""
TRUE_KINDS: Final = ("verbatim", "order", "synonym", "number_form", "frame", "extra_sentence")
_SPECIFIC = re.compile(r"\b(?:we (?:find|show|introduce|propose)|show that|results|experiments|outperform)")
_TOO_NEAR, _REPEATED = 0.6, 0.4


@dataclass(frozen=True)
class _Half:
    """The papers of one half, and what is known of them all."""

    split: Split
    papers: Sequence[tuple[SourceSentence, ...]]

    @cached_property
    def similarity(self) -> WordSimilarity:
        return WordSimilarity([source for paper in self.papers for source in paper])

    @cached_property
    def own(self) -> dict[str, str]:
        """The name of a paper's own system, by title, where it has one."""
        names = own_names([source.plain for source in paper] + [paper[0].title] for paper in self.papers)
        return {paper[0].title: name for paper, name in zip(self.papers, names, strict=True) if name}


def build(split: Split, *, seed: int = SEED) -> list[Pair]:
    """The rule-made pairs of a half, by kind."""
    half = _Half(split, shipped_papers(split))
    pairs: list[Pair] = []
    for kind, count in COUNTS.items():
        made = _made(half, kind, Random(f"{seed} {split} {kind}"))
        for number, pair in zip(range(1, count + 1), made, strict=False):
            pairs.append(pair.model_copy(update={"id": f"{split}-rule-{kind}-{number}"}))
    return pairs


def _made(half: _Half, kind: str, random: Random) -> Iterator[Pair]:
    """One pair of the kind from each paper, in random order, while there are papers that give one."""
    for place in random.sample(range(len(half.papers)), len(half.papers)):
        paper = half.papers[place]
        for source in random.sample(paper, len(paper)):
            if (pair := _pair(half, kind, source, paper, random)) is not None:
                yield pair
                break


def _pair(
    half: _Half, kind: str, source: SourceSentence, paper: Sequence[SourceSentence], random: Random
) -> Pair | None:
    plain, title = source.plain, source.title
    evidence: tuple[str, ...] = (source.text,)
    unknown: tuple[str, ...] = ()
    claim: str | None = third_person(bare(plain))
    if kind == "wrong_sentence":
        if (near := _nearest(half, source)) is None:
            return None
        evidence, title = (near.text,), near.title
    elif kind == "absent":
        claim, evidence = _absent(half, source, paper, random)
    elif kind == "extra_sentence":
        claim = framed(plain, title, random)
        other = random.choice([one for one in paper if one is not source])
        evidence = tuple(random.sample((source.text, other.text), 2))
    elif kind == "wrong_id":
        unknown = (f"{random.randint(1, 9)}.{random.randint(30, 99)}",)
        evidence = evidence if random.random() < 0.6 else ()
    else:
        claim = _changed(half, kind, source, random)
    if claim is None:
        return None
    return Pair(
        id=kind, kind=kind, origin="rule", claim=claim, evidence=evidence, titles=(title,), unknown=unknown,
        supported=kind in TRUE_KINDS,
    )  # fmt: skip


def _changed(half: _Half, kind: str, source: SourceSentence, random: Random) -> str | None:
    """The claim of a kind that needs one sentence only."""
    plain = source.plain
    known = f"{plain} {source.title}"
    others = sorted(name for title, name in half.own.items() if title != source.title)
    makers: dict[str, Callable[[], str | None]] = {
        "verbatim": lambda: bare(plain),
        "order": lambda: reordered(plain),
        "synonym": lambda: reworded(plain, random),
        "number_form": lambda: respelled(plain),
        "frame": lambda: framed(plain, source.title, random),
        "number": lambda: wrong_number(plain, random),
        "unit": lambda: wrong_unit(plain, random),
        "name": lambda: wrong_name(plain, known, half.own.get(source.title), others, random),
        "negation": lambda: negated(plain, random),
        "direction": lambda: redirected(plain, random),
        "attachment": lambda: swapped_numbers(plain, random),
        "roles": lambda: swapped_sides(plain),
    }
    claim = makers[kind]()
    if claim is None or kind in TRUE_KINDS:
        return claim
    return third_person(bare(claim))


def _nearest(half: _Half, source: SourceSentence) -> SourceSentence | None:
    """The sentence of another paper that is nearest, but says something else; None for a vague claim."""
    if not _SPECIFIC.search(source.plain) and source.title not in half.own:
        return None
    others = [one for paper in half.papers if paper[0].title != source.title for one in paper]
    near = max(others, key=lambda one: half.similarity.between(source, one))
    return near if half.similarity.between(source, near) < _TOO_NEAR else None


def _absent(
    half: _Half, source: SourceSentence, paper: Sequence[SourceSentence], random: Random
) -> tuple[str | None, tuple[str, ...]]:
    """A claim that its evidence doesn't make: of the abstract's nearest other sentence, or a made-up one."""
    if random.random() < 0.3:
        who = random.choice(("The authors", "They", half.own.get(source.title, "The paper") + "'s authors"))
        return random.choice(ABSENT).format(who=who), (source.text,)
    near = max(
        (one for one in paper if one is not source), key=lambda one: half.similarity.between(source, one)
    )
    repeated = half.similarity.share(source, near)
    return (third_person(bare(source.plain)) if repeated < _REPEATED else None), (near.text,)


def main() -> None:
    """Rewrites the files that ship."""
    for split, path in SHIPPED.items():
        written = [pair for pair in read_pairs(path) if pair.origin == "hand"]
        lines = [pair.model_dump_json(exclude_defaults=True) for pair in [*written, *build(split)]]
        write_atomically(path, "".join(line + "\n" for line in lines))
        sys.stdout.write(f"{path.name}: {len(written)} by hand, {len(lines) - len(written)} by rule\n")


if __name__ == "__main__":
    main()
