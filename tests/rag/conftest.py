"""The scripted model, served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_server import ModelServer


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A chat model's server on loopback: `model_server.script("stall")`, `.base_url`, `.requests`."""
    server = ModelServer()
    server.start()
    yield server
    server.stop()
