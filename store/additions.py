"""Which papers a visitor added and may remove again, read from the batches that the catalog keeps."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from footnote.store.catalog import Catalog
from footnote.store.filters import MAX_IDS
from footnote.store.schema import batches, changes, papers


@dataclass(frozen=True)
class Additions:
    """The papers that one visitor added, as ids.

    present: those that are in the library, the latest first, without those of uploads that were undone.
    to_ask: the papers of the last upload, in order, up to the maximum of a scope. removed: the papers of each
    removal that isn't undone, the last removal last. changes: the number of changes of the library. upload,
    removal: the numbers of the last batches of either kind, where they can be undone. files: of that upload.
    """

    present: tuple[str, ...] = ()
    to_ask: tuple[str, ...] = ()
    removed: tuple[tuple[str, ...], ...] = ()
    changes: int = 0
    upload: int | None = None
    removal: int | None = None
    files: tuple[str, ...] = ()

    def undo_restores(self, paper: str) -> bool:
        """Whether undoing the last removal restores this paper only."""
        return self.removed[-1:] == ((paper,),)


class AdditionsByVisitor:
    """The additions of every visitor, by the visitor's id."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def of(self, owner: str | None) -> Additions:
        """The additions of this visitor; empty if there are none."""
        if not owner:
            return Additions()
        with self._catalog.database.reading() as connection:
            rows = connection.execute(
                sa.select(batches).where(batches.c.owner == owner).order_by(batches.c.number)
            ).all()
            done = [row for row in rows if row.undone is None]
            uploads = [row for row in done if row.kind == "ingest"]
            listed = _papers(connection, [row.number for row in uploads])
            gone = _removed(connection, [row.number for row in done if row.kind == "remove"])
        last = uploads[-1] if uploads else None
        added = [
            paper
            for number in sorted(listed, reverse=True)
            for paper, kinds in reversed(listed[number].items())
            if kinds & {"added", "restored"}
        ]
        return Additions(
            present=tuple(dict.fromkeys(added)),
            to_ask=tuple(listed.get(last.number, ()))[:MAX_IDS] if last else (),
            removed=tuple(map(tuple, gone.values())),
            changes=len(rows) + sum(row.undone is not None for row in rows),
            upload=last.number if last else None,
            removal=max(gone, default=None),
            files=tuple(last.files) if last else (),
        )


def _papers(connection: sa.Connection, numbers: list[int]) -> dict[int, dict[str, set[str]]]:
    """By batch its papers, in order, with what happened to them; without papers that were removed."""
    query = (
        sa.select(changes.c.batch, changes.c.paper, changes.c.kind)
        .join(papers, papers.c.id == changes.c.paper)
        .where(changes.c.batch.in_(numbers), papers.c.removed.is_(None))
        .order_by(changes.c.number)
    )
    found: dict[int, dict[str, set[str]]] = {}
    for batch, paper, kind in connection.execute(query):
        found.setdefault(batch, {}).setdefault(paper, set()).add(kind)
    return found


def _removed(connection: sa.Connection, numbers: list[int]) -> dict[int, list[str]]:
    """By batch the papers that it removed and that are still removed."""
    query = (
        sa.select(changes.c.batch, changes.c.paper)
        .join(papers, papers.c.id == changes.c.paper)
        .where(changes.c.batch.in_(numbers), papers.c.removed.is_not(None))
        .order_by(changes.c.number)
    )
    found: dict[int, list[str]] = {}
    for batch, paper in connection.execute(query):
        found.setdefault(batch, []).append(paper)
    return found
