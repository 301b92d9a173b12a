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
    """More of the answer's text. Only words that passed the gate are ever sent."""

    text: str


@dataclass(frozen=True)
class Restart:
    """Discards all text so far: the model failed half-way, or its answer was corrected."""


@dataclass(frozen=True)
class Done:
    """The last event: the whole answer. Its text is the deltas since the last `Restart`."""

    answer: Answer


Event = Step | TextDelta | Restart | Done
