"""Requests for another host, from another site's page, or for what isn't offered, reach nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.rag.settings import Settings, SettingsError
from footnote.ui.access import AllowedHosts
from footnote.ui.security import HEADERS
from footnote.ui.serving import middleware


@pytest.mark.parametrize(("served_on", "host", "allowed"), [
    ("127.0.0.1", "127.0.0.1:7860", True),
    ("127.0.0.1", "localhost:7860", True),
    ("127.0.0.1", "LOCALHOST.", True),
    ("127.0.0.1", "[::1]:7860", True),
    ("127.0.0.1", "rebound.example:7860", False),
    ("127.0.0.1", "192.168.1.5:7860", False),
    ("127.0.0.1", "127.0.0.1.rebound.example", False),
    ("127.0.0.1", "localhost@rebound.example", False),
    ("127.0.0.1", "[::1", False),
    ("127.0.0.1", "", False),
    ("127.0.0.1", "papers.example.org", True),
    ("192.168.1.5", "192.168.1.5:7860", True),
    ("192.168.1.5", "192.168.1.6:7860", False),
    ("0.0.0.0", "192.168.1.5:7860", True),
    ("0.0.0.0", f"{socket.gethostname()}:7860", True),
    ("0.0.0.0", "rebound.example", False),
    ("::", "[2001:db8::5]:80", True),
])  # fmt: skip
def test_a_server_is_known_by_its_own_names_only(served_on: str, host: str, allowed: bool) -> None:
    assert AllowedHosts.of(served_on, ["Papers.example.org"]).allows(host) is allowed


@pytest.mark.parametrize(("origin", "host", "allowed"), [
    ("http://127.0.0.1:7860", "127.0.0.1:7860", True),
    ("http://127.0.0.1:3000", "127.0.0.1:7860", False),  # another program's page on this machine
    ("http://localhost:7860", "127.0.0.1:7860", False),
    ("https://papers.example.org", "127.0.0.1:7860", True),  # a proxy that names the server itself
    ("https://outside.example", "127.0.0.1:7860", False),
    ("null", "127.0.0.1:7860", False),
    ("", "127.0.0.1:7860", False),
])  # fmt: skip
def test_a_page_is_the_servers_own_or_another_sites(origin: str, host: str, allowed: bool) -> None:
    assert AllowedHosts.of("127.0.0.1", ["papers.example.org"]).allows_origin(origin, host) is allowed


@given(st.text(max_size=60))
def test_no_header_breaks_the_check(text: str) -> None:
    hosts = AllowedHosts.of("127.0.0.1")
    hosts.allows_origin(text, "127.0.0.1")
    if hosts.allows(text):
        assert any(name in text.lower() for name in ("localhost", "127.0.0.1", "::1"))


@pytest.fixture
def client() -> Iterator[TestClient]:
    def reply(request: Request) -> PlainTextResponse:
        return PlainTextResponse("papers")

    routes = [Route("/{path:path}", reply, methods=["GET", "POST", "DELETE"])]
    app = Starlette(routes=routes, middleware=middleware("127.0.0.1"))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def test_every_route_is_closed_to_strangers_even_for_reading(client: TestClient) -> None:
    assert client.get("/").text == "papers"
    rebound = client.get("/", headers={"Host": "rebound.example"})
    assert (rebound.status_code, "papers" in rebound.text) == (421, False)
    assert "FOOTNOTE_ALLOWED_HOSTS" in rebound.json()["error"]
    other = client.get("/", headers={"Origin": "http://outside.example"})
    assert (other.status_code, "papers" in other.text) == (403, False)
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= dict(other.headers).items()


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/", 200),
    ("GET", "/assets/index.js", 200),
    ("GET", "/shared/abc", 200),
    ("POST", "/gradio_api/queue/join", 200),
    ("POST", "/gradio_api/run/ask", 200),
    ("DELETE", "/gradio_api/mcp", 200),
    ("DELETE", "/", 404),
    ("GET", "/gradio_api/run/ask", 404),
    ("GET", "/gradio_api/file=/etc/hostname", 404),
    ("POST", "/gradio_api/process_recording", 404),
    ("GET", "/gradio_api/deep_link", 404),
    ("POST", "/gradio_api/vibe-code", 404),
    ("GET", "/monitoring", 404),
    ("POST", "/login", 404),
])  # fmt: skip
def test_only_what_the_page_and_programs_use_is_offered(
    client: TestClient, method: str, path: str, status: int
) -> None:
    assert client.request(method, path).status_code == status


def test_host_names_are_read_from_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ALLOWED_HOSTS", " papers.example.org, papers ,")
    assert Settings().allowed_hosts == ("papers.example.org", "papers")
    monkeypatch.setenv("FOOTNOTE_ALLOWED_HOSTS", "https://papers.example.org")
    with pytest.raises(SettingsError, match=r"FOOTNOTE_ALLOWED_HOSTS.*without scheme"):
        Settings()
