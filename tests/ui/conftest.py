"""Fixtures of the page's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.store.chats.conversations import Conversations
from footnote.ui.chat.chat_store import ChatStore


@pytest.fixture
def chat_store(tmp_path: Path) -> Iterator[ChatStore]:
    """A chat store for one test."""
    conversations = Conversations.in_folder(tmp_path)
    yield ChatStore(conversations)
    conversations.close()
