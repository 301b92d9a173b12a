"""What every composer takes and gives, whether it quotes or asks a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from footnote.rag.answer import Cell, Citation, Usage
from footnote.rag.retrieved_paper import RetrievedPaper


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A claim that a composer proposes; the gate decides whether it stands.

    unknown: markers that name no sentence shown. lead, quoted, cell: as in `Claim`.
    """

    text: str
    cited: tuple[Citation, ...]
    unknown: tuple[str, ...] = ()
    lead: str | None = None
    quoted: bool = False
    cell: Cell | None = None


@dataclass(frozen=True)
class LeftOpen:
    """What the composer says that the evidence leaves open of the question."""

    text: str


@dataclass(frozen=True)
class Declined:
    """The composer found nothing in the evidence that answers the question."""


Composed = Draft | LeftOpen | Declined | Usage
"""What a composer gives."""


class Composer(Protocol):
    """Turns a standalone question and its evidence into drafts, one sentence at a time."""

    def compose(self, question: str, evidence: Sequence[RetrievedPaper]) -> AsyncGenerator[Composed]:
        """Drafts as they come; `Declined` instead where nothing answers; `Usage` last, if any.

        Raises rag.errors.ModelError when a chat model fails; drafts given before then stand.
        Closing the generator ends the call.
        """
        ...
