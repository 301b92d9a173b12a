"""The assistant as a context manager, and its repr."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings

OPEN_FILES = Path("/proc/self/fd")
QUESTION = "What are Adaptive Chameleons?"


def held_below(folder: Path) -> list[str]:
    """The files below `folder` that this process holds open."""
    return [str(target) for link in OPEN_FILES.iterdir()
            if link.exists() and (target := link.resolve()).is_relative_to(folder)]  # fmt: skip


def is_given_back(folder: Path) -> bool:
    """Whether no file below `folder` stays open: Chroma closes its own in a thread."""
    for _ in range(100):
        if not held_below(folder):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="open files are listed on Linux alone")
async def test_a_context_gives_back_the_files_of_the_library(own_library_home: Path) -> None:
    settings = load_settings(home=own_library_home)
    with Assistant(settings) as assistant:
        assert assistant.ask(QUESTION).status in {"answered", "closest"}
        assert held_below(own_library_home)
    assert is_given_back(own_library_home)
    async with Assistant(settings) as assistant:
        assert (await assistant.aask(QUESTION)).status in {"answered", "closest"}
    assert is_given_back(own_library_home)


def test_its_repr_names_the_library_and_who_writes(assistant: Assistant) -> None:
    assert repr(assistant) == f"<Assistant of {assistant.settings.library}, quoting>"
