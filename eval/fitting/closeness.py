"""Fits the weights by which the gate separates claims near their evidence from those only on its topic.

`footnote eval fit closeness` prints them. Near: the true development pairs, and the facts
that answer the development questions, each against its evidence. Far: those of the pairs whose
sentence is another, the same facts against sentences that they are not from, and near claims with a
piece of another paper's claim added. Only papers of the
development half are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footnote.eval.fitting.logistic import Vector, cross_validated, fit_logistic
from footnote.eval.measures.metrics import auroc
from footnote.eval.questions import SHIPPED as QUESTIONS
from footnote.eval.questions import read_questions
from footnote.eval.verification import SHIPPED as PAIRS
from footnote.eval.verification import read_pairs
from footnote.eval.verification.sources import half_of
from footnote.rag.language.source_names import SourceNames
from footnote.rag.language.tokens import tokenize
from footnote.rag.verification import closeness
from footnote.rag.verification.texts import States
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
class ClaimExample:
    """A claim with sentences that it is from (near), or isn't. group: what it was made from."""

    group: str
    claim: str
    evidence: tuple[str, ...]
    titles: tuple[str, ...]
    near: bool


def pair_examples() -> Iterator[ClaimExample]:
    """The development pairs that are true, or whose sentence is another."""
    for pair in read_pairs(PAIRS["dev"]):
        if pair.evidence and (pair.supported or pair.kind in _FAR):
            group = pair.titles[0] if pair.titles else pair.id
            yield ClaimExample(group, pair.claim, pair.evidence, pair.titles, pair.supported)


def question_examples(seed: int = 0) -> Iterator[ClaimExample]:
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
            yield ClaimExample(titles[0], nugget, quotes, titles, True)
            for sentence in random.permutation(others)[:2] if others else ():
                yield ClaimExample(titles[0], nugget, (str(sentence),), titles, False)
            yield ClaimExample(titles[0], nugget, (str(random.choice(everything)),), titles, False)


def added_examples(near: Sequence[ClaimExample], seed: int = 1) -> Iterator[ClaimExample]:
    """True claims with a piece of another paper's claim behind them: what a claim adds shows in a stretch."""
    random = np.random.default_rng(seed)
    for example in near:
        other = near[int(random.integers(len(near)))]
        if other.group != example.group:
            words = other.claim.rstrip(".").split()
            count = int(random.integers(4, 9))
            start = int(random.integers(max(1, len(words) - count)))
            piece = " ".join(words[start : start + count])
            claim = f"{example.claim.rstrip('.')}{random.choice(_JOINED_BY)}{piece}."
            yield ClaimExample(example.group, claim, example.evidence, example.titles, False)


def features(examples: Sequence[ClaimExample], states: States) -> dict[str, np.ndarray]:
    """Each feature of the gate by name, one value a example."""
    found: dict[str, list[float]] = {name: [] for name in ("words", *ADDED, *BY_WORDS)}
    for example in examples:
        claim = tokenize(example.claim, _LIMIT)
        sources = [tokenize(sentence, _LIMIT) for sentence in example.evidence]
        headings = [tokenize(title, _LIMIT) for title in example.titles]
        naming = SourceNames((*sources, *headings))
        near = closeness.nearness(claim, sources, headings, naming, states)
        for name in ("words", *ADDED):
            found[name].append(getattr(near, name))
        found["share"].append(closeness.overlap(claim, [*sources, *headings], naming).share)
    return {name: np.array(values) for name, values in found.items()}


@dataclass(frozen=True, kw_only=True)
class ScoreFit:
    """A linear score of closeness, and what it is worth.

    least: log odds below which a claim is refused. area: AUROC, and refused: share of the far claims below
    `least`, both by weights that haven't seen the claim's paper.
    """

    weights: dict[str, float]
    bias: float
    least: float
    area: float
    refused: float


@dataclass(frozen=True, kw_only=True)
class ClosenessFit:
    """Both scores, and counts of examples.

    least_words: nearness by words below which a claim is of something else.
    """

    near: int
    other_sentence: int
    added: int
    least_words: float
    refused_by_words: float
    by_meaning: ScoreFit
    by_words: ScoreFit


def fit_score(names: Sequence[str], table: Vector, near: Vector, groups: Sequence[str]) -> ScoreFit:
    """Weights by ridge logistic regression, near and far weighing the same, and a threshold.

    The threshold refuses 2 % of the near claims, on papers that the weights haven't seen.
    """
    even = np.where(near == 1, 0.5 / near.mean(), 0.5 / (1 - near.mean()))
    unseen = cross_validated(table, near, even, groups, ridge=1e-3, folds=5, repeats=5)
    fitted = fit_logistic(table, near, even, ridge=1e-3)
    least = float(np.quantile(unseen[near == 1], _REFUSED))
    return ScoreFit(
        weights=dict(zip(names, fitted.weights.tolist(), strict=True)),
        bias=fitted.bias,
        least=least,
        area=auroc(unseen[near == 1].tolist(), unseen[near == 0].tolist()),
        refused=float((unseen[near == 0] < least).mean()),
    )


def fit_closeness(examples: Sequence[ClaimExample], states: States) -> ClosenessFit:
    """Fits scores that find claims of another sentence, and claims with something added.

    states: the embedder's. Raises FitError where there are near or far examples only.
    """
    added = [*added_examples([example for example in examples if example.near])]
    table = features([*examples, *added], states)
    near = np.array([example.near for example in (*examples, *added)], float)
    other, more = np.arange(len(near)) < len(examples), (near == 1) | (np.arange(len(near)) >= len(examples))
    groups = np.array([example.group for example in (*examples, *added)])
    least_words = float(np.quantile(table["words"][near == 1], _REFUSED_AT_ALL))
    by_meaning, by_words = (
        fit_score(
            names, np.column_stack([table[n] for n in names])[chosen], near[chosen], groups[chosen].tolist()
        )
        for names, chosen in ((ADDED, more), (BY_WORDS, other))
    )
    return ClosenessFit(
        near=int(near.sum()),
        other_sentence=len(examples) - int(near.sum()),
        added=len(added),
        least_words=least_words,
        refused_by_words=float((table["words"][other & (near == 0)] < least_words).mean()),
        by_meaning=by_meaning,
        by_words=by_words,
    )
