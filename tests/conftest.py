"""What every test shares: no settings from outside, and the shipped library, made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from footnote.rag.llm.single_flight import close_process_single_flight
from footnote.rag.settings import Settings, load_settings
from tests.model_server import ModelServer

# How long an example takes says something of the machine, nothing of the code.
hypothesis_settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("no clock")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A developer's key, model or library must not reach a test, nor a test them."""
    for name in list(os.environ):
        if name.startswith(("FOOTNOTE_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "footnote-home"))
    # A server's script changes between two calls with the same prompt: tests of the cache switch it on.
    monkeypatch.setenv("FOOTNOTE_CACHE_MB", "0")
    # One call more before each answer: tests of the imagined abstract switch it on.
    monkeypatch.setenv("FOOTNOTE_EXPAND", "off")
    # tiktoken would fetch its vocabulary: tests need no network, with or without one.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def no_calls_from_before() -> Iterator[None]:
    """A server that was down in one test must not be taken for another's at the same port."""
    yield
    close_process_single_flight()


@pytest.fixture(scope="session")
def library_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A FOOTNOTE_HOME with the library that ships, ingested once. Read only: copy it to write.

    pytest-xdist's workers share one ingestion. What it made is closed and never opened again: each
    worker has a copy of it, so that nobody copies what another process writes to.
    """
    home = tmp_path_factory.mktemp("home")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _ingest_shipped(home)
        return home
    root = tmp_path_factory.getbasetemp().parent  # of this run, for all its workers
    made, draft = root / "shipped", root / "shipped.part"
    with FileLock(root / "shipped.lock"):
        if not made.exists():
            shutil.rmtree(draft, ignore_errors=True)  # of a worker that was killed
            _ingest_shipped(draft)
            draft.rename(made)
    shutil.copytree(made, home, dirs_exist_ok=True)
    return home


def _ingest_shipped(home: Path) -> None:
    from footnote.store.ingest import open_library

    open_library(home / "library").close()


@pytest.fixture
def own_library_home(library_home: Path, tmp_path: Path) -> Path:
    """A copy of the shipped library that a test may change."""
    home = tmp_path / "own-home"
    shutil.copytree(library_home, home, ignore=shutil.ignore_patterns("conversations.sqlite*"))
    return home


@pytest.fixture
def settings(library_home: Path) -> Settings:
    """Settings over the shipped library, in extractive mode."""
    return load_settings(home=library_home)


@pytest.fixture(scope="session")
def assistant(library_home: Path) -> Iterator[object]:
    """An assistant over the shipped library that quotes."""
    from footnote.rag.assistant import Assistant

    opened = Assistant(load_settings(home=library_home))
    yield opened
    opened.close()


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A chat model's server on loopback: `model_server.script("stall")`, `.base_url`, `.requests`."""
    server = ModelServer()
    server.start()
    yield server
    server.stop()
