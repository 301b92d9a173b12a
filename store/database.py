"""A SQL database with a schema of its own: opened, brought up to date, and its errors named.

SQLite by default, or any other that SQLAlchemy reaches by URL.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from footnote.store.errors import DatabaseError
from footnote.store.faults import database_fix

_OWNER_ONLY = 0o600
_MIGRATING = threading.Lock()
"""Alembic's context is one for the whole process."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """What a database is brought up to.

    name: of the database, for errors. scripts: folder of the Alembic environment. head: its newest
    migration. version_table: where it notes which one is done; two schemas in one database have two.
    error: what is raised where the database fails.
    """

    name: str
    scripts: Path
    head: str
    version_table: str
    error: type[DatabaseError] = DatabaseError


class Database:
    """A database at its schema's newest migration. Safe from several threads and processes."""

    def __init__(self, url: str | sa.URL, schema: Schema) -> None:
        """Opens the database and brings its schema up to date, all of it or none.

        Raises DatabaseError (here and below: the schema's kind of it) where it can't be opened, or a newer
        Footnote wrote it.
        """
        self._schema = schema
        self._engine = _engine(url, schema)
        self.url = self._engine.url.render_as_string(hide_password=True)
        self._writing = self._engine.execution_options(footnote_writes=True)
        self._turn: AbstractContextManager[object] = nullcontext()
        if self._engine.dialect.name == "sqlite":
            # One writes at a time, and in SQLite whoever waits only looks again now and then, up to 100 ms
            # later. The threads of one process wait for each other here, and go on at once.
            self._turn = threading.Lock()
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        with self.reading() as connection:
            current = self._revision(connection) == schema.head
        if not current:
            self._migrate()

    @classmethod
    def in_file(cls, file: Path, schema: Schema) -> Database:
        """The SQLite database in `file`, which nobody but its owner may read. Raises as the constructor."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # SQLite gives the files beside it the mode of this one. One that is there is not opened here:
            # closing it would drop the locks that this process has on it.
            try:
                os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
            except FileExistsError:
                _close_to_others(file)
        except OSError as error:
            raise schema.error(
                f"the {schema.name} database {file} can't be used ({error.strerror or error}): set "
                "FOOTNOTE_HOME to a folder that may be written to"
            ) from error
        return cls(sa.URL.create("sqlite", database=str(file)), schema)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database. Raises DatabaseError."""
        with self._named(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: all that is done in it, or nothing if it ends in an error. Raises DatabaseError.

        On SQLite it is the only one that writes. Elsewhere lock the rows that a decision rests on.
        """
        with self._turn, self._named(), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turns the database's own errors into one that names it, without the values that were sent."""
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, JSONDecodeError, UnicodeDecodeError) as error:
            # PostgreSQL goes on with the row that it refuses, which may be somebody's question: neither that
            # nor the cause, which a log would show, is kept.
            reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
            if isinstance(error, ValueError):
                reason = f"a value in it can't be decoded: {reason}"
            raise self._schema.error(
                f"the {self._schema.name} database {self.url} can't be read or written ({reason}): "
                f"{database_fix(reason)}"
            ) from None

    def _revision(self, connection: sa.Connection) -> str | None:
        table = self._schema.version_table
        if not sa.inspect(connection).has_table(table):
            return None
        return connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(table))).scalar()

    def _migrate(self) -> None:
        # Alembic takes 0.4 s to import: only a new or old database pays for it.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(self._schema.scripts).replace("%", "%%"))
        config.attributes["version_table"] = self._schema.version_table
        with _MIGRATING, self.writing() as connection:
            if connection.dialect.name == "postgresql":  # where a transaction doesn't shut others out
                key = int.from_bytes(self._schema.version_table.encode()[-7:])
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
            found = self._revision(connection)
            if found == self._schema.head:
                return
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise self._schema.error(
                    f"the {self._schema.name} database {self.url} is at revision {found}, which this version "
                    "of Footnote doesn't know: use the newer version that wrote it"
                ) from error


def _engine(url: str | sa.URL, schema: Schema) -> sa.Engine:
    try:
        # Questions are private: neither errors nor logs show values.
        return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except sa.exc.ArgumentError as error:
        raise schema.error(
            f"the address of the {schema.name} database is no URL of a database: write sqlite:///FILE or "
            "postgresql://USER@HOST/NAME"
        ) from error
    except ModuleNotFoundError as error:
        raise schema.error(
            f"the {schema.name} database needs the Python package {error.name}; for PostgreSQL install the "
            "optional group `postgres` (.venv/bin/pip install -e '.[postgres]')"
        ) from error


def _close_to_others(file: Path) -> None:
    for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        # Those beside it go away when the last connection closes.
        with suppress(FileNotFoundError):
            if part.stat().st_mode & ~_OWNER_ONLY & 0o777:
                part.chmod(_OWNER_ONLY)


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads before it writes would fail at once, whatever the timeout, where another
    # has written in between: one that is going to write takes its turn at the start.
    writes = connection.get_execution_options().get("footnote_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's driver begins no transaction before DDL, and a migration that is killed must leave nothing:
    # transactions begin in `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    # WAL lets readers go on while ingestion writes; NORMAL is safe there when a process is killed.
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
