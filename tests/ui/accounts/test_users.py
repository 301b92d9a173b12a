"""The users file: hashed passwords, roles, errors that name the line, and the command that writes it."""

from __future__ import annotations

import base64
import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from footnote.app import app
from footnote.ui.accounts import users
from footnote.ui.accounts.users import NO_PASSWORD, Users, UsersError, parse, verify

HASHED = (
    "scrypt:2:8:1:c2FsdHNhbHRzYWx0c2FsdA==:"
    + base64.b64encode(
        hashlib.scrypt(b"correct horse", salt=b"saltsaltsaltsalt", n=2, r=8, p=1, dklen=32)
    ).decode()
)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost nothing; the real cost is tested by itself."""
    monkeypatch.setattr(users, "_COST", 2)


def test_a_stored_password_costs_who_guesses_what_owasp_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    cost, block, parallel = users.hash_password("correct horse").split(":")[1:4]
    assert (int(cost), int(block), int(parallel)) >= (2**15, 8, 3)


def test_a_password_is_stored_as_a_salted_hash_and_verified() -> None:
    first, second = users.hash_password("correct horse"), users.hash_password("correct horse")
    assert first != second
    assert "horse" not in first
    assert verify("correct horse", first)
    assert verify("correct horse", HASHED)
    assert not verify("correct horsE", HASHED)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(UsersError, match="8 to 1,000"):
        users.hash_password(password)


@given(st.text(max_size=40))
def test_what_is_no_hash_verifies_nothing(text: str) -> None:
    assert not verify("correct horse", text)
    for huge in (f"scrypt:{2**30}:8:1:AAAA:AAAA", "scrypt:3:8:1:AAAA:AAAA", "scrypt:2:0:1:AAAA:AAAA"):
        assert not verify("correct horse", huge)


@pytest.mark.parametrize(("line", "named"), [
    ("ada", "NAME:ROLE:PASSWORD"),
    ("ada:owner:-", "NAME:ROLE:PASSWORD"),
    ("a da:reader:-", "NAME:ROLE:PASSWORD"),
    ("ben:reader:-", "NAME:ROLE:PASSWORD"),  # a second time
    ("ada:reader:correct horse", "users add ada"),
    ("ada:reader:", "users add ada"),
])  # fmt: skip
def test_a_wrong_line_is_named_and_never_a_login(line: str, named: str) -> None:
    with pytest.raises(UsersError, match=rf"users\.txt:3: .*{named}"):
        parse(f"# users\nben:curator:-\n{line}\n", "users.txt")


def test_only_the_right_name_and_password_is_a_user(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    file.write_text(f"ada:curator:{HASHED}\nproxied:reader:{NO_PASSWORD}\n")
    known = Users(file)
    found = known.check("ada", "correct horse")
    assert found is not None
    assert (found.name, found.role) == ("ada", "curator")
    for name, password in (("ada", "wrong horse"), ("eve", "correct horse"), ("proxied", "-"), ("", "")):
        assert known.check(name, password) is None


def run(file: Path, *arguments: str, password: str = "") -> tuple[int, str]:
    ran = CliRunner(env={"FOOTNOTE_USERS": str(file)}).invoke(app, ["users", *arguments], input=password)
    return ran.exit_code, ran.output + str(ran.exception or "")


def test_the_command_adds_replaces_lists_and_removes(tmp_path: Path) -> None:
    file = tmp_path / "new" / "users.txt"
    assert run(file, "add", "ada", "--curator", password="correct horse\n") == (
        0,
        "ada is added as a curator.\n",
    )
    assert run(file, "add", "ben", "--no-password")[0] == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "horse" not in file.read_text()
    assert run(file, "list")[1] == "ada\tcurator\nben\treader\n"
    known = Users(file)
    assert run(file, "add", "ada", password="battery staple\n") == (0, "ada is replaced as a reader.\n")
    assert known.check("ada", "correct horse") is None
    assert known.all()["ada"].role == "reader"
    assert run(file, "remove", "ada")[0] == 0
    assert list(known.all()) == ["ben"]
    assert "has no user 'ada'" in run(file, "remove", "ada")[1]
    assert "no user's name" in run(file, "add", "a:b", "--no-password")[1]
    assert run(file, "add", "ada", "correct horse")[0] == 2  # a password is never an argument


def test_without_a_file_the_setting_is_named(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["users", "list"])
    assert "FOOTNOTE_USERS isn't set" in str(ran.exception)
    with pytest.raises(UsersError, match=r"FOOTNOTE_USERS .*users add NAME"):
        Users(tmp_path / "nowhere.txt")
