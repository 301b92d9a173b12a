"""The catalog's tables, and how a database comes to have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from footnote.store.errors import LibraryError

HEAD = "m002"
"""The newest migration: a catalog at this revision needs no Alembic at start."""

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
    sa.Column("arxiv", sa.String(64)),
    sa.Column("doi", sa.String(256)),
    sa.Column("pmid", sa.String(32)),
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


def begin_sqlite(connection: sa.Connection) -> None:
    """Begins a transaction, as SQLAlchemy expects of a driver."""
    # Python's driver begins no transaction before DDL: a migration that is killed must leave nothing.
    connection.exec_driver_sql("BEGIN")


def prepare_sqlite(connection: Any, _record: Any) -> None:
    """Sets up a new connection to SQLite."""
    connection.isolation_level = None  # transactions begin in `begin_sqlite`
    # WAL lets readers go on while ingestion writes; NORMAL is safe there when a process is killed.
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(connection: sa.Connection) -> None:
    """Brings the schema to `HEAD`. Raises LibraryError if a newer Footnote wrote it."""
    if revision(connection) == HEAD:
        return
    # Alembic takes 0.4 s to import: only a new or old catalog pays for it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise LibraryError(
            f"the catalog is at revision {revision(connection)}, which this version of Footnote "
            "doesn't know: use the newer version that wrote it"
        ) from error


def revision(connection: sa.Connection) -> str | None:
    """The migration that the database is at, None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])
