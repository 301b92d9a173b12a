"""docs/python.md says what the code says."""

from __future__ import annotations

from docs.python_reference import FILE, reference


def test_the_page_of_public_names_is_current() -> None:
    assert FILE.read_text("utf-8") == reference(), "run `make docs`"
