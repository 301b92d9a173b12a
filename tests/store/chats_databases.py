"""Where tests of conversations keep them: SQLite, and PostgreSQL where TEST_POSTGRES_URL names one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

POSTGRES = "TEST_POSTGRES_URL"


@contextmanager
def postgres_url() -> Iterator[sa.URL]:
    """An empty schema of its own, dropped at the end; skips the test where there is no server."""
    if POSTGRES not in os.environ:
        pytest.skip(f"{POSTGRES} names no PostgreSQL server")
    url = sa.make_url(os.environ[POSTGRES])
    name = f"footnote_test_{secrets.token_hex(8)}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    try:
        yield url.update_query_dict({"options": f"-csearch_path={name}"})
    finally:
        with engine.connect() as connection:
            connection.execute(sa.schema.DropSchema(name, cascade=True))
        engine.dispose()
