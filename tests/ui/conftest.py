"""What tests of the page share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.store.chats.conversations import Conversations
from footnote.ui.chat.keeping import Keeper


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    """Conversations of this test alone."""
    conversations = Conversations.in_folder(tmp_path)
    yield Keeper(conversations)
    conversations.close()
