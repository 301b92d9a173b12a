"""The tables as the code knows them are those that the migrations make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from footnote.store import schema as catalog
from footnote.store.chats import schema as chats
from footnote.store.database import Database, Schema


@contextmanager
def opened(url: str) -> Iterator[sa.Inspector]:
    engine = sa.create_engine(url)
    yield sa.inspect(engine)
    engine.dispose()


def tables(inspector: sa.Inspector) -> dict[str, object]:
    """What a database says of each table."""
    with inspector.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'").all()
    indexes = {name: " ".join(sql.split()) for name, sql in made if sql}
    return {"indexes": indexes} | {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(name)
            },
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "foreign keys": sorted(
                (
                    each["constrained_columns"],
                    each["referred_table"],
                    each["referred_columns"],
                    str(each["options"]),
                )
                for each in inspector.get_foreign_keys(name)
            ),
            "unique": sorted(each["column_names"] for each in inspector.get_unique_constraints(name)),
        }
        for name in inspector.get_table_names()
    }


@pytest.mark.parametrize(
    ("schema", "metadata"), [(catalog.SCHEMA, catalog.metadata), (chats.SCHEMA, chats.metadata)]
)
def test_migrations_make_the_tables_of_the_schema(
    tmp_path: Path, schema: Schema, metadata: sa.MetaData
) -> None:
    Database.in_file(tmp_path / "migrated.sqlite", schema).close()
    with opened(f"sqlite:///{tmp_path}/made.sqlite") as inspector:
        metadata.create_all(inspector.engine)
    with opened(f"sqlite:///{tmp_path}/made.sqlite") as inspector:
        made = tables(inspector)
    with opened(f"sqlite:///{tmp_path}/migrated.sqlite") as inspector:
        migrated = tables(inspector)
    del migrated[schema.version_table]
    assert made == migrated
