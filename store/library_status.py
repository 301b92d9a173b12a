"""What `footnote status` shows of a library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LibraryStatus:
    """papers: all. passages: indexed. waiting: papers to be indexed. embedder: the indexes' stamp. set_aside:
    papers that can't be indexed, as "ID: reason".
    """

    papers: int
    passages: int
    waiting: int
    embedder: str
    library: str
    set_aside: tuple[str, ...] = ()
