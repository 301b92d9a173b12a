"""The users who may sign in: a text file with a line for each, and the check of their passwords.

A line is `NAME:ROLE:PASSWORD`. PASSWORD is `scrypt:N:R:P:SALT:KEY` (RFC 7914; salt and key as base64), or `-`
for a user whom a proxy in front signs in. The file is read again when it has changed.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from filelock import FileLock

from footnote.store.errors import FootnoteError
from footnote.ui.accounts.files import replace_private

Role = Literal["reader", "curator"]
NO_PASSWORD = "-"
MIN_PASSWORD_CHARS, MAX_PASSWORD_CHARS = 8, 1000
_NAME = re.compile(r"[\w.@+-]{1,64}")
_COST, _BLOCK, _PARALLEL = 2**15, 8, 3
"""One of OWASP's recommended settings: 32 MiB of memory, and about a third of a second."""
_MAX_MEMORY = 256 * 2**20


class UsersError(FootnoteError):
    """The users file can't be used, or a name or password doesn't fit in it. The text says which and why."""


@dataclass(frozen=True)
class User:
    """One user. password: its hash as in the file, or NO_PASSWORD."""

    name: str
    role: Role
    password: str


class Users:
    """The users in a file. Raises UsersError if it can't be read, here and wherever it is read again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int], Mapping[str, User]] | None = None
        self.all()

    def all(self) -> Mapping[str, User]:
        """The users by name, as the file has them now."""
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, parse(self.path.read_text("utf-8"), str(self.path))
        except (OSError, UnicodeDecodeError) as error:
            raise UsersError(
                f"FOOTNOTE_USERS ({self.path}) can't be read: {error}; `footnote users add NAME` makes it"
            ) from error
        return self._read[1]

    def check(self, name: str, password: str) -> User | None:
        """The user with this name and password, if there is one. Takes as long if there is no such name."""
        user = self.all().get(name)
        stored = user.password if user and user.password != NO_PASSWORD else _nobody()
        right = verify(password, stored)
        return user if user is not None and right and user.password != NO_PASSWORD else None


def parse(text: str, file: str) -> dict[str, User]:
    """The users of a file's text. Raises UsersError, which names `file` and the line."""
    users: dict[str, User] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, role, password = (*line.split(":", 2), "", "")[:3]
        if not _NAME.fullmatch(name) or role not in get_args(Role) or name in users:
            raise UsersError(
                f"{file}:{number}: not NAME:ROLE:PASSWORD of a new name; use `footnote users add`"
            )
        if password != NO_PASSWORD and _parts(password) is None:
            raise UsersError(f"{file}:{number}: not a hashed password: use `footnote users add {name}`")
        users[name] = User(name, "curator" if role == "curator" else "reader", password)
    return users


def add(path: Path, name: str, role: Role, password: str | None) -> bool:
    """Adds a user to the file, or replaces theirs; returns whether the name was new. Raises UsersError.

    password: None for a user whom a proxy signs in.
    """
    if not _NAME.fullmatch(name):
        raise UsersError(f"{name!r} is no user's name: use up to 64 letters, digits and . _ @ + -")
    hashed = NO_PASSWORD if password is None else hash_password(password)
    with _changing(path) as users:
        new = name not in users
        users[name] = User(name, role, hashed)
    return new


def remove(path: Path, name: str) -> None:
    """Removes a user from the file: they are signed out at once. Raises UsersError if there is none."""
    with _changing(path) as users:
        if users.pop(name, None) is None:
            raise UsersError(f"{path} has no user {name!r}")


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[dict[str, User]]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            users = dict(Users(path).all()) if path.exists() else {}
            yield users
            lines = (f"{user.name}:{user.role}:{user.password}\n" for user in users.values())
            replace_private(path, "".join(lines).encode())
    except OSError as error:
        raise UsersError(f"FOOTNOTE_USERS ({path}) can't be written: {error}") from error


def hash_password(password: str) -> str:
    """A password as the file stores it. Raises UsersError if it is too short or too long."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise UsersError(f"a password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS:,} characters")
    salt = secrets.token_bytes(16)
    key = _key(password, salt, _COST, _BLOCK, _PARALLEL)
    salt64, key64 = (base64.b64encode(part).decode() for part in (salt, key))
    return f"scrypt:{_COST}:{_BLOCK}:{_PARALLEL}:{salt64}:{key64}"


def verify(password: str, stored: str) -> bool:
    """Whether `stored` is the hash of `password`. The comparison takes the same time for every wrong key."""
    parts = _parts(stored)
    if parts is None or len(password) > MAX_PASSWORD_CHARS:
        return False
    cost, block, parallel, salt, key = parts
    return hmac.compare_digest(_key(password, salt, cost, block, parallel), key)


def _key(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=parallel, maxmem=_MAX_MEMORY, dklen=32)


def _parts(stored: str) -> tuple[int, int, int, bytes, bytes] | None:
    try:
        kind, cost, block, parallel, salt, key = stored.split(":")
        sizes = int(cost), int(block), int(parallel)
        salted, keyed = base64.b64decode(salt, validate=True), base64.b64decode(key, validate=True)
    except (ValueError, binascii.Error):
        return None
    sound = kind == "scrypt" and sizes[0] > 1 and sizes[0] & (sizes[0] - 1) == 0 and min(sizes) > 0
    fits = sound and 128 * sizes[0] * sizes[1] * 2 <= _MAX_MEMORY and sizes[2] <= 16
    return (*sizes, salted, keyed) if fits and salted and len(keyed) == 32 else None


def _nobody() -> str:
    """The form of a hash that no password has, for names that don't exist."""
    zeros = base64.b64encode(bytes(32)).decode()
    return f"scrypt:{_COST}:{_BLOCK}:{_PARALLEL}:{zeros}:{zeros}"
