"""What readers said of answers and of their footnotes."""

import sqlalchemy as sa
from alembic import op

revision = "c002"
down_revision = "c001"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "feedback",
        sa.Column("conversation", sa.String(22), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("footnote", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("comment", sa.Text),
        sa.Column("paper", sa.String(200)),
        sa.Column("given", sa.DateTime, nullable=False, index=True),
        sa.Column("version", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation", "number"], ["turns.conversation", "turns.number"], ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drops the table, with all that is in it."""
    op.drop_table("feedback")
