"""Clients that send their request slowly lose the connection."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from footnote.ui import slow_clients
from footnote.ui.slow_clients import TimelyBodies, close_slow

HEAD = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n"


async def reply(request: Request) -> PlainTextResponse:
    try:
        return PlainTextResponse((await request.body()).decode() + "!")
    except ClientDisconnect:
        return PlainTextResponse("gone", 408)


@pytest.fixture(params=["h11", "httptools"])
def port(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that runs, and is limited then, as Gradio's."""
    monkeypatch.setattr(slow_clients, "HEADER_S", 0.3)
    monkeypatch.setattr(slow_clients, "BODY_S", 0.3)
    monkeypatch.setattr(slow_clients, "MAX_CONNECTIONS", 5)
    app = Starlette(routes=[Route("/", reply, methods=["POST"])], middleware=[Middleware(TimelyBodies)])
    config = uvicorn.Config(app, port=0, log_level="critical", timeout_keep_alive=1, http=request.param)
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        close_slow(server)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def exchange(port: int, *parts: bytes) -> bytes:
    """All that the server sends until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(1000):
                received += chunk
        return received


def test_a_slow_request_is_given_up_and_a_whole_one_answered(port: int) -> None:
    assert exchange(port) == b""
    assert exchange(port, HEAD) == b""
    assert b"gone" in exchange(port, HEAD + b"\r\n", b"ab")
    whole = HEAD + b"Connection: close\r\n\r\nabcd"
    assert exchange(port, whole[:20], whole[20:]).endswith(b"abcd!")
    again = HEAD + b"\r\nabcd"
    assert exchange(port, again, HEAD).count(b"abcd!") == 1  # the second header is never completed


def test_more_connections_than_the_limit_are_refused(port: int) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(5):
            held.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert b" 503 " in exchange(port, HEAD + b"Connection: close\r\n\r\nabcd")
