"""For whoever runs the server: `GET /health`, `GET /ready` and `GET /metrics`."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from footnote.rag import Assistant
from footnote.rag.metrics import CONTENT_TYPE
from footnote.store.errors import FootnoteError
from footnote.ui.api.offered import VERSION

log = logging.getLogger(__name__)

_UP, _ABOUT_UP = "footnote_library_up", "1 if the catalog can be read, else 0."


def routes(assistant: Assistant) -> list[BaseRoute]:
    """`/health`: the process replies. `/ready`: the library can be read, else 503. `/metrics`: counters of
    answers, for Prometheus.

    None names anything of the library but the number of its papers.
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

    async def metrics(request: Request) -> Response:
        try:
            papers = await asyncio.to_thread(assistant.library.catalog.count)
            gauges = {"footnote_papers": ("Papers of the library.", papers), _UP: (_ABOUT_UP, 1)}
        except FootnoteError:  # /ready says why
            gauges = {_UP: (_ABOUT_UP, 0)}
        return Response(assistant.metrics.text(gauges), media_type=CONTENT_TYPE)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)]
