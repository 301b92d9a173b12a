"""Venue, type, language, keywords, addresses, retraction and the abstract's labelled sections."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "m003"
down_revision = "m002"


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("venue", sa.Text),
        sa.Column("type", sa.String(64)),
        sa.Column("language", sa.String(16)),
        sa.Column("keywords", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("url", sa.Text),
        sa.Column("arxiv_version", sa.Integer),
        sa.Column("openalex", sa.String(32)),
        sa.Column("retraction", sa.Text),
        sa.Column("sections", sa.JSON, nullable=False, server_default="[]"),
    ]


def upgrade() -> None:
    for column in _columns():
        op.add_column("papers", column)


def downgrade() -> None:
    for column in reversed(_columns()):
        op.drop_column("papers", column.name)
