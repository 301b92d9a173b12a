"""The tables of conversations and feedback: in no way tied to those of papers.

The migrations make them; a test holds the two against each other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from footnote.store.database import Schema

SCHEMA = Schema(
    name="conversations",
    scripts=Path(__file__).parent / "migrations",
    head="c002",
    version_table="conversations_version",  # they may share a database with the catalog
)
WHOLE_ANSWER = 0
"""Stands for "no footnote" in a key, where NULL can't."""


class Moment(sa.TypeDecorator[datetime]):
    """A time, kept as UTC: SQLite has no time zones."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database. Raises ValueError for a time without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


metadata = sa.MetaData()
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(22), primary_key=True),
    # A hash: who can read the database can't act as a reader.
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("title_words", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("updated", Moment, nullable=False),
    sa.Column("deleted", Moment, index=True),
    sa.Column("share", sa.String(22), unique=True),
    sa.Column("shared_turns", sa.Integer),
    sa.Index("ix_conversations_owner_updated", "owner", "updated"),
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column(
        "conversation",
        sa.String(22),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asked", Moment, nullable=False),
    # Before the answer: SQLite reads a row up to the column that it is asked for.
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("settings", sa.String(64)),
    sa.Column("fault", sa.Text),
    sa.Column("filters", sa.Text),
    sa.Column("answer", sa.Text),
)


def _of_a_turn() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation", "number"], ["turns.conversation", "turns.number"], ondelete="CASCADE"
    )


cited = sa.Table(
    "cited",
    metadata,
    sa.Column("conversation", sa.String(22), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("paper", sa.String(200), primary_key=True),
    _of_a_turn(),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("conversation", sa.String(22), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("footnote", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("comment", sa.Text),
    sa.Column("paper", sa.String(200)),
    sa.Column("given", Moment, nullable=False, index=True),
    sa.Column("version", sa.String(40), nullable=False),
    _of_a_turn(),
)
