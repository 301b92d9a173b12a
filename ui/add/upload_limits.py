"""Limits of uploads before they are read: of each visitor and of all, in number and in bytes.

An upload that was broken off, or never read, is deleted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from pathlib import Path

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from footnote.ui.accounts import visitors
from footnote.ui.accounts.rates import Rate
from footnote.ui.add import strings
from footnote.ui.add.uploads import LAUNCH_MAX_FILE_SIZE, MAX_FILES, private_folder

log = logging.getLogger(__name__)

PATH = "/gradio_api/upload"
MAX_REQUEST = MAX_FILES * LAUNCH_MAX_FILE_SIZE
"""Bytes of one request."""
MAX_STORED = 2_000_000_000
"""Bytes of all uploads that are on the disk or on the way."""
AT_ONCE, AT_ONCE_BY_VISITOR = 8, 2
"""Requests that are being received."""
UPLOADS_A_MINUTE = 60
"""Requests of one visitor. A page sends one for each choice of files."""
KEPT_S = 3600
"""How long an upload may wait to be read."""
BYTES_OF_VISITOR = 500_000_000
"""Bytes of one visitor in that time, after which no further upload begins."""


class UploadLimits:
    """ASGI middleware that refuses uploads above the limits with 413, 429 or 507."""

    def __init__(self, app: ASGIApp, folder: Path | None = None) -> None:
        """folder: where uploads are stored; default: that of this process."""
        self.app, self._folder = app, folder
        self._running: Counter[str] = Counter()
        self._rate = Rate(UPLOADS_A_MINUTE, 60)
        self._bytes = Rate(BYTES_OF_VISITOR, KEPT_S)
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the app, unless a limit is reached."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        visitor = visitors.current().key
        status, problem = await self._problem(visitor)
        if problem:
            log.warning("An upload was refused: %s", problem)
            await JSONResponse({"error": problem}, status, {"Retry-After": "60"})(scope, receive, send)
            return
        received, refused = 0, False

        async def receive_counted() -> Message:
            nonlocal received, refused
            message = await receive()
            size = len(message.get("body", b""))
            received += size
            self._arriving += size
            if received > MAX_REQUEST or self._arriving > MAX_STORED:
                refused = True
                return {"type": "http.disconnect"}
            return message

        self._running[visitor] += 1
        try:
            await self.app(scope, receive_counted, send)
        finally:
            self._running[visitor] -= 1
            self._running += Counter()  # forgets visitors with none
            self._arriving -= received
            self._bytes.take(visitor, received)
            if refused:
                log.warning("An upload was broken off: it has more than %s bytes", f"{MAX_REQUEST:,}")

    async def _problem(self, visitor: str) -> tuple[int, str]:
        if self._running.total() >= AT_ONCE or self._running[visitor] >= AT_ONCE_BY_VISITOR:
            return 429, strings.UPLOADS_AT_ONCE
        if self._bytes.wait(visitor) or self._rate.take(visitor):
            return 429, strings.UPLOADS_TOO_MANY
        stored = await asyncio.to_thread(sweep, self._folder or private_folder())
        if stored + self._arriving > MAX_STORED:
            return 507, strings.UPLOADS_FULL
        return 200, ""


def sweep(folder: Path, kept_s: float = KEPT_S) -> int:
    """Deletes uploads that nobody read in time; returns the bytes of those that are left."""
    stored = 0
    for file in sorted(folder.rglob("*"), reverse=True):  # what a folder holds before the folder
        try:
            found = file.lstat()
            old = time.time() - found.st_mtime > kept_s
            if file.is_dir():
                if old:
                    file.rmdir()
            elif old:
                file.unlink()
            else:
                stored += found.st_size
        except OSError:  # read meanwhile, or a folder that isn't empty
            continue
    return stored
