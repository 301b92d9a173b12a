"""The fitted numbers of the product: `weights.json`, read once.

`footnote eval fit` makes them and, with `--write`, replaces them in the file. What was fitted to
and what the weights are worth is in docs/retrieval.md and docs/confidence.md.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PATH = Path(__file__).parent / "weights.json"


class Fit(BaseModel):
    """A linear score: bias + Σ weight · feature.

    command: makes these numbers (data sets that don't ship are named by their folder). embedder: name
    and version of the one whose vectors the features were computed with (None: features without
    vectors); with another, fit again. note: what a reader of the numbers should know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str | None
    embedder: str | None
    note: str | None = None
    weights: dict[str, float] = Field(min_length=1)
    bias: float = 0.0


class Fits(BaseModel):
    """All fits. near, found, stated, asked: parts of the confidence (`rag.retrieval.confidence`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ranking: Fit
    near: Fit
    found: Fit
    stated: Fit
    asked: Fit
    sentences: Fit


def read_fits(path: Path = PATH) -> Fits:
    """The fits of a file. Raises OSError, ValueError (pydantic's, with the field) for another form."""
    return Fits.model_validate_json(path.read_bytes())


FITS = read_fits()
