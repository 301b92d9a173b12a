"""The weights with which the gate tells a claim that is near its evidence from one only on its topic.

`python -m footnote.eval.fitting.closeness` prints them. Near: the true development pairs, and the facts
that answer the development questions, each against its evidence. Far: those of the pairs whose
sentence is another, the same facts against sentences that they are not from, and near claims with a
piece of another paper's claim added. Only papers of the
development half are looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.eval.fitting.logistic import cross_validated, fit_logistic
from footnote.eval.questions import SHIPPED as QUESTIONS
from footnote.eval.questions import read_questions
from footnote.eval.verification import SHIPPED as PAIRS
from footnote.eval.verification import read_pairs
from footnote.eval.verification.sources import half_of
from footnote.rag.language.source_names import SourceNames
from footnote.rag.language.tokens import tokenize
from footnote.rag.verification import closeness
from footnote.rag.verification.texts import States
from footnote.store.embedders.minilm import MiniLM
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.papers import title_key
from footnote.store.readers import find_files, read_file
from footnote.store.sentences import split_sentences

ADDED = ("whole", "stretch", "own")
BY_WORDS = ("share",)
_JOINED_BY = (", and ", " because ", ", which means that ", ", while ", ", especially when ", ", so ")
_FAR = {"absent", "wrong_sentence"}
_LIMIT = 2_000
_REFUSED, _REFUSED_AT_ALL = 0.02, 0.01
"""Shares of the near pairs that the thresholds may refuse, at most."""


@dataclass(frozen=True)
class Row:
    """A claim with sentences that it is from (near), or isn't. group: what it was made from."""

    group: str
    claim: str
    evidence: tuple[str, ...]
    titles: tuple[str, ...]
    near: bool


def pair_rows() -> Iterator[Row]:
    """The development pairs that are true, or whose sentence is another."""
    for pair in read_pairs(PAIRS["dev"]):
        if pair.evidence and (pair.supported or pair.kind in _FAR):
            group = pair.titles[0] if pair.titles else pair.id
            yield Row(group, pair.claim, pair.evidence, pair.titles, pair.supported)


def question_rows(seed: int = 0) -> Iterator[Row]:
    """Each fact of the development questions against its evidence, and against three other sentences."""
    abstracts: dict[str, list[str]] = {}
    for file in find_files([SAMPLE_CORPUS]):
        for listing in read_file(file).listings:
            spans = split_sentences(listing.abstract)
            abstracts.setdefault(title_key(listing.title), [span.of(listing.abstract) for span in spans])
    random = np.random.default_rng(seed)
    everything = [sentence for sentences in abstracts.values() for sentence in sentences]
    for question in read_questions(QUESTIONS).questions:
        titles = tuple(title for title in question.papers if half_of(title) == "dev")
        quotes = tuple(evidence.quote for evidence in question.evidence)
        if len(question.papers) != 1 or not titles or not quotes:
            continue
        others = [s for s in abstracts[title_key(titles[0])] if not any(q in s or s in q for q in quotes)]
        for nugget in question.nuggets:
            yield Row(titles[0], nugget, quotes, titles, True)
            for sentence in random.permutation(others)[:2] if others else ():
                yield Row(titles[0], nugget, (str(sentence),), titles, False)
            yield Row(titles[0], nugget, (str(random.choice(everything)),), titles, False)


def added_rows(near: Sequence[Row], seed: int = 1) -> Iterator[Row]:
    """True claims with a piece of another paper's claim behind them: what a claim adds shows in a stretch."""
    random = np.random.default_rng(seed)
    for row in near:
        other = near[int(random.integers(len(near)))]
        if other.group != row.group:
            words = other.claim.rstrip(".").split()
            count = int(random.integers(4, 9))
            start = int(random.integers(max(1, len(words) - count)))
            piece = " ".join(words[start : start + count])
            claim = f"{row.claim.rstrip('.')}{random.choice(_JOINED_BY)}{piece}."
            yield Row(row.group, claim, row.evidence, row.titles, False)


def features(rows: Sequence[Row], states: States) -> dict[str, np.ndarray]:
    """Each feature of the gate by name, one value a row."""
    found: dict[str, list[float]] = {name: [] for name in ("words", *ADDED, *BY_WORDS)}
    for row in rows:
        claim = tokenize(row.claim, _LIMIT)
        sources = [tokenize(sentence, _LIMIT) for sentence in row.evidence]
        headings = [tokenize(title, _LIMIT) for title in row.titles]
        naming = SourceNames((*sources, *headings))
        near = closeness.nearness(claim, sources, headings, naming, states)
        for name in ("words", *ADDED):
            found[name].append(getattr(near, name))
        found["share"].append(closeness.overlap(claim, [*sources, *headings], naming).share)
    return {name: np.array(values) for name, values in found.items()}


def report(names: Sequence[str], table: np.ndarray, near: np.ndarray, groups: Sequence[str]) -> str:
    """Weights and threshold of a fit, and what they get on papers that the fit has not seen."""
    even = np.where(near == 1, 0.5 / near.mean(), 0.5 / (1 - near.mean()))
    unseen = cross_validated(table, near, even, groups, ridge=1e-3, folds=5, repeats=5)
    fitted = fit_logistic(table, near, even, ridge=1e-3)
    threshold = float(np.quantile(unseen[near == 1], _REFUSED))
    over = unseen[near == 1][:, None] > unseen[near == 0][None, :]
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(names, fitted.weights, strict=True))
    return (
        f"{weights}, bias {fitted.bias:.2f}; refused below {threshold:.2f}. On unseen papers: area "
        f"{over.mean():.3f}, {(unseen[near == 0] < threshold).mean():.3f} of the far ones refused\n"
    )


def main() -> None:
    """Fits what tells claims of another sentence, and claims with something added; prints both."""
    rows = [*pair_rows(), *question_rows()]
    added = [*added_rows([row for row in rows if row.near])]
    table = features([*rows, *added], MiniLM().states)
    near = np.array([row.near for row in (*rows, *added)], float)
    other, more = np.arange(len(near)) < len(rows), (near == 1) | (np.arange(len(near)) >= len(rows))
    groups = np.array([row.group for row in (*rows, *added)])
    sys.stdout.write(f"{int(near.sum())} near pairs, {len(rows) - int(near.sum())} of another sentence, "
                     f"{len(added)} with something added\n")  # fmt: skip
    least = float(np.quantile(table["words"][near == 1], _REFUSED_AT_ALL))
    far = table["words"][other & (near == 0)]
    sys.stdout.write(f"words: refused below {least:.2f}, {(far < least).mean():.3f} of another sentence\n")
    for names, chosen in ((ADDED, more), (BY_WORDS, other)):
        columns = np.column_stack([table[name] for name in names])
        sys.stdout.write(report(names, columns[chosen], near[chosen], list(groups[chosen])))


if __name__ == "__main__":
    main()
