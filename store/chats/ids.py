"""Ids that can't be guessed: of readers, conversations and links."""

from __future__ import annotations

import hashlib
import re
import secrets

from footnote.store.chats.errors import OwnerError

_FORM = re.compile(r"[A-Za-z0-9_-]{22}")


def new_id() -> str:
    """128 random bits as 22 characters that may stand in an address."""
    return secrets.token_urlsafe(16)


def is_id(value: object) -> bool:
    """Whether `value` has the form of what `new_id` makes."""
    return isinstance(value, str) and _FORM.fullmatch(value) is not None


def owner_key(owner: object) -> str:
    """What is stored of a reader's id. Raises OwnerError for what isn't one.

    The id is all that a reader has to show, so it isn't kept; random as it is, its hash needs no salt.
    """
    if not isinstance(owner, str) or not is_id(owner):
        raise OwnerError
    return hashlib.sha256(owner.encode()).hexdigest()
