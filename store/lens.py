"""A lens: what a library's own abstracts teach about which sentences belong together.

A matrix W near the identity, learned without labels by the inverse cloze task (Lee et al.,
"Latent Retrieval for Weakly Supervised Open Domain Question Answering", 2019): each sentence is to
find the rest of its abstract among the abstracts of the batch, half of which are of its own topic.
The loss is InfoNCE (van den Oord et al., 2018) plus a pull towards the identity. Papers held back
tell when to stop, and whether the lens is of use at all. What one such course finds depends on
which papers are held back, so the lens is the mean of four.

It turns questions and leaves what is stored as it is: with q and s seen through W, their product
is sᵀ(WWᵀq), so a question turned once meets sentences as they lie in the catalog.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

Matrix = npt.NDArray[np.float32]

LEAST_PAPERS = 40
"""With fewer papers there is nothing to tell apart, and too little held back to judge by."""
MOST_SENTENCES = 50_000
"""More teach no more; a larger library is learned from a sample."""
MOST_DIMENSIONS = 1_024
"""Time grows with the square of the dimensions: at 1,024 a quarter of a minute has become two."""
_HELD_BACK = 0.15
_MOST_HELD_BACK = 2_000  # sentences: each is compared with every other's paper
_COURSES = 4
_PASSES = 3
_BATCH = 256
_RATE = 7e-4
_TEMPERATURE = 0.03
_PULL = 5.0
_CHECKS_A_PASS = 4
_PATIENCE = 3
_LEAST_GAIN = 0.005
"""Mean reciprocal rank on what is held back that a lens must add to be used."""


@dataclass(frozen=True)
class Lens:
    """What was learned. `before`, `after`: mean reciprocal rank of the right abstract, held back.

    matrix: the mean of WWᵀ, shape (dimensions, dimensions). papers: how many the library had.
    """

    matrix: Matrix
    papers: int
    before: float
    after: float

    @property
    def helps(self) -> bool:
        """Whether it finds held-back abstracts better than no lens does."""
        return self.after >= self.before + _LEAST_GAIN

    def turn(self, question: Matrix) -> Matrix:
        """A question's unit vector → the unit vector to compare sentences with."""
        # Not `@`: BLAS's threads would spin on all cores through the searches that follow.
        turned = np.einsum("ij,j->i", self.matrix, question)
        length = float(np.linalg.norm(turned))
        return np.asarray(turned / length if length else question, np.float32)

    def save(self, file: Path, stamp: str) -> None:
        """Writes it whole or not at all. stamp: the embedder that it is for."""
        draft = file.with_suffix(".part")
        with draft.open("wb") as handle:
            np.savez(
                handle,
                matrix=self.matrix,
                numbers=np.array([self.papers, self.before, self.after]),
                stamp=np.array(stamp),
            )
        draft.replace(file)

    @classmethod
    def load(cls, file: Path, stamp: str) -> Lens | None:
        """The lens in `file`; None where there is none for this embedder that can be read."""
        try:
            with np.load(file, allow_pickle=False) as held:
                if str(held["stamp"]) != stamp:
                    return None
                papers, before, after = (float(number) for number in held["numbers"])
                return cls(np.asarray(held["matrix"], np.float32), int(papers), before, after)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            log.warning("the lens in %s can't be read (%s): searching goes on without it", file, error)
            return None


def learn(abstracts: Sequence[Matrix], *, papers: int | None = None, seed: int = 0) -> Lens | None:
    """The lens of a library. abstracts: of each paper, or of a sample, a unit row a sentence.

    papers: how many the library has, if it is a sample.

    The same abstracts give the same lens. None where there are too few papers with two sentences.
    Takes about a second for 3,000 sentences, a quarter of a minute at most.
    """
    usable = [rows for rows in abstracts if len(rows) > 1]
    if len(usable) < LEAST_PAPERS:
        return None
    courses = [_course(usable, np.random.default_rng(seed + n)) for n in range(_COURSES)]
    matrix, before, after = (sum(parts) / _COURSES for parts in zip(*courses, strict=True))
    return Lens(
        np.asarray(matrix, np.float32),
        papers=papers or len(abstracts),
        before=float(before),
        after=float(after),
    )


def _course(usable: Sequence[Matrix], rng: np.random.Generator) -> tuple[Matrix, float, float]:
    """WWᵀ, and the reciprocal rank on papers held back without it and with it."""
    order = rng.permutation(len(usable))
    sizes = np.cumsum([len(usable[n]) for n in order])
    order = order[: max(LEAST_PAPERS, int(np.searchsorted(sizes, MOST_SENTENCES)))]
    held = order[: int(_HELD_BACK * len(order))]
    taught = _cloze([usable[n] for n in order[len(held) :]])
    asked = _cloze([usable[n] for n in held]).part(slice(0, _MOST_HELD_BACK))

    dimensions = usable[0].shape[1]
    identity = np.eye(dimensions, dtype=np.float32)
    weights, best = identity.copy(), identity
    before = after = _reciprocal_rank(identity, asked)
    step = _Adam(weights.shape)
    worse = 0
    for _ in range(_PASSES):
        batches = _batches(taught, rng)
        every = max(1, len(batches) // _CHECKS_A_PASS)
        for n, batch in enumerate(batches, start=1):
            gradient = _gradient(weights, taught.part(batch)) + _PULL * (weights - identity) / dimensions
            weights = weights - step.of(gradient)
            if n % every:
                continue
            found = _reciprocal_rank(weights, asked)
            if found > after:
                best, after, worse = weights.copy(), found, 0
            else:
                worse += 1
        if worse >= _PATIENCE:
            break
    return best @ best.T, before, after


@dataclass(frozen=True)
class _Cloze:
    """Sentences taken out, what is left of their abstracts (unit rows both), and whose they are."""

    sentences: Matrix
    rests: Matrix
    papers: npt.NDArray[np.int64]

    def part(self, rows: slice | npt.NDArray[np.int64]) -> _Cloze:
        return _Cloze(self.sentences[rows], self.rests[rows], self.papers[rows])


def _cloze(abstracts: Sequence[Matrix]) -> _Cloze:
    rests = [rows.sum(axis=0) - rows for rows in abstracts]
    papers = np.repeat(np.arange(len(abstracts)), [len(rows) for rows in abstracts])
    return _Cloze(np.vstack(abstracts), _units(np.vstack(rests)), papers)


def _units(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def _batches(cloze: _Cloze, rng: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    """Rows by batch: a random half, and with it sentences of the same topics to tell apart."""
    count = len(cloze.sentences)
    if count <= _BATCH:
        return [rng.permutation(count)]
    # Sentences in order of a random direction's reading: neighbours in it are alike, and another
    # direction each pass makes other neighbours.
    direction = rng.standard_normal(cloze.rests.shape[1], dtype=np.float32)
    alike = np.argsort(cloze.rests @ direction)
    halves = np.array_split(alike, max(1, count // (_BATCH // 2)))
    strangers = np.array_split(rng.permutation(count), len(halves))
    batches = [np.unique(np.concatenate(pair)) for pair in zip(halves, strangers, strict=True)]
    return [batches[n] for n in rng.permutation(len(batches))]


def _gradient(weights: Matrix, batch: _Cloze) -> Matrix:
    """Of InfoNCE by the weights: each sentence against the rests of the batch, its own the right one."""
    seen, rests = batch.sentences @ weights, batch.rests @ weights
    seen_length = np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9)
    rests_length = np.maximum(np.linalg.norm(rests, axis=1, keepdims=True), 1e-9)
    a, b = seen / seen_length, rests / rests_length
    logits = (a @ b.T) / _TEMPERATURE
    same = batch.papers[:, None] == batch.papers[None, :]
    np.fill_diagonal(same, val=False)
    logits[same] = -np.inf  # other sentences of the paper have nearly the same rest
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    error = (chances - np.eye(len(chances), dtype=np.float32)) / (_TEMPERATURE * len(chances))
    by_a, by_b = error @ b, error.T @ a
    by_seen = (by_a - a * (by_a * a).sum(axis=1, keepdims=True)) / seen_length
    by_rests = (by_b - b * (by_b * b).sum(axis=1, keepdims=True)) / rests_length
    return np.asarray(batch.sentences.T @ by_seen + batch.rests.T @ by_rests, np.float32)


def _reciprocal_rank(weights: Matrix, asked: _Cloze) -> float:
    """Mean reciprocal rank of each sentence's own rest among one rest of every other paper."""
    turned = _units(np.asarray(asked.sentences @ weights @ weights.T, np.float32))
    scores = turned @ asked.rests.T
    own = np.diag(scores).copy()
    _, firsts = np.unique(asked.papers, return_index=True)
    others = scores[:, firsts]
    others[asked.papers[:, None] == asked.papers[firsts][None, :]] = -np.inf
    return float((1 / (1 + (others > own[:, None]).sum(axis=1))).mean())


class _Adam:
    """Steps of Adam (Kingma & Ba, 2015)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._mean = np.zeros(shape, np.float32)
        self._square = np.zeros(shape, np.float32)
        self._count = 0

    def of(self, gradient: Matrix) -> Matrix:
        self._count += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.001 * (gradient * gradient - self._square)
        mean = self._mean / (1 - 0.9**self._count)
        square = self._square / (1 - 0.999**self._count)
        return np.asarray(_RATE * mean / (np.sqrt(square) + 1e-8), np.float32)
