"""The security headers, one by one: a header or a directive that is dropped or relaxed fails a test."""

from __future__ import annotations

import pytest

from footnote.ui.security import HEADERS

DIRECTIVES = {
    "default-src": {"'self'"},
    "script-src": {"'self'", "'unsafe-inline'"},  # Gradio starts from inline scripts
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
