"""The catalog's SQL on PostgreSQL: the same as on SQLite."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from footnote.store import batches, contents
from footnote.store.additions import AdditionsByVisitor
from footnote.store.batches import Batch
from footnote.store.catalog import Catalog
from footnote.store.paper_records import Layout
from footnote.store.readers import read_entries
from footnote.store.schema import papers
from footnote.store.sentences import Span
from tests.store.chats_databases import postgres_url


def layout(title: str, abstract: str) -> Layout:
    whole = [Span(0, len(abstract))]
    return Layout(whole, whole)


def lived(url: sa.URL, file: Path) -> list[Any]:
    """What a catalog says in the course of a life: filled, indexed, changed, undone."""
    said: list[Any] = []
    vector = np.eye(1, 8, dtype=np.float32)
    with closing(Catalog(url)) as catalog:
        batch = Batch(owner="me")
        recorded = catalog.record(read_entries(file), layout, batch=batch)
        said += [recorded, catalog.record(read_entries(file), layout)]
        ids = [entry.paper.id for entry in catalog.waiting("one", 10)]
        # As in a catalog of a million papers.
        with catalog.database.writing() as connection:
            far = papers.update().where(papers.c.id == ids[0]).values(number=1_000_000)
            connection.execute(far)
        catalog.mark_indexed("one", dict.fromkeys(ids, vector))
        catalog.set_aside({ids[9]: "no words"})
        said += [catalog.count(), catalog.count_waiting("one"), catalog.count_indexed("one")]
        said += [catalog.count_passages(ids), sorted(catalog.sentence_vectors(ids, 8).papers)]
        said += [len(catalog.sample_vectors(1_000, 8)), catalog.papers_set_aside(), catalog.pages()]
        said += [contents.containing(catalog, "align"), contents.digest(catalog)]
        said += [[entry.id for entry in catalog.papers()], len(catalog.waiting("two", 5))]
        catalog.remove(ids[:3], "2024-01-01", Batch("remove"))
        said += [sorted(catalog.leaving()), catalog.count()]
        catalog.mark_left(ids[:2])
        catalog.restore(ids[:1])
        for sort in ("date", "pages", "cited"):
            rows = contents.rows(catalog, sort=sort, descending=True, limit=5, cited={ids[0]: 2})
            said.append(len(rows))
        with catalog.rehearsal() as connection:
            connection.execute(papers.update().values(title="x"))
        with catalog.database.writing() as connection:
            batches.undo(connection, batch.number or 0, layout)
        with catalog.database.reading() as connection:
            said += [(each.kind, each.added, each.removed) for each in batches.listed(connection)]
        said += [catalog.count(), AdditionsByVisitor(catalog).of("me").present]
    return said


def test_it_says_the_same_as_on_sqlite(tmp_path: Path, few_papers: Path) -> None:
    with postgres_url() as url:
        on_postgres = lived(url, few_papers)
    assert on_postgres == lived(sa.URL.create("sqlite", database=str(tmp_path / "c.sqlite")), few_papers)
