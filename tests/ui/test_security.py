"""The security headers, one by one: a header or a directive that is dropped or relaxed fails a test."""

from __future__ import annotations

import base64
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.ui.security import HEADERS, SecurityHeaders

DIRECTIVES = {
    "default-src": {"'self'"},
    "script-src": {"'self'"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "img-src": {"'self'", "data:", "blob:"},
    "font-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "worker-src": {"'self'", "blob:"},
    "object-src": {"'none'"},
    "base-uri": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'self'"},
}


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_each_directive_of_the_policy_allows_this_and_no_more(directive: str) -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert set(policy[directive].split()) == DIRECTIVES[directive]


def test_the_policy_has_no_directive_that_is_not_tested() -> None:
    names = [part.split()[0] for part in HEADERS["Content-Security-Policy"].split(";")]
    assert sorted(names) == sorted(DIRECTIVES)


@pytest.mark.parametrize(
    ("header", "value"), [("Referrer-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff")]
)
def test_a_header_with_one_value_has_it(header: str, value: str) -> None:
    assert HEADERS[header] == value


@pytest.mark.parametrize("feature", ["camera", "geolocation", "microphone"])
def test_no_page_may_use_a_device(feature: str) -> None:
    assert f"{feature}=()" in HEADERS["Permissions-Policy"].split(", ")


def test_inline_scripts_of_the_page_run_by_their_hashes_and_nowhere_else() -> None:
    html = '<script src="a.js"></script><script data-x>one()\r\n</script>\n<SCRIPT type="m">two\n()</SCRIPT>'

    async def reply(request: Request) -> HTMLResponse:
        return HTMLResponse(html)

    routes = [Route("/{path:path}", reply)]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders, scripts=["added()"])])
    with TestClient(app) as client:
        page, other = client.get("/"), client.get("/shared/abc")
    assert page.text == other.text == html
    allowed = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in (b"one()\n", b"two\n()", b"added()")
    }
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert set(policy.pop("script-src").split()) == {"'self'", *allowed}
    assert policy == {name: value for name, value in _policy().items() if name != "script-src"}
    assert other.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def _policy() -> dict[str, str]:
    return dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
