"""Which requests the server takes: those for what it offers, by a host of its own, from no other site's page.

A page of another site can send requests from a reader's browser: under its own address, which the browser
names in Origin, or under a name that its owner points at this server (DNS rebinding), which it names in Host.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.ui import strings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ALL_ADDRESSES = frozenset({"0.0.0.0", "::", ""})
_WEBSOCKET_REFUSED = 1008
"""The close code of RFC 6455 for a policy that was broken."""


@dataclass(frozen=True)
class AllowedHosts:
    """The hosts by which requests may name the server.

    names: host names and addresses, in small letters, without ports. any_address: whether any IP address is
    one, since the server listens on all of them; a page of another site can't take an address as its name.
    public: those names that a proxy in front may be reached by, so that Origin may differ from Host.
    """

    names: frozenset[str]
    any_address: bool
    public: frozenset[str]

    @classmethod
    def of(cls, host: str, public: Iterable[str] = ()) -> AllowedHosts:
        """Those of a server that listens on `host`: loopback, `host` itself, and the public names."""
        named = frozenset(name.lower().strip("[]") for name in public)
        everywhere = host in _ALL_ADDRESSES
        own = {socket.gethostname().lower()} if everywhere else {host.lower()}
        return cls(_LOOPBACK | own | named, everywhere, named)

    def allows(self, host: str) -> bool:
        """Whether a request whose header Host is `host` is for this server."""
        name = _name(host)
        return name in self.names or (self.any_address and _is_address(name))

    def allows_origin(self, origin: str, host: str) -> bool:
        """Whether the page that sent a request, with these headers Origin and Host, is this server's own."""
        address = urlsplit(origin).netloc.lower()
        return bool(address) and (address == host.lower() or _name(address) in self.public)


_READ = frozenset({"GET", "HEAD"})
_OFFERED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern), methods)
    for pattern, methods in (
        (r"/|/config|/theme\.css|/favicon\.ico|/robots\.txt|/(?:assets|static|svelte|shared)/.+", _READ),
        (r"/gradio_api/(?:queue/data|heartbeat/.+|startup-events|upload_progress|openapi\.json)", _READ),
        (r"/gradio_api/(?:queue/join|cancel|reset|upload|run/.+)", frozenset({"POST"})),
        (r"/v1/chat/completions", frozenset({"POST"})),
        (r"/v1/models|/health|/ready|/metrics", _READ),
        (r"/login", _READ | {"POST"}),
        (r"/logout", frozenset({"POST"})),
        (r"/gradio_api/mcp/?", frozenset({"GET", "POST", "DELETE"})),
    )
)
"""The routes that the page and the interfaces for programs use. Gradio has some fifty more: recordings, links
to stored states, files by address, editing of its own source."""


class OwnRequestsOnly:
    """ASGI middleware that refuses requests for another host with 421, of another site's page with 403, and
    for what isn't offered with 404.
    """

    def __init__(self, app: ASGIApp, hosts: AllowedHosts) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the app, unless the request is refused."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(Headers(scope=scope)) or _not_offered(scope)
        if refused is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _WEBSOCKET_REFUSED})
        else:
            status, reason = refused
            await JSONResponse({"error": reason}, status)(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        named, origins = headers.getlist("host"), headers.getlist("origin")
        if len(named) != 1 or not self.hosts.allows(named[0]):
            return 421, strings.HOST_NOT_ALLOWED
        if not all(self.hosts.allows_origin(origin, named[0]) for origin in origins):
            return 403, strings.ORIGIN_NOT_ALLOWED
        return None


def _not_offered(scope: Scope) -> tuple[int, str] | None:
    method = scope.get("method", "")
    offered = any(pattern.fullmatch(scope["path"]) and method in methods for pattern, methods in _OFFERED)
    return None if offered else (404, strings.NOT_OFFERED)


def _name(host: str) -> str:
    """The name or address in a header Host, in small letters: without port, brackets and final dot."""
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:  # brackets that enclose no address
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
