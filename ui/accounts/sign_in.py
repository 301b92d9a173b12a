"""The layer of the server that knows each request's visitor, and the page on which users sign in.

People sign in at `/login` and get a cookie. Programs send the name and password with each request, by HTTP
Basic authentication, or as `Bearer NAME:PASSWORD` where a client takes one key. Or a proxy names its user.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import secrets
from collections import OrderedDict
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.accounts import visitors
from footnote.ui.accounts.policy import Policy, network
from footnote.ui.accounts.rates import Rate, TooMany
from footnote.ui.accounts.sessions import LIFETIME_S, Sessions
from footnote.ui.accounts.sign_in_page import sign_in_page, signed_in_page
from footnote.ui.accounts.users import User, Users
from footnote.ui.accounts.visitors import Visitor

log = logging.getLogger(__name__)

COOKIE = "footnote-session"
LOGIN, LOGOUT = "/login", "/logout"
MAX_FORM = 10_000
FAILURES_BY_ADDRESS, FAILURES_BY_NAME, FAILURES_S = 10, 50, 300
"""Wrong passwords in five minutes, from one address and for one name, after which no more are checked."""
_CHECKED = 1_000
"""Names and passwords of programs that are remembered as right."""
_OPEN = frozenset(
    {"/health", "/ready", "/favicon.ico", "/robots.txt", "/gradio_api/startup-events", LOGIN, LOGOUT}
)
_SHARED = "/shared/"
_UPLOAD = "/gradio_api/upload"


class KnownVisitors:
    """ASGI middleware that finds out who sends a request, and refuses those who must sign in and didn't."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self.app, self._policy = app, policy
        self._passwords = _Passwords(policy.users) if policy.users else None
        self._sessions = Sessions(policy.key, policy.users) if policy.users else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the app with the visitor in the scope, or replies."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, path = Request(scope, receive), scope["path"]
        try:
            visitor = await self._visitor(request)
            if path in (LOGIN, LOGOUT):
                reply: Response | None = await self._sign_in_or_out(request, visitor)
            else:
                reply = _refusal(path, visitor)
        except TooMany as error:
            reply = JSONResponse({"error": str(error)}, 429, {"Retry-After": str(error.wait_s)})
        except ClientDisconnect:
            return
        except FootnoteError:
            log.exception("It can't be found out who sends requests")
            reply = JSONResponse({"error": strings.LOGIN_BROKEN}, 503)
        if reply is not None:
            await reply(scope, receive, send)
            return
        visitors.enter(scope, visitor or visitors.UNKNOWN)
        await self.app(scope, receive, send)

    async def _visitor(self, request: Request) -> Visitor | None:
        """Who sends a request; None if they must sign in first. Raises TooMany, UsersError."""
        policy = self._policy
        address = request.client.host if request.client else ""
        if not policy.login:
            return policy.stranger(address)
        if policy.header and (name := _one(request.headers, policy.header)):
            user = policy.users.all().get(name) if policy.users else None
            return policy.account(name, user.role if user else "reader")
        if self._passwords is None or self._sessions is None:
            return None
        user = self._sessions.user(request.cookies.get(COOKIE, ""))
        if user is None and (given := _credentials(request.headers)):
            user = await self._passwords.check(*given, address, remember=True)
        return policy.account(user.name, user.role) if user else None

    async def _sign_in_or_out(self, request: Request, visitor: Visitor | None) -> Response:
        if self._passwords is None or self._sessions is None:
            if visitor is not None and visitor.name:
                return _html(signed_in_page(visitor.name, sign_out=False))
            return JSONResponse({"error": strings.NOT_OFFERED}, 404)
        if request.url.path == LOGOUT:
            self._sessions.end(request.cookies.get(COOKIE, ""))
            left = RedirectResponse(LOGIN, 303)
            left.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_is_tls(request))
            return left
        if request.method != "POST":
            return _html(signed_in_page(visitor.name) if visitor else sign_in_page())
        form = parse_qs((await _body(request)).decode("utf-8", "replace"), max_num_fields=10)
        name, password = (form.get(field, [""])[0] for field in ("name", "password"))
        address = request.client.host if request.client else ""
        try:
            user = await self._passwords.check(name.strip(), password, address)
        except TooMany as error:
            page = _html(sign_in_page(str(error), name), 429)
            page.headers["Retry-After"] = str(error.wait_s)
            return page
        if user is None:
            return _html(sign_in_page(strings.LOGIN_WRONG, name), 401)
        entered = RedirectResponse("/", 303)
        token = self._sessions.begin(user)
        entered.set_cookie(
            COOKIE, token, max_age=LIFETIME_S, httponly=True, samesite="lax", secure=_is_tls(request)
        )
        return entered


class _Passwords:
    """Checks names and passwords, ever fewer of those who guess."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._by_address = Rate(FAILURES_BY_ADDRESS, FAILURES_S)
        self._by_name = Rate(FAILURES_BY_NAME, FAILURES_S)
        self._one_at_a_time = asyncio.Lock()
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, User] = OrderedDict()

    async def check(self, name: str, password: str, address: str, *, remember: bool = False) -> User | None:
        """The user, if the password is theirs. Raises TooMany, UsersError.

        remember: the next check of the same is quick, as programs send their password with each request.
        """
        known = hmac.digest(self._key, f"{name}\0{password}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        user = self._right.get(known)
        if user is not None and self._users.all().get(name) == user:
            return user
        places = (self._by_address, network(address)), (self._by_name, name[:64])
        # One at a time: who sends many at once gets no more tries, and no more of the machine.
        async with self._one_at_a_time:
            if wait := max(rate.wait(key) for rate, key in places):
                raise TooMany(strings.LOGIN_TOO_OFTEN, wait)
            user = await asyncio.to_thread(self._users.check, name, password)
            if user is None:
                log.warning("A wrong name or password was sent from %s", address)
                for rate, key in places:
                    rate.take(key)
        if user is not None and remember:
            self._right[known] = user
            if len(self._right) > _CHECKED:
                self._right.popitem(last=False)
        return user


def _refusal(path: str, visitor: Visitor | None) -> Response | None:
    if path == _UPLOAD and (visitor is None or not visitor.may_change):
        return JSONResponse({"error": strings.UPLOADS_NOT_ALLOWED}, 401 if visitor is None else 403)
    if visitor is not None or path in _OPEN or path.startswith(_SHARED):
        return None
    if path == "/":
        return RedirectResponse(LOGIN, 303)
    return JSONResponse({"error": strings.LOGIN_NEEDED}, 401, {"WWW-Authenticate": "Bearer"})


def _one(headers: Headers, name: str) -> str:
    """The value of a header that is there once; empty where it isn't: a second one may be a visitor's own."""
    values = headers.getlist(name)
    return values[0].strip() if len(values) == 1 else ""


def _credentials(headers: Headers) -> tuple[str, str] | None:
    """The name and password in the header Authorization."""
    kind, _, value = _one(headers, "authorization").partition(" ")
    if kind.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif kind.lower() != "bearer":
        return None
    name, colon, password = value.partition(":")
    return (name, password) if colon else None


def _is_tls(request: Request) -> bool:
    """Whether the browser reached the server, or a proxy in front, over TLS."""
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")


def _html(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, {"Cache-Control": "no-store"})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            return b""
    return bytes(body)
