"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from footnote.ui.serving import Running
from tests.browser.sessions import serving

# Of a page that loads on a busy machine; what never comes fails all the same.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def served(library_home: Path) -> Iterator[Running]:
    """The page over the shipped library, for the tests of one file."""
    with serving(library_home) as running:
        yield running
