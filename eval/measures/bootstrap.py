"""How sure measures and their differences are: the bootstrap over questions, and Holm's correction.

As Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests for Information
Retrieval Evaluation" (2007) recommend for means over queries. In numpy, so that `footnote eval
retrieval` needs no scipy; tests hold it to scipy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
SEED = 20_240_901
_AT_ONCE = 250
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """A mean of paired differences, its 95 % interval, and how likely chance makes one as large.

    p: two-sided; below .05 where the interval leaves 0 out.
    """

    mean: float
    low: float
    high: float
    p: float


def draws(questions: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Iterator[Numbers]:
    """How often each question is in each resample: blocks of shape (some resamples, questions)."""
    random = np.random.default_rng(seed)
    for at in range(0, resamples, _AT_ONCE):
        some = min(_AT_ONCE, resamples - at)
        yield random.multinomial(questions, np.full(questions, 1 / questions), size=some).astype(np.float64)


def resampled_sums(columns: npt.ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED) -> Numbers:
    """The sum of each column (one row a question) in each resample: (resamples, columns).

    All columns are resampled alike, and every call with as many questions draws the same ones.
    """
    values = np.asarray(columns, dtype=np.float64)
    return np.vstack([drawn @ values for drawn in draws(len(values), resamples=resamples, seed=seed)])


def resampled_ratios(got: npt.ArrayLike, of: npt.ArrayLike, *, resamples: int = RESAMPLES) -> Numbers:
    """Σ got / Σ of by column in each resample, computed again in each; NaN where nothing is counted."""
    return _ratios(*np.hsplit(resampled_sums(np.hstack((got, of)), resamples=resamples), 2))


def _ratios(sums: Numbers, counts: Numbers) -> Numbers:
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def interval(resampled: Numbers) -> tuple[float, float]:
    """The 95 % percentile interval of one statistic; resamples where it can't be taken (NaN) are left out."""
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return float(low), float(high)


def paired_bootstrap(
    differences: npt.ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED
) -> list[Difference]:
    """The mean of each column of `differences` (one row a question, at least one), resampled."""
    values = np.asarray(differences, dtype=np.float64)
    means = resampled_sums(values, resamples=resamples, seed=seed) / len(values)
    return [_difference(*column) for column in zip(values.mean(0), means.T, strict=True)]


def ratio_differences(
    a: tuple[Numbers, Numbers], b: tuple[Numbers, Numbers], *, resamples: int = RESAMPLES
) -> list[Difference]:
    """Σ got / Σ of in `b` less that in `a`, by column, both recomputed in each resample of questions.

    a, b: (got, of), each of shape (questions, measures), with the same questions in the same rows.
    """
    values = [got.sum(0) / of.sum(0) for got, of in (a, b)]
    got_a, of_a, got_b, of_b = np.hsplit(resampled_sums(np.hstack((*a, *b)), resamples=resamples), 4)
    resampled = _ratios(got_b, of_b) - _ratios(got_a, of_a)
    return [_difference(*column) for column in zip(values[1] - values[0], resampled.T, strict=True)]


def _difference(value: float, resampled: Numbers) -> Difference:
    """A percentile interval. p is twice the smaller share of resamples on either side of 0.

    It is at most 1, and one is added to both counts so that it is never 0.
    """
    taken = resampled[~np.isnan(resampled)]
    # Sums of the same numbers in another order differ in the last digits: those aren't a side.
    taken[np.abs(taken) < 1e-12] = 0
    tail = min((taken <= 0).sum(), (taken >= 0).sum())
    low, high = interval(taken)
    return Difference(float(value), low, high, float(min(1.0, 2 * (tail + 1) / (len(taken) + 1))))


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for how many there are (Holm 1979), in the order given."""
    corrected: dict[str, float] = {}
    highest = 0.0
    ordered: Sequence[str] = sorted(ps, key=lambda name: ps[name])
    for position, name in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ps) - position) * ps[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in ps}
