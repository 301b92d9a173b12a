"""Folds of a cross-validation."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt


def fold_of_each(groups: Sequence[Hashable], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """The fold, 0 … folds − 1, of each row; rows of one group share theirs.

    Groups are dealt out at random and evenly, so that each fold has its rows where there are as many
    groups as folds.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    dealt = np.random.default_rng(seed).permutation(len(numbers)) % folds
    return np.array([dealt[numbers[group]] for group in groups], np.int64)
