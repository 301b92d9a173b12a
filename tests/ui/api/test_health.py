"""Health, readiness and counters: a library that can't be read makes the server unready, not dead."""

from __future__ import annotations

import shutil
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from footnote.rag.assistant import Assistant
from footnote.rag.settings import Settings
from footnote.ui.api.health import routes


def test_a_server_is_ready_as_long_as_its_library_can_be_read(tmp_path: Path, library_home: Path) -> None:
    home = Path(shutil.copytree(library_home, tmp_path / "home"))
    with Assistant(Settings(home=home)) as assistant:
        client = TestClient(Starlette(routes=routes(assistant)))
        assert client.get("/ready").json() == {"status": "ok", "papers": assistant.status().papers}
        catalog = home / "library" / "catalog.sqlite"
        for file in catalog.parent.glob("catalog.sqlite*"):
            file.write_bytes(b"no database" * 1000)
        assistant.library.catalog.close()
        reply = client.get("/ready")
        assert (reply.status_code, str(tmp_path) in reply.text) == (503, False)
        assert client.get("/health").json()["status"] == "ok"
        assert "footnote_library_up 0" in client.get("/metrics").text


def test_counters_can_be_scraped_and_name_no_question(assistant: Assistant) -> None:
    assistant.ask("What are Adaptive Chameleons?")
    reply = TestClient(Starlette(routes=routes(assistant))).get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert f"footnote_papers {assistant.status().papers}\n" in reply.text
    assert "footnote_library_up 1\n" in reply.text
    assert "Chameleon" not in reply.text
