"""Batches: what an ingestion, a removal or a list of retractions changed, to be undone whole.

Each row of `changes` says what was before. Undoing goes through them, the newest first; where a later
batch changed the same field, that batch is given the older value to return to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from footnote.store.errors import LibraryError
from footnote.store.paper_records import Layout, spans
from footnote.store.schema import batches, changes, papers, sightings

Kind = Literal["ingest", "remove", "retractions"]
ChangeKind = Literal["added", "restored", "changed", "seen", "removed"]
_LISTING: tuple[ChangeKind, ...] = ("added", "restored", "seen")
"""Changes of a batch that lists the paper itself."""
WAITING: dict[str, None] = {"indexed_by": None, "sentence_vectors": None}
"""Columns of a paper that is to be indexed again."""


class BatchError(LibraryError):
    """A batch can't be undone: there is none of this number, or it was undone before."""


@dataclass
class Batch:
    """A batch as it is written; its row is made with its first change.

    owner: the visitor's id; None for the command line, which owns the library.
    """

    kind: Kind = "ingest"
    owner: str | None = None
    number: int | None = None

    def log(self, connection: sa.Connection, rows: Sequence[dict[str, Any]], file: str | None = None) -> None:
        """Keeps changes (rows of `changes` without the batch), and the name of the file that made them."""
        if not rows:
            return
        if self.number is None:
            values: dict[str, Any] = {"kind": self.kind, "began": now(), "owner": self.owner, "files": []}
            made = connection.execute(batches.insert().values(values).returning(batches.c.number))
            self.number = made.scalar_one()
        here = batches.c.number == self.number
        files = connection.execute(sa.select(batches.c.files).where(here)).scalar_one()
        if file is not None and file not in files:
            connection.execute(batches.update().where(here).values(files=[*files, file]))
        connection.execute(changes.insert(), [{**_EMPTY, **row, "batch": self.number} for row in rows])


_EMPTY: dict[str, None] = {"page": None, "before": None}


@dataclass(frozen=True, kw_only=True)
class BatchSummary:
    """A batch in a list. began, undone: ISO 8601 in UTC. The numbers count papers."""

    number: int
    kind: str
    began: str
    owner: str | None
    files: tuple[str, ...]
    undone: str | None
    added: int = 0
    changed: int = 0
    restored: int = 0
    removed: int = 0
    seen: int = 0


def now() -> str:
    """The time as it is kept: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def listed(connection: sa.Connection, *, owner: str | None = None, limit: int = 100) -> list[BatchSummary]:
    """The latest batches, the newest first. owner: of this visitor alone."""
    query = sa.select(batches).order_by(batches.c.number.desc()).limit(limit)
    if owner is not None:
        query = query.where(batches.c.owner == owner)
    rows = connection.execute(query).all()
    counts = sa.select(changes.c.batch, changes.c.kind, sa.func.count(changes.c.paper.distinct())).group_by(
        changes.c.batch, changes.c.kind
    )
    found: dict[int, dict[str, int]] = {}
    for number, kind, papers_count in connection.execute(
        counts.where(changes.c.batch.in_([row.number for row in rows]))
    ):
        found.setdefault(number, {})[kind] = papers_count
    return [
        BatchSummary(
            number=row.number,
            kind=row.kind,
            began=row.began,
            owner=row.owner,
            files=tuple(row.files),
            undone=row.undone,
            **found.get(row.number, {}),
        )
        for row in rows
    ]


def undo(
    connection: sa.Connection,
    number: int,
    layout: Callable[[str, str], Layout],
    *,
    owner: str | None = None,
) -> None:
    """Undoes a batch: papers that it added are removed, unless a later batch lists them too; all else is as
    it was before.

    owner: the batch must be this visitor's. Raises BatchError.
    """
    row = connection.execute(sa.select(batches).where(batches.c.number == number)).first()
    if row is None or (owner is not None and row.owner != owner):
        raise BatchError(f"there is no batch {number}: `footnote batches` lists them")
    if row.undone is not None:
        raise BatchError(f"batch {number} was undone already, on {row.undone[:10]}")
    connection.execute(batches.update().where(batches.c.number == number).values(undone=now()))
    query = sa.select(changes).where(changes.c.batch == number).order_by(changes.c.number.desc())
    for change in connection.execute(query).all():
        _UNDO[change.kind](connection, change, layout)


def _undo_added(connection: sa.Connection, change: sa.Row[Any], _: Callable[[str, str], Layout]) -> None:
    if _later(connection, change, *_LISTING):
        _undo_seen(connection, change, _)
    else:
        there = (papers.c.id == change.paper) & papers.c.removed.is_(None)
        connection.execute(papers.update().where(there).values(removed=now(), leaving=True, **WAITING))


def _undo_restored(connection: sa.Connection, change: sa.Row[Any], _: Callable[[str, str], Layout]) -> None:
    if not _later(connection, change, *_LISTING):
        _update(connection, change.paper, removed=change.before["removed"], leaving=True, **WAITING)


def _undo_removed(connection: sa.Connection, change: sa.Row[Any], _: Callable[[str, str], Layout]) -> None:
    if not _later(connection, change, "removed"):
        _update(connection, change.paper, removed=None, leaving=False, set_aside=None)


def _undo_seen(connection: sa.Connection, change: sa.Row[Any], _: Callable[[str, str], Layout]) -> None:
    before = change.before if change.kind == "seen" else None
    later = [row for row in _later(connection, change, "seen") if row.page == change.page]
    if later:
        _hand_over(connection, later[0], before)
        return
    here = (sightings.c.paper == change.paper) & (sightings.c.page == change.page)
    if before is None:
        connection.execute(sightings.delete().where(here))
    else:
        connection.execute(sightings.update().where(here).values(before))
    _update(connection, change.paper, indexed_by=None)


def _undo_changed(
    connection: sa.Connection, change: sa.Row[Any], layout: Callable[[str, str], Layout]
) -> None:
    values = dict(change.before)
    for row in _later(connection, change, "changed"):
        taken = values.keys() & row.before.keys()
        if taken:
            _hand_over(connection, row, {**row.before, **{name: values.pop(name) for name in taken}})
    if values:
        _update(connection, change.paper, **values, indexed_by=None)
    if values.keys() & {"title", "abstract"}:
        row = connection.execute(sa.select(papers).where(papers.c.id == change.paper)).one()
        _update(connection, change.paper, **spans(layout(row.title, row.abstract)), **WAITING)


_UNDO: dict[str, Callable[[sa.Connection, sa.Row[Any], Callable[[str, str], Layout]], None]] = {
    "added": _undo_added,
    "restored": _undo_restored,
    "removed": _undo_removed,
    "seen": _undo_seen,
    "changed": _undo_changed,
}


def _later(connection: sa.Connection, change: sa.Row[Any], *kinds: ChangeKind) -> Sequence[sa.Row[Any]]:
    """Later changes of the same paper by other batches that aren't undone, in order."""
    query = (
        sa.select(changes)
        .join(batches, batches.c.number == changes.c.batch)
        .where(
            changes.c.paper == change.paper,
            changes.c.number > change.number,
            changes.c.batch != change.batch,
            changes.c.kind.in_(kinds),
            batches.c.undone.is_(None),
        )
    )
    return connection.execute(query.order_by(changes.c.number)).all()


def _hand_over(connection: sa.Connection, change: sa.Row[Any], before: Any) -> None:
    connection.execute(changes.update().where(changes.c.number == change.number).values(before=before))


def _update(connection: sa.Connection, paper: str, **values: Any) -> None:
    connection.execute(papers.update().where(papers.c.id == paper).values(**values))


def added_by(connection: sa.Connection, owner: str, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that this visitor's batches added; of a visitor without an id, none."""
    if not owner:
        return set()
    query = (
        sa.select(changes.c.paper)
        .join(batches, batches.c.number == changes.c.batch)
        .where(
            batches.c.owner == owner,
            batches.c.undone.is_(None),
            changes.c.kind == "added",
            changes.c.paper.in_(ids),
        )
    )
    return set(connection.execute(query).scalars())
