"""The pipeline's events: steps, text, and at last the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from footnote.rag.answer import Answer

StepName = Literal["condense", "retrieve", "confidence", "compose", "verify"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step began (`seconds` None) or ended. `detail` is a short line for people."""

    name: StepName
    seconds: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class TextDelta:
    """More of the answer's text. Only sentences that passed the hard checks are sent.

    A judge reads them afterwards: where it refuses or rewords one, a `Restart` follows.
    """

    text: str


@dataclass(frozen=True)
class Restart:
    """Discards all text so far: the model failed half-way, or a judge refused a sentence of its answer."""


@dataclass(frozen=True)
class Done:
    """The last event: the whole answer. Its text is the deltas since the last `Restart`."""

    answer: Answer


Event = Step | TextDelta | Restart | Done
