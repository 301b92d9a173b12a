"""Sessions: signed, limited in time, ended by signing out, by a new password and by removal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.chats.ids import is_id
from footnote.ui.accounts.sessions import LIFETIME_S, Sessions, account_id, secret
from footnote.ui.accounts.users import User, Users

ADA = "scrypt:2:1:1:AAAA:" + "A" * 43 + "="


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "users.txt"
    file.write_text(f"ada:reader:{ADA}\nben:curator:-\n")
    return file


def test_a_token_is_its_users_until_it_expires_or_is_ended(file: Path) -> None:
    now = 1000.0
    sessions = Sessions(b"key", Users(file), lambda: now)
    first, second = (sessions.begin(User("ada", "reader", ADA)) for _ in range(2))
    assert first != second
    assert all(sessions.user(token) is not None for token in (first, second))
    sessions.end(first)
    assert (sessions.user(first), sessions.user(second) is not None) == (None, True)
    now += LIFETIME_S
    assert sessions.user(second) is None


def test_a_new_password_or_removal_ends_sessions(file: Path) -> None:
    sessions = Sessions(b"key", Users(file))
    token = sessions.begin(User("ada", "reader", ADA))
    file.write_text(f"ada:curator:{ADA}\n")
    found = sessions.user(token)
    assert found is not None
    assert found.role == "curator"  # the role is that of now
    file.write_text(f"ada:reader:{ADA.replace('AAAA', 'BBBB')}\n")
    assert sessions.user(token) is None
    file.write_text("")
    assert sessions.user(token) is None


def test_no_other_token_is_valid(file: Path) -> None:
    users = Users(file)
    sessions = Sessions(b"key", users)
    token = sessions.begin(users.all()["ada"])
    forged = Sessions(b"other", users).begin(users.all()["ben"])
    assert sessions.user(forged) is None
    assert sessions.user(token.replace("ada", "ben")) is None
    name, expires, rest = token.split(":", 2)
    assert sessions.user(f"{name}:{int(expires) + 1}:{rest}") is None
    assert sessions.begin(replace(users.all()["ada"])) != token

    @given(st.text(max_size=80))
    def nonsense(text: str) -> None:
        assert sessions.user(text) is None
        assert sessions.user(f"ada:9999999999:{text}") is None

    nonsense()


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = secret(tmp_path / "home")
    assert (len(key), secret(tmp_path / "home")) == (32, key)
    assert (tmp_path / "home" / "accounts.key").stat().st_mode & 0o77 == 0
    ids = {account_id(key, "ada"), account_id(key, "ben"), account_id(b"other", "ada")}
    assert len(ids) == 3
    assert all(map(is_id, ids))
