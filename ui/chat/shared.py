"""A conversation that somebody shares: one page to read, with no script and nothing to change."""

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
from footnote.ui.chat.keeping import Keeper, shown
from footnote.ui.escape import encode

log = logging.getLogger(__name__)

PATH = "/shared/{token}"


def route(keeper: Keeper) -> Route:
    """The address of shared conversations, as an option of the app that Gradio makes."""

    async def answer(request: Request) -> HTMLResponse:
        token = request.path_params["token"]
        try:
            body = await anyio.to_thread.run_sync(page, keeper, token)
        except NoConversation:
            return HTMLResponse(_document(strings.TITLE, f"<p>{encode(strings.SHARED_GONE)}</p>"), 404)
        except FootnoteError as error:
            log.warning("a shared conversation can't be read: %s", error)
            return HTMLResponse(_document(strings.TITLE, f"<p>{encode(strings.SHARED_BROKEN)}</p>"), 503)
        # Whoever ends a link ends it at once, for everybody.
        return HTMLResponse(body, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})

    return Route(PATH, answer, methods=["GET"])


def page(keeper: Keeper, token: str) -> str:
    """The whole page of a link. Raises NoConversation, DatabaseError."""
    found = keeper.conversations.shared(token)
    parts: list[str] = []
    for turn in shown(found.turns).turns:
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
        # Within, for the panel of sources has no margins of its own.
        f'<body><main class="fn-shared prose"><div id="fn-sources">{body}</div></main></body></html>'
    )
