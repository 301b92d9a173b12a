"""For whoever runs the server: `GET /health` and `GET /ready`."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from footnote.rag import Assistant
from footnote.store.errors import FootnoteError
from footnote.ui.api.operations import VERSION

log = logging.getLogger(__name__)


def routes(assistant: Assistant) -> list[BaseRoute]:
    """`/health`: the process replies. `/ready`: the library can be read, else 503.

    Neither names anything of the library but the number of its papers.
    """

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": VERSION})

    async def ready(request: Request) -> Response:
        try:
            status = await asyncio.to_thread(assistant.status)
        except FootnoteError:
            log.exception("The library can't be read")
            return JSONResponse({"status": "the library can't be read; the server's log says why"}, 503)
        return JSONResponse({"status": "ok", "papers": status.papers})

    return [Route("/health", health), Route("/ready", ready)]
