"""The catalog's tables. The migrations make them."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from footnote.store.database import Schema
from footnote.store.errors import CatalogError

SCHEMA = Schema(
    name="catalog",
    scripts=Path(__file__).parent / "migrations",
    head="m003",
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
    sa.Index("ix_papers_removed", "removed", "indexed_by"),
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
)
