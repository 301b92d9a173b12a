"""Which visitor added which papers, and so may remove them. Kept in memory as long as the server runs.

Knows nothing of Gradio.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from footnote.ui.add.add_papers import AddProgress

MAX_VISITORS = 1_000
"""The number of visitors whose additions are remembered: those with the latest changes."""


@dataclass(frozen=True)
class Additions:
    """The papers that one visitor added, as ids.

    added: the latest first. last_upload: the papers of the last files, in order. removed: the papers of
    each removal that isn't undone, the last removal last. changes: the number of changes of the library.
    """

    added: tuple[str, ...] = ()
    last_upload: tuple[str, ...] = ()
    removed: tuple[tuple[str, ...], ...] = ()
    changes: int = 0

    @property
    def removed_ids(self) -> set[str]:
        """All removed papers."""
        return {paper for papers in self.removed for paper in papers}

    @property
    def present(self) -> tuple[str, ...]:
        """The papers that were added and not removed, the latest first."""
        removed = self.removed_ids
        return tuple(paper for paper in self.added if paper not in removed)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The papers of the last upload that were not removed."""
        removed = self.removed_ids
        return tuple(paper for paper in self.last_upload if paper not in removed)

    def after_upload(self, progress: AddProgress) -> Additions:
        """The additions after files were added. Papers that the files restored are no longer removed."""
        restored = {*progress.papers, *progress.added}
        removed = tuple(tuple(paper for paper in papers if paper not in restored) for papers in self.removed)
        return Additions(
            added=tuple(dict.fromkeys((*reversed(progress.added), *self.added))),
            last_upload=progress.papers,
            removed=tuple(papers for papers in removed if papers),
            changes=self.changes + bool(progress.reports),
        )

    def after_removal(self, papers: tuple[str, ...]) -> Additions:
        """The additions after these papers were removed."""
        return replace(self, removed=(*self.removed, papers), changes=self.changes + 1)

    def undo_restores(self, paper: str) -> bool:
        """Whether undoing the last removal restores this paper only."""
        return self.removed[-1:] == ((paper,),)

    def after_undo(self) -> Additions:
        """The additions after the last removal was undone."""
        return replace(self, removed=self.removed[:-1], changes=self.changes + 1)


class AdditionsByVisitor:
    """The additions of every visitor, by the visitor's id. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_owner: OrderedDict[str, Additions] = OrderedDict()

    def of(self, owner: str | None) -> Additions:
        """The additions of this visitor; empty if none are remembered."""
        with self._lock:
            return self._by_owner.get(owner or "", Additions())

    def change(self, owner: str | None, change: Callable[[Additions], Additions]) -> Additions:
        """Replaces a visitor's additions by `change` of them. Nothing is remembered for an empty id."""
        with self._lock:
            additions = change(self._by_owner.get(owner or "", Additions()))
            if owner:
                self._by_owner[owner] = additions
                self._by_owner.move_to_end(owner)
            while len(self._by_owner) > MAX_VISITORS:
                self._by_owner.popitem(last=False)
            return additions
