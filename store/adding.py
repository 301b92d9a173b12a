"""Papers that wait → the three indexes, some at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footnote.store.encoding import PaperEncoder
from footnote.store.paper_records import PaperRecord
from footnote.store.papers import Paper
from footnote.store.protocols import LexicalIndex, TokenIndex, VectorIndex, Vectors

MOST_AT_ONCE = 1_000
"""Papers of one commit. Those that aren't committed are indexed again after a kill."""
_LONGEST_S = 10.0
_BATCH = 64
"""Papers that are embedded at once."""


@dataclass(frozen=True)
class Added:
    """What the catalog is to keep of papers that were indexed: by id the vectors of their sentences, and of
    papers that can't be indexed the reason.
    """

    vectors: dict[str, Vectors]
    set_aside: dict[str, str]

    @property
    def papers(self) -> int:
        """How many there were."""
        return len(self.vectors) + len(self.set_aside)


def add_some(
    waiting: Sequence[PaperRecord],
    encoder: PaperEncoder,
    dense: VectorIndex,
    lexical: LexicalIndex,
    tokens: TokenIndex,
    report: Callable[[int], None],
) -> Added:
    """Indexes the first of `waiting`, as many as are begun in ten seconds.

    The lexical index is committed once, at the end: each commit writes a segment, and small segments are
    merged with larger ones, so that a commit a batch costs several times as much. report: called between
    batches with the number of papers so far.
    """
    begun = time.monotonic()
    papers: list[Paper] = []
    added = Added({}, {})
    for at in range(0, len(waiting), _BATCH):
        if at:
            if time.monotonic() - begun > _LONGEST_S:
                break
            report(at)
        batch = encoder.encode(waiting[at : at + _BATCH])
        papers += [entry.paper for entry in batch.papers]
        dense.add([entry.paper.id for entry in batch.papers], batch.passages)
        tokens.add(batch.tokens)
        added.vectors.update(batch.vectors)
        added.set_aside.update(batch.set_aside)
    lexical.add(papers)
    return added
