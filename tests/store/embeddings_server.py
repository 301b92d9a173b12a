"""An embeddings server for tests: OpenAI's protocol on loopback.

A text's vector counts its words, each at a place that its hash chooses: texts that share words are near.
"""

from __future__ import annotations

import json
import re
import threading
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast


def vector_of(text: str, dimensions: int) -> list[float]:
    """Word counts at hashed places; not of length 1, as some servers' aren't."""
    counts = [0.001] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        counts[zlib.crc32(word.encode()) % dimensions] += 1.0
    return counts


class EmbeddingsServer:
    """Serves for as long as the `with` lasts. Set its attributes to change what it does.

    dimensions: of the vectors. statuses: HTTP statuses of the next replies, 200 once they are used up.
    body: a reply in place of vectors. gate: replies wait until it is set.
    """

    def __init__(self, dimensions: int = 32) -> None:
        self.dimensions = dimensions
        self.statuses: list[int] = []
        self.body: Any = None
        self.gate = threading.Event()
        self.gate.set()
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        cast("Any", self._server).owner = self
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    def reply(self, path: str, request: dict[str, Any]) -> tuple[int, Any]:
        """Status and body."""
        status = self.statuses.pop(0) if self.statuses else 200
        if status != 200 or path != "/v1/embeddings":
            return (status if status != 200 else 404), {"error": {"message": "sk-secret is refused"}}
        if self.body is not None:
            return 200, self.body
        rows = [vector_of(text, self.dimensions) for text in request["input"]]
        data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
        # In another order: only the index says which text a vector is of.
        return 200, {"object": "list", "model": request["model"], "data": data[::-1]}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        owner: EmbeddingsServer = cast("Any", self.server).owner
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        owner.requests.append(request)
        owner.keys.append(self.headers["Authorization"])
        owner.gate.wait(30)
        status, body = owner.reply(self.path, request)
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        with suppress(ConnectionError):  # the client may have given up
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""
