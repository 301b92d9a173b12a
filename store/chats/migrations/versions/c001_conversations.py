"""Conversations, their turns, and the papers that each turn cited."""

import sqlalchemy as sa
from alembic import op

revision = "c001"
down_revision = None


def upgrade() -> None:
    """Makes the three tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("title_words", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("updated", sa.DateTime, nullable=False),
        sa.Column("deleted", sa.DateTime, index=True),
        sa.Column("share", sa.String(22), unique=True),
        sa.Column("shared_turns", sa.Integer),
    )
    op.create_index("ix_conversations_owner_updated", "conversations", ["owner", "updated"])
    op.create_table(
        "turns",
        sa.Column(
            "conversation",
            sa.String(22),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("asked", sa.DateTime, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("settings", sa.String(64)),
        sa.Column("fault", sa.Text),
        sa.Column("filters", sa.Text),
        sa.Column("answer", sa.Text),
    )
    op.create_table(
        "cited",
        sa.Column("conversation", sa.String(22), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("paper", sa.String(200), primary_key=True),
        sa.ForeignKeyConstraint(
            ["conversation", "number"], ["turns.conversation", "turns.number"], ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drops the three tables, with all that is in them."""
    for table in ("cited", "turns", "conversations"):
        op.drop_table(table)
