"""Batches of changes that can be undone, what each page says of a paper, and indexes on identifiers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "m004"
down_revision = "m003"

_INDEXES: dict[str, Any] = {
    "ix_papers_title_start": sa.text("substr(title_key, 1, 24)"),
    "ix_papers_doi": sa.text("lower(doi)"),
    "ix_papers_arxiv": "arxiv",
    "ix_papers_pmid": "pmid",
    "ix_papers_openalex": "openalex",
}


def upgrade() -> None:
    op.add_column("papers", sa.Column("set_aside", sa.Text))
    for name, column in _INDEXES.items():
        op.create_index(name, "papers", [column])
    op.add_column("sightings", sa.Column("details_as_read", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("sightings", sa.Column("said", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "batches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("undone", sa.String(32)),
    )
    op.create_index("ix_batches_owner", "batches", ["owner"])
    op.create_table(
        "changes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.Integer, sa.ForeignKey("batches.number"), nullable=False),
        sa.Column("paper", sa.String(200), sa.ForeignKey("papers.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("page", sa.String(400)),
        sa.Column("before", sa.JSON),
    )
    op.create_index("ix_changes_batch", "changes", ["batch"])
    op.create_index("ix_changes_paper", "changes", ["paper"])


def downgrade() -> None:
    op.drop_table("changes")
    op.drop_table("batches")
    op.drop_column("sightings", "said")
    op.drop_column("sightings", "details_as_read")
    for name in reversed(_INDEXES):
        op.drop_index(name, "papers")
    op.drop_column("papers", "set_aside")
