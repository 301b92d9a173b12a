"""The read-only page of a shared conversation. It has no script."""

from __future__ import annotations

import logging
from importlib import resources

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from footnote.store.chats.errors import NoConversation
from footnote.store.errors import FootnoteError
from footnote.ui import strings
from footnote.ui.chat import render, sources
from footnote.ui.chat.chat_store import ChatStore, from_stored
from footnote.ui.escape import encode

log = logging.getLogger(__name__)

PATH = "/shared/{token}"


def route(chat_store: ChatStore) -> Route:
    """The route of shared conversations, for Gradio's app."""

    async def answer(request: Request) -> HTMLResponse:
        token = request.path_params["token"]
        try:
            body = await anyio.to_thread.run_sync(page, chat_store, token)
        except NoConversation:
            return HTMLResponse(_document(strings.TITLE, f"<p>{encode(strings.SHARED_GONE)}</p>"), 404)
        except FootnoteError as error:
            log.warning("a shared conversation can't be read: %s", error)
            return HTMLResponse(_document(strings.TITLE, f"<p>{encode(strings.SHARED_BROKEN)}</p>"), 503)
        # Not cached: a link that its owner ends must stop working at once, for everybody.
        return HTMLResponse(body, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})

    return Route(PATH, answer, methods=["GET"])


def page(chat_store: ChatStore, token: str) -> str:
    """The HTML document for the link with this token. Raises NoConversation, DatabaseError."""
    found = chat_store.conversations.shared(token)
    parts: list[str] = []
    for turn in from_stored(found.turns).turns:
        parts.append(f'<section class="fn-shared-turn">{render.asked(turn.question)}')
        if turn.answer is not None:
            parts.append(render.answered(turn.number, turn.answer))
            parts.append(sources.section(turn.number, turn.answer))
        else:
            parts.append(render.note(turn.fault or strings.NO_ANSWER, kind="fault"))
        parts.append("</section>")
    title = found.title or strings.TITLE
    head = f"<h1>{encode(title)}</h1><p>{encode(strings.SHARED_NOTE)}</p>"
    return _document(title, head + "".join(parts))


def _document(title: str, body: str) -> str:
    style = (resources.files("footnote.ui") / "static" / "page.css").read_text("utf-8")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{encode(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head>"
        # Inside #fn-sources, whose styles the sources need.
        f'<body><main class="fn-shared prose"><div id="fn-sources">{body}</div></main></body></html>'
    )
