"""How sure a difference between two configurations is: the paired bootstrap, and Holm's correction.

As Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests for Information
Retrieval Evaluation" (2007) recommend for means over queries. In numpy, so that `footnote eval
retrieval` needs no scipy; a test holds it to scipy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
SEED = 20_240_901
_AT_ONCE = 250


@dataclass(frozen=True)
class Difference:
    """A mean of paired differences, its 95 % interval, and how likely chance makes one as large.

    p: two-sided; below .05 where the interval leaves 0 out.
    """

    mean: float
    low: float
    high: float
    p: float


def paired_bootstrap(
    differences: npt.ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED
) -> list[Difference]:
    """The mean of each column of `differences` (one row a question, at least one), resampled.

    Percentile intervals. p is twice the smaller share of resampled means on either side of 0, at
    most 1, with one added to both counts so that it is never 0. All columns are resampled alike.
    """
    values = np.asarray(differences, dtype=np.float64)
    questions = len(values)
    random = np.random.default_rng(seed)
    means = np.empty((resamples, values.shape[1]))
    for at in range(0, resamples, _AT_ONCE):
        some = min(_AT_ONCE, resamples - at)
        # How often each question is drawn: a product then gives the sums of all columns at once.
        drawn = random.multinomial(questions, np.full(questions, 1 / questions), size=some)
        means[at : at + some] = drawn @ values / questions
    lows, highs = np.percentile(means, [2.5, 97.5], axis=0)
    # Sums of the same numbers in another order differ in the last digits: those aren't a side.
    means[np.abs(means) < 1e-12] = 0
    tails = np.minimum((means <= 0).sum(0), (means >= 0).sum(0))
    ps = np.minimum(1.0, 2 * (tails + 1) / (resamples + 1))
    return [Difference(*map(float, column)) for column in zip(values.mean(0), lows, highs, ps, strict=True)]


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for how many there are (Holm 1979), in the order given."""
    corrected: dict[str, float] = {}
    highest = 0.0
    ordered: Sequence[str] = sorted(ps, key=lambda name: ps[name])
    for position, name in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ps) - position) * ps[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in ps}
