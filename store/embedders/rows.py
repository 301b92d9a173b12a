"""What a model's library or server returned → checked unit rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from footnote.store.errors import EmbedderError
from footnote.store.protocols import Vectors


def unit_rows(rows: Sequence[Any], count: int, dimensions: int | None, source: str) -> Vectors:
    """Float32 unit rows of shape (count, dimensions).

    dimensions: None where they aren't known yet. source: the embedder, for errors.
    Raises EmbedderError where `rows` aren't `count` vectors of that length, of finite numbers, not all 0.
    """
    try:
        made = np.asarray(rows, np.float32)
    except (TypeError, ValueError) as error:  # no numbers, or rows of several lengths
        raise EmbedderError(f"{source} returned something other than vectors of one length") from error
    if made.ndim != 2 or len(made) != count or not made.shape[1]:
        raise EmbedderError(f"{source} returned {made.shape} numbers for {count} texts, not a vector a text")
    if dimensions is not None and made.shape[1] != dimensions:
        raise EmbedderError(
            f"{source} returned vectors of {made.shape[1]} dimensions after vectors of {dimensions}: "
            "start Footnote again, and if the model was changed run `footnote ingest --rebuild`"
        )
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise EmbedderError(f"{source} returned a vector without a direction (all 0, or not finite)")
    return np.asarray(made / lengths, np.float32)
