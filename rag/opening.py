"""The library, the embedder and the conversations that settings name."""

from __future__ import annotations

from footnote.rag.settings import Settings
from footnote.store.chats.conversations import Conversations
from footnote.store.embedders import make_embedder
from footnote.store.ingest import open_library
from footnote.store.library import Library
from footnote.store.progress import Progress
from footnote.store.protocols import Embedder


def embedder_of(settings: Settings) -> Embedder:
    """The embedder of `FOOTNOTE_EMBEDDER`. Raises LibraryError where it can't be used."""
    key = settings.openai_api_key
    return make_embedder(
        settings.embedder,
        base_url=settings.openai_base_url,
        api_key=key.get_secret_value() if key else None,
    )


def conversations_of(settings: Settings) -> Conversations:
    """The conversations and feedback of the settings' database. Raises DatabaseError."""
    if settings.conversations_url is None:
        return Conversations.in_folder(settings.home)
    return Conversations(settings.conversations_url.get_secret_value())


def library_of(settings: Settings, *, progress: Progress | None = None) -> Library:
    """The library of the settings, with their embedder; see `store.ingest.open_library`."""
    return open_library(
        settings.library, embedder=embedder_of(settings), progress=progress, server=settings.chroma_server
    )
