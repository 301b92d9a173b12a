"""Requests that name another host, or come from another site's page, reach nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

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
    async def accept(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    routes = [Route("/", lambda request: PlainTextResponse("papers")), WebSocketRoute("/live", accept)]
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


def test_a_websocket_of_another_sites_page_is_closed(client: TestClient) -> None:
    with client.websocket_connect("ws://127.0.0.1/live"):
        pass
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("ws://127.0.0.1/live", headers={"Origin": "http://outside.example"}),
    ):
        pass


def test_host_names_are_read_from_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ALLOWED_HOSTS", " papers.example.org, papers ,")
    assert Settings().allowed_hosts == ("papers.example.org", "papers")
    monkeypatch.setenv("FOOTNOTE_ALLOWED_HOSTS", "https://papers.example.org")
    with pytest.raises(SettingsError, match=r"FOOTNOTE_ALLOWED_HOSTS.*without scheme"):
        Settings()
