"""Who added what, and may therefore remove it: kept for as long as the server runs. Pure but for that.

Knows nothing of Gradio.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from footnote.ui.add.adding import Adding

MAX_VISITORS = 1_000
"""Whose additions are remembered: those who changed something last."""


@dataclass(frozen=True)
class Visit:
    """What one visitor has added. added: ids, the latest first. dropped: of the last files, in order.

    removed: what each removal took that isn't undone, the last one last. changes: of the library.
    """

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    removed: tuple[tuple[str, ...], ...] = ()
    changes: int = 0

    @property
    def gone(self) -> set[str]:
        """All that is removed."""
        return {paper for papers in self.removed for paper in papers}

    @property
    def there(self) -> tuple[str, ...]:
        """What was added and isn't removed, the latest first."""
        gone = self.gone
        return tuple(paper for paper in self.added if paper not in gone)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """Of the last files' papers, those that aren't removed."""
        gone = self.gone
        return tuple(paper for paper in self.dropped if paper not in gone)

    def with_files(self, adding: Adding) -> Visit:
        """As it is once files were added; what came back by them is no longer removed."""
        back = {*adding.papers, *adding.added}
        removed = tuple(tuple(paper for paper in papers if paper not in back) for papers in self.removed)
        return Visit(
            added=tuple(dict.fromkeys((*reversed(adding.added), *self.added))),
            dropped=adding.papers,
            removed=tuple(papers for papers in removed if papers),
            changes=self.changes + bool(adding.reports),
        )

    def without(self, papers: tuple[str, ...]) -> Visit:
        """As it is once these were removed."""
        return replace(self, removed=(*self.removed, papers), changes=self.changes + 1)

    def undoes(self, paper: str) -> bool:
        """Whether `undone` brings back this paper and no other."""
        return self.removed[-1:] == ((paper,),)

    def undone(self) -> Visit:
        """As it is once the last removal was taken back."""
        return replace(self, removed=self.removed[:-1], changes=self.changes + 1)


class Visits:
    """Every visitor's, by the id that is theirs alone. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Visit] = OrderedDict()

    def of(self, owner: str | None) -> Visit:
        """What this visitor has added; nothing where that isn't known."""
        with self._lock:
            return self._known.get(owner or "", Visit())

    def change(self, owner: str | None, how: Callable[[Visit], Visit]) -> Visit:
        """Puts what `how` makes of it in its place. Of nobody (an empty id) nothing is remembered."""
        with self._lock:
            visit = how(self._known.get(owner or "", Visit()))
            if owner:
                self._known[owner] = visit
                self._known.move_to_end(owner)
            while len(self._known) > MAX_VISITORS:
                self._known.popitem(last=False)
            return visit
