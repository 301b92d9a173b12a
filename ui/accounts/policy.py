"""How a served page is protected: who signs in and how, who may change the library, how often one may ask."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from footnote.rag.settings import Settings
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.accounts.rates import Rate
from footnote.ui.accounts.sessions import account_id, secret
from footnote.ui.accounts.users import Role, Users
from footnote.ui.accounts.visitors import Visitor


class OpenToStrangers(FootnoteError):
    """The page would be served to a network without a login."""


@dataclass(frozen=True)
class Policy:
    """The protection of one served page.

    users: who may sign in, and their roles. header: in which a proxy names the user. key: the installation's,
    empty without a login. changes: who may change the library. questions: the rate of each visitor.
    """

    users: Users | None = None
    header: str | None = None
    key: bytes = b""
    changes: str = "all"
    questions: Rate | None = None

    @classmethod
    def of(cls, settings: Settings, host: str, *, open_to_all: bool = False) -> Policy:
        """The protection of a page served on `host`. Raises OpenToStrangers, UsersError.

        open_to_all: whether it may be served to a network without a login.
        """
        login = settings.users is not None or settings.trust_header is not None
        local = is_loopback(host)
        if not (local or login or open_to_all):
            raise OpenToStrangers(strings.OPEN_TO_STRANGERS.format(host=host))
        return cls(
            Users(settings.users) if settings.users else None,
            settings.trust_header,
            secret(settings.home) if login else b"",
            settings.uploads or ("all" if local and not login else "curators"),
            Rate(settings.rate, 60) if settings.rate else None,
        )

    @property
    def login(self) -> bool:
        """Whether a visitor must be signed in."""
        return self.users is not None or self.header is not None

    def account(self, name: str, role: Role) -> Visitor:
        """The visitor who is signed in as `name`."""
        may_change = self.changes == "all" or (self.changes == "curators" and role == "curator")
        return Visitor(f"account {name}", name, account_id(self.key, name), may_change, self.questions)

    def stranger(self, address: str) -> Visitor:
        """The visitor at an address of a network, where nobody signs in."""
        return Visitor(network(address), may_change=self.changes == "all", questions=self.questions)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def network(address: str) -> str:
    """What tells visitors apart by address: all of IPv4, the first 64 bits of IPv6, which one home has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
