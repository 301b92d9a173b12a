"""The page as a server: its port, its security headers, and that Gradio's own API is closed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from footnote.rag.assistant import Assistant
from footnote.ui.security import HEADERS
from footnote.ui.serving import PortError, Running, start


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture
def served(assistant: Assistant, taken_port: int) -> Iterator[Running]:
    running = start(assistant, host="127.0.0.1", port=taken_port)
    yield running
    running.close()


def test_page_moves_from_a_taken_port_and_is_closed_to_other_hosts(served: Running, taken_port: int) -> None:
    assert served.moved
    assert served.port > taken_port
    with urlopen(served.url) as reply:
        sent = {name: reply.headers[name] for name in HEADERS}
        assert "script-src 'self' 'sha256-" in sent.pop("Content-Security-Policy")
        assert sent.items() <= HEADERS.items()
        page = reply.read().decode()
    assert "<gradio-app" in page


@pytest.mark.parametrize(("path", "headers", "status"), [
    ("config", {"Host": "rebound.example"}, 421),
    ("config", {"Origin": "http://outside.example"}, 403),
    ("gradio_api/info", {}, 404),
])  # fmt: skip
def test_strangers_get_nothing_of_the_page(
    served: Running, path: str, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(served.url + path, headers=headers))
    assert refused.value.code == status
    assert "error" in json.load(refused.value)


def test_a_question_is_taken_while_the_handler_of_a_stopped_one_still_ends(served: Running) -> None:
    """Gradio's page drops an event whose earlier call still runs, unless its mode is "multiple"."""
    with urlopen(served.url + "config") as reply:
        config = json.load(reply)
    (box,) = (part["id"] for part in config["components"] if part["props"].get("elem_id") == "fn-box")
    modes = [event["trigger_mode"] for event in config["dependencies"] if [box, "submit"] in event["targets"]]
    assert modes == ["multiple"]


def test_an_address_of_another_machine_is_refused_by_name(assistant: Assistant) -> None:
    with pytest.raises(PortError, match=r"192\.0\.2\.1"):
        start(assistant, host="192.0.2.1", port=7860, open_to_all=True)


@pytest.mark.parametrize(
    "module", ["footnote.rag.assistant", "footnote.ui.chat.answering", "footnote.ui.chat.render"]
)
def test_only_the_page_imports_gradio(module: str) -> None:
    code = f"import sys, {module}; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
