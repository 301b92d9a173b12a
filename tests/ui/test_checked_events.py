"""Wrong events of the page, and requests that Gradio fails at: a 422 and one line in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.ui.checked_events import MAX_EVENT, WrongEvent, check
from footnote.ui.serving import middleware

RIGHT = {"fn_index": 3, "data": ["a", None], "session_hash": "abc123"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A server whose only event, 3, takes two values; its upload fails as Gradio's can."""

    async def reply(request: Request) -> PlainTextResponse:
        if request.url.path.endswith("upload"):
            raise TypeError("File is not an instance")
        return PlainTextResponse((await request.body()).decode())

    routes = [Route("/{path:path}", reply, methods=["POST"])]
    with TestClient(
        Starlette(routes=routes, middleware=middleware("127.0.0.1", events={3: 2})), "http://127.0.0.1"
    ) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/run/predict"])
def test_an_event_of_the_page_arrives_whole(client: TestClient, path: str) -> None:
    assert json.loads(client.post(path, json=RIGHT).text) == RIGHT


@pytest.mark.parametrize("wrong", [
    {"fn_index": 9999}, {"fn_index": -1}, {"fn_index": "3"}, {"fn_index": None}, {"fn_index": True},
    {"data": []}, {"data": ["a"] * 3}, {"data": "ab"}, {"data": None},
    {"session_hash": ""}, {"session_hash": "../x"}, {"session_hash": None}, {"session_hash": "x" * 65},
])  # fmt: skip
def test_a_wrong_event_is_refused_with_one_line(
    client: TestClient, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any]
) -> None:
    reply = client.post("/gradio_api/queue/join", json=RIGHT | wrong)
    assert reply.status_code == 422
    assert "error" in reply.json()
    assert [record.levelno for record in caplog.records if "footnote" in record.name] == [logging.WARNING]
    assert "Traceback" not in caplog.text


def test_deep_nesting_is_no_event() -> None:
    with pytest.raises(WrongEvent):
        check(b"[" * 100_000, {3: 2})


def test_an_event_of_any_size_is_not_read_whole(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", content=b"x" * (MAX_EVENT + 1)).status_code == 413


@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(repr))
def test_nothing_else_than_an_event_passes(content: bytes | str) -> None:
    with pytest.raises(WrongEvent):
        check(content if isinstance(content, bytes) else content.encode("utf-8", "replace"), {3: 2})


def test_what_gradio_fails_at_is_a_422_with_one_line(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    reply = client.post("/gradio_api/upload")
    assert reply.status_code == 422
    (record,) = (record for record in caplog.records if "footnote" in record.name)
    assert "TypeError: File is not an instance" in record.getMessage()
    assert record.exc_info is None
