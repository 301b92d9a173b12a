"""A Chroma server or cluster that holds the dense index, in place of a folder."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from footnote.store.errors import LibraryError

if TYPE_CHECKING:
    from chromadb.api.client import Client

_REPLY_S, _CONNECT_S = 60.0, 5.0
"""Longest waits; Chroma's client has none, and would wait for ever for a server that hangs."""
_ID_FILE = "library-id"


class ChromaServerError(LibraryError):
    """The Chroma server can't be reached, or refuses what it is asked."""


@dataclass(frozen=True)
class ChromaServer:
    """Where a Chroma server is. url: http or https, host and port. token: for itself or a proxy before it."""

    url: str
    token: str | None = field(default=None, repr=False)
    tenant: str = "default_tenant"
    database: str = "default_database"

    @property
    def key(self) -> str:
        """Names the place, for files that say what was built there."""
        return hashlib.sha256(f"{self.url} {self.tenant} {self.database}".encode()).hexdigest()[:8]

    def __post_init__(self) -> None:
        """Raises ValueError for an address that is none of a server."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ValueError("write http://HOST:PORT or https://HOST:PORT, and a token in its own setting")
        _ = parts.port  # raises

    def client(self) -> Client:
        """A new client. Raises ChromaServerError."""
        import chromadb
        import httpx
        from chromadb.config import Settings

        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        # The first is what Chroma's cloud reads, the second what most proxies do.
        token = self.token
        headers = {"X-Chroma-Token": token, "Authorization": f"Bearer {token}"} if token else {}
        with self.named():
            client = cast(
                "Client",  # the declared type lacks `close`
                chromadb.HttpClient(
                    host=str(parts.hostname),
                    port=parts.port or (443 if secure else 8000),
                    ssl=secure,
                    headers=headers,
                    settings=Settings(anonymized_telemetry=False),
                    tenant=self.tenant,
                    database=self.database,
                ),
            )
        session = getattr(client._server, "_session", None)
        if isinstance(session, httpx.Client):
            session.timeout = httpx.Timeout(_REPLY_S, connect=_CONNECT_S)
        return client

    @contextmanager
    def named(self) -> Iterator[None]:
        """Turns what Chroma's client raises into an error that names the server and what to do."""
        try:
            yield
        except LibraryError:
            raise
        # Connections that fail, Chroma's own errors, and a bare Exception with the text of any other reply.
        except Exception as error:  # noqa: BLE001
            # For a connection that fails, Chroma's client gives no reason, but keeps it.
            known = error.__context__ if isinstance(error, ValueError) and error.__context__ else error
            reason = (str(known) or type(known).__name__).partition("\n")[0][:300]
            if self.token:
                reason = reason.replace(self.token, "[token]")
            raise ChromaServerError(
                f"the Chroma server at {self.url} can't be used ({reason}): see that it runs, and that "
                "FOOTNOTE_CHROMA_URL and FOOTNOTE_CHROMA_TOKEN are right; Footnote goes on when it is back"
            ) from None  # the cause shows headers


def collection_of(folder: Path) -> str:
    """The name of the collection that a library's folder has on a server: made up once, and kept there."""
    file = folder / _ID_FILE
    if not file.exists():
        draft = file.with_suffix(f".{os.getpid()}.part")
        draft.write_text(uuid.uuid4().hex)
        try:
            os.link(draft, file)  # fails if another process has just done the same
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return f"footnote-{file.read_text().strip()}"
