"""Sessions of users who signed in with a password: signed tokens in a cookie, nothing in memory for each.

A token is worth nothing after it expires, after the user's password has changed, and after they signed out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from footnote.ui.accounts.files import replace_private
from footnote.ui.accounts.users import User, Users

LIFETIME_S = 7 * 24 * 3600
_FILE = "accounts.key"


def secret(home: Path) -> bytes:
    """The key of this installation's sessions and account ids: 32 random bytes in a private file."""
    file = home / _FILE
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock"):
            if not file.exists():  # another process may have been first
                replace_private(file, secrets.token_bytes(32))
    return file.read_bytes()


def account_id(key: bytes, name: str) -> str:
    """The id of an account's conversations and papers, in the form of `store.chats.ids`. Can't be guessed."""
    digest = hmac.digest(key, b"account\0" + name.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


class Sessions:
    """Makes tokens and checks them."""

    def __init__(self, key: bytes, users: Users, clock: Callable[[], float] = time.time) -> None:
        self._key, self._users, self._clock = key, users, clock
        self._ended: dict[str, int] = {}

    def begin(self, user: User) -> str:
        """A new token for this user, never one that a client brought along."""
        payload = f"{user.name}:{int(self._clock()) + LIFETIME_S}:{secrets.token_urlsafe(16)}"
        return f"{payload}:{self._sign(payload, user)}"

    def user(self, token: str) -> User | None:
        """The user of a token, if it is valid. Raises UsersError."""
        payload, _, signature = token.rpartition(":")
        name, expires, _ = (*payload.split(":"), "", "", "")[:3]
        user = self._users.all().get(name)
        if user is None or not expires.isascii() or not expires.isdecimal() or len(expires) > 15:
            return None
        signed = hmac.compare_digest(self._sign(payload, user).encode(), signature.encode())
        valid = signed and int(expires) > self._clock() and payload not in self._ended
        return user if valid else None

    def end(self, token: str) -> None:
        """Ends the session of a valid token."""
        now = int(self._clock())
        self._ended = {payload: until for payload, until in self._ended.items() if until > now}
        if self.user(token) is not None:
            payload = token.rpartition(":")[0]
            self._ended[payload] = int(payload.split(":")[1])

    def _sign(self, payload: str, user: User) -> str:
        key = hmac.digest(self._key, b"session\0" + user.password.encode(), hashlib.sha256)
        return hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()
