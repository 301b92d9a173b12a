"""Security headers: the browser runs the server's own scripts only, and connects to it only."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = "/"
"""Where Gradio's page is, which starts from inline scripts."""
_INLINE = re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def policy(scripts: Iterable[str] = ()) -> str:
    """The content security policy of a page with these inline scripts. They alone run, by their hashes."""
    return "; ".join(
        (
            "default-src 'self'",
            # No 'unsafe-inline' and no 'unsafe-eval'.
            " ".join(("script-src 'self'", *sorted({_hash(script) for script in scripts}))),
            # Gradio's components set styles on elements.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _hash(script: str) -> str:
    # A browser reads every line break of HTML as \n.
    digest = hashlib.sha256(script.replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


HEADERS = {
    "Content-Security-Policy": policy(),
    # Not no-referrer: browsers would then send the sign-in form with "Origin: null", as another site's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every HTTP response; the page's also allows its own scripts.

    It buffers the page, but no stream. scripts: those that the page's scripts add to it.
    """

    def __init__(self, app: ASGIApp, scripts: Sequence[str] = ()) -> None:
        self.app, self._scripts = app, tuple(scripts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Calls the app, and adds the headers when the response starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def send_with_headers(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"] == PAGE:
                    start = message
                    return
            elif start:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                scripts = _INLINE.findall(body.decode("utf-8", "replace"))
                MutableHeaders(scope=start)["Content-Security-Policy"] = policy([*scripts, *self._scripts])
                await send(start)
                message = {"type": "http.response.body", "body": bytes(body)}
            await send(message)

        await self.app(scope, receive, send_with_headers)
