"""What browser tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.ui.serving import Running
from tests.browser.visits import serving


@pytest.fixture(scope="module")
def served(library_home: Path) -> Iterator[Running]:
    """The page over the library that ships, for the tests of one file."""
    with serving(library_home) as running:
        yield running
