"""Conversations in a database that several servers share."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from footnote.rag.opening import conversations_of
from footnote.rag.settings import Settings
from footnote.store.chats.ids import new_id
from footnote.store.errors import DatabaseError
from tests.store.chats_databases import postgres_url


def test_two_servers_share_the_conversations_of_one_database(tmp_path: Path) -> None:
    owner = new_id()
    with postgres_url() as url:
        where = url.render_as_string(hide_password=False)
        one, other = (
            conversations_of(Settings(home=tmp_path / name, conversations_url=where)) for name in "ab"
        )
        with closing(one), closing(other):
            ident = one.begin(owner)
            one.append(owner, ident, "What is DPO?", None, fault="none")
            assert [turn.question for turn in other.turns(owner, ident)] == ["What is DPO?"]
            # As when the database's server is restarted: the connections that were open are of no use.
            engine = sa.create_engine(url)
            with engine.connect() as connection:
                connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        " AND query LIKE '%conversation%'"
                    )
                )
            engine.dispose()
            one.append(owner, ident, "And PPO?", None, fault="none")
            assert len(other.turns(owner, ident)) == 2
    assert not list(tmp_path.iterdir())


def test_a_database_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, conversations_url="postgresql://me:s3same@127.0.0.1:1/none")
    with pytest.raises(DatabaseError, match=r"me:\*\*\*@127\.0\.0\.1:1") as caught:
        conversations_of(settings)
    assert "s3same" not in f"{caught.value} {settings!r}"


def test_they_are_in_the_home_by_default(tmp_path: Path) -> None:
    conversations_of(Settings(home=tmp_path)).close()
    assert (tmp_path / "conversations.sqlite").exists()
