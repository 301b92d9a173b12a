"""The catalog's tables. The migrations make them."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from footnote.store.database import Schema
from footnote.store.errors import CatalogError

SCHEMA = Schema(
    name="catalog",
    scripts=Path(__file__).parent / "migrations",
    head="m004",
    version_table="alembic_version",
    error=CatalogError,
)

metadata = sa.MetaData()
papers = sa.Table(
    "papers",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("title_key", sa.String(1000), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("abstract", sa.Text, nullable=False),
    sa.Column("date", sa.String(10)),
    sa.Column("authors", sa.JSON, nullable=False),
    sa.Column("author_count", sa.Integer),
    sa.Column("organisation", sa.Text),
    sa.Column("venue", sa.Text),
    sa.Column("type", sa.String(64)),
    sa.Column("language", sa.String(16)),
    sa.Column("keywords", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("url", sa.Text),
    sa.Column("arxiv", sa.String(64)),
    sa.Column("arxiv_version", sa.Integer),
    sa.Column("doi", sa.String(256)),
    sa.Column("pmid", sa.String(32)),
    sa.Column("openalex", sa.String(32)),
    sa.Column("retraction", sa.Text),
    sa.Column("sections", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("sentences", sa.JSON, nullable=False),
    sa.Column("passages", sa.JSON, nullable=False),
    sa.Column("indexed_by", sa.String(200), index=True),
    sa.Column("sentence_vectors", sa.LargeBinary),
    sa.Column("removed", sa.String(32)),
    sa.Column("leaving", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("set_aside", sa.Text),
    sa.Index("ix_papers_removed", "removed", "indexed_by"),
)
TITLE_START_CHARS = 24
title_start = sa.func.substr(papers.c.title_key, 1, TITLE_START_CHARS)
"""By which papers of a similar title are found."""
doi_key = sa.func.lower(papers.c.doi)
identity_indexes = (
    sa.Index("ix_papers_title_start", title_start),
    sa.Index("ix_papers_doi", doi_key),
    *(sa.Index(f"ix_papers_{name}", papers.c[name]) for name in ("arxiv", "pmid", "openalex")),
)
sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("paper", sa.String(200), sa.ForeignKey("papers.id"), primary_key=True),
    sa.Column("page", sa.String(400), primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("date", sa.String(10)),
    sa.Column("comments", sa.Integer),
    sa.Column("title_as_read", sa.Text),
    sa.Column("abstract_as_read", sa.Text),
    sa.Column("details_as_read", sa.JSON, nullable=False, server_default="{}"),
    # Digests of the records in which the page lists the paper: one that is known tells nothing new.
    sa.Column("said", sa.JSON, nullable=False, server_default="[]"),
)
batches = sa.Table(
    "batches",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("began", sa.String(32), nullable=False),
    sa.Column("owner", sa.String(64), index=True),
    sa.Column("files", sa.JSON, nullable=False),
    sa.Column("undone", sa.String(32)),
)
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.Integer, sa.ForeignKey("batches.number"), nullable=False, index=True),
    sa.Column("paper", sa.String(200), sa.ForeignKey("papers.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("page", sa.String(400)),
    sa.Column("before", sa.JSON),
)
