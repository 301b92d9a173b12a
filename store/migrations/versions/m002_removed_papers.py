"""When a paper was removed, and whether an index may still hold it."""

import sqlalchemy as sa
from alembic import op

revision = "m002"
down_revision = "m001"


def upgrade() -> None:
    op.add_column("papers", sa.Column("removed", sa.String(32)))
    op.add_column("papers", sa.Column("leaving", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_papers_removed", "papers", ["removed", "indexed_by"])


def downgrade() -> None:
    op.drop_index("ix_papers_removed", "papers")
    op.drop_column("papers", "leaving")
    op.drop_column("papers", "removed")
