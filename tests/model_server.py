"""A chat model's server for tests: OpenAI's chat completions on loopback, played from scripts.

A script is a file in `model_scripts`, one a behaviour:

about         what the behaviour is, and where it is met
text          the reply. `{1.3}` stands for sentence 1.3 of the prompt, `{planted}` for what `planted`
              finds, so that a script can answer from whatever it is asked about
planted       a regular expression looked for in the prompt; its first group is `{planted}`
times         how often the text is repeated (1)
piece         characters a delta (12)
pieces        the deltas themselves, instead of `text`
reasoning     sent before the text as `reasoning_content`, as DeepSeek and vLLM do
pace_s        seconds of silence before each delta (0)
finish        the finish reason ("stop"); null for none
usage         whether the usage is told when asked for (true)
prompt_tokens what it tells of the prompt, instead of the number of its words
events        data of further events, as they stand
done          whether the stream ends with [DONE] (true)
then          what happens after the deltas: "end" (the default), "stall" (silence until the client
              gives up), "keep alive" (silence but for SSE comments) or "drop" (the connection is cut)
before        "stall": silence before the first byte; "gate": the same until the test opens `gate`
whole         whether the reply comes in one piece of JSON though a stream was asked for (false)
refuses       options of the request that the server doesn't know: status 400 where one is there; a
              stream and the "system role" too
message       the words of the refusal
status        an HTTP status other than 200, with
headers       its headers, in which `{in 2 s}` stands for the date then, and
body          its body, an object or a text (also with 200: a reply that is no chat completion)
"""

from __future__ import annotations

import json
import re
import select
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

SCRIPTS = Path(__file__).parent / "model_scripts"
_SENTENCE = re.compile(r"^\[(\d+\.\d+)\] (.+)$", re.MULTILINE)
_PLACE = re.compile(r"\{(\d+\.\d+|planted)\}")
_IN_SECONDS = re.compile(r"\{in (\d+) s\}")
_TICK_S = 0.05


@dataclass
class Request:
    """What a client sent, names of headers in lower case.

    `client` is the connection's other end. `left` is set when the client closed the connection
    before the reply's end.
    """

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    client: tuple[str, int] = ("", 0)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """The text of all messages."""
        return "\n\n".join(message["content"] for message in self.body["messages"])


class ModelServer:
    """Plays the scripts named, one a request, the last again and again; records requests."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.gate = threading.Event()
        self.most_at_once = 0
        self._busy: set[int] = set()
        self._counting = threading.Lock()
        self._queue: deque[dict[str, Any]] = deque()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.model_server = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(_TICK_S,), daemon=True)
        self.closing = threading.Event()

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def script(self, *names: str) -> None:
        """From now on play these scripts of the folder."""
        scripts = [json.loads((SCRIPTS / f"{name}.json").read_text(encoding="utf-8")) for name in names]
        self._queue = deque(scripts)

    def say(self, text: str, **script: Any) -> None:
        """From now on reply with this text; `script` as in a file."""
        self._queue = deque([{"text": text, **script}])

    def play(self, *scripts: dict[str, Any]) -> None:
        """From now on play these scripts, given as in a file."""
        self._queue = deque(scripts)

    def next_script(self) -> dict[str, Any]:
        """The script for one more request."""
        return self._queue.popleft() if len(self._queue) > 1 else self._queue[0]

    def begin(self, request: Request) -> None:
        """A request has come."""
        with self._counting:
            self.requests.append(request)
            self._busy.add(id(request))
            self.most_at_once = max(self.most_at_once, len(self._busy))

    def end(self, request: Request) -> None:
        """Its reply is on its last bytes."""
        with self._counting:
            self._busy.discard(id(request))

    def start(self) -> None:
        """Serves from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Ends every reply and the server."""
        self.closing.set()
        self.gate.set()
        self._http.shutdown()
        self._http.server_close()
        for connection in self._http.connections:
            with suppress(OSError):  # closed long ago
                connection.shutdown(socket.SHUT_RDWR)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    model_server: ModelServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection, remembered, since clients keep them open."""
        connection, client = super().get_request()
        self.connections.append(connection)
        return connection, client

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as servers that stream do: each delta is sent at once
    server: _Http

    def log_message(self, *args: Any) -> None:
        """Nothing on standard error."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {k.lower(): v for k, v in self.headers.items()}
        request = Request(path=self.path, headers=headers, body=body, client=self.client_address)
        self.server.model_server.begin(request)
        try:
            self._reply(request)
        finally:
            self.server.model_server.end(request)

    def _reply(self, request: Request) -> None:
        if self.path.partition("?")[0] != "/v1/chat/completions":
            self._send(request, 404, {}, {"error": {"message": f"no such address: {self.path}"}})
            return
        script = self.server.model_server.next_script()
        refused = [option for option in script.get("refuses", []) if _has(request, option)]
        if script.get("before") == "gate":
            self.server.model_server.gate.wait()
        if script.get("before") == "stall":
            self._stall(request, comments=False)
        elif refused:
            self._send(request, 400, {}, {"error": {"message": _refusal(script, refused)}})
        elif "status" in script or "body" in script:
            self._send(request, script.get("status", 200), _headers(script), script["body"])
        elif request.body.get("stream") and not script.get("whole"):
            try:
                self._stream(request, script)
            except OSError:  # the client left between two deltas
                request.left.set()
                raise
        else:
            self._complete(request, script)

    def _send(self, request: Request, status: int, headers: dict[str, str], body: Any) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        kind = "text/html" if isinstance(body, str) else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.server.model_server.end(request)
        self.wfile.write(content)

    def _complete(self, request: Request, script: dict[str, Any]) -> None:
        pieces = _pieces(script, request.prompt)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": "".join(pieces)},
            "finish_reason": script.get("finish", "stop"),
        }
        reply = {**_frame(request, "chat.completion"), "choices": [choice]}
        if script.get("usage", True):
            reply["usage"] = _usage(request, script, pieces)
        self._send(request, 200, {}, reply)

    def _stream(self, request: Request, script: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = _pieces(script, request.prompt)
        frame = _frame(request, "chat.completion.chunk")
        self._delta(frame, {"role": "assistant", "content": ""})
        pace_s = script.get("pace_s", 0)
        for thought in _cut(script.get("reasoning", ""), script):
            time.sleep(pace_s)
            self._delta(frame, {"reasoning_content": thought})
        for piece in pieces:
            time.sleep(pace_s)
            self._delta(frame, {"content": piece})
        match script.get("then", "end"):
            case "stall":
                return self._stall(request, comments=False)
            case "keep alive":
                return self._stall(request, comments=True)
            case "drop":
                return self._drop()
        if finish := script.get("finish", "stop"):
            self._delta(frame, {}, finish)
        if script.get("usage", True) and _asks_for_usage(request.body):
            self._event(json.dumps({**frame, "choices": [], "usage": _usage(request, script, pieces)}))
        for event in script.get("events", []):
            self._event(event)
        self.server.model_server.end(request)
        if script.get("done", True):
            self._event("[DONE]")
        self._write(b"")

    def _delta(self, frame: dict[str, Any], delta: dict[str, str], finish: str | None = None) -> None:
        self._event(json.dumps({**frame, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}))

    def _event(self, data: str) -> None:
        self._write(f"data: {data}\n\n".encode())

    def _write(self, content: bytes) -> None:
        """One chunk of the transfer encoding; an empty one ends it."""
        self.wfile.write(f"{len(content):X}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def _stall(self, request: Request, *, comments: bool) -> None:
        """Silence until the client leaves."""
        self.close_connection = True
        poll = select.poll()  # unlike select, it takes descriptors above 1,023
        poll.register(self.connection, select.POLLIN)
        while not self.server.model_server.closing.is_set():
            readable = bool(poll.poll(_TICK_S * 1000))
            if readable and self._client_left():
                request.left.set()
                return
            if comments:
                try:
                    self._write(b": keep-alive\n\n")
                except OSError:
                    request.left.set()
                    return
            if readable:
                time.sleep(_TICK_S)

    def _client_left(self) -> bool:
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:  # it didn't even say goodbye
            return True

    def _drop(self) -> None:
        """The connection goes in the middle of a chunk."""
        self.wfile.write(b'40\r\ndata: {"choices"')
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _asks_for_usage(body: dict[str, Any]) -> bool:
    """Whether the client wants a usage chunk."""
    return bool((body.get("stream_options") or {}).get("include_usage"))


def _frame(request: Request, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": request.body.get("model")}


def _has(request: Request, option: str) -> bool:
    if option == "system role":
        return any(message["role"] == "system" for message in request.body["messages"])
    return bool(request.body.get("stream")) if option == "stream" else option in request.body


def _refusal(script: dict[str, Any], refused: list[str]) -> str:
    return str(script.get("message", f"Unknown parameter: '{refused[0]}'."))


def _usage(request: Request, script: dict[str, Any], pieces: list[str]) -> dict[str, int]:
    prompt, reply = len(request.prompt.split()), len("".join(pieces).split())
    prompt = script.get("prompt_tokens", prompt)
    return {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}


def _pieces(script: dict[str, Any], prompt: str) -> list[str]:
    if "pieces" in script:
        return cast("list[str]", script["pieces"])
    values = {name: words.removesuffix(".") for name, words in _SENTENCE.findall(prompt)}
    if "planted" in script:
        found = re.search(script["planted"], prompt)
        values["planted"] = found[1] if found else "nothing planted"
    text = _PLACE.sub(lambda place: values.get(place[1], place[0]), script["text"])
    text *= script.get("times", 1)
    return _cut(text, script)


def _cut(text: str, script: dict[str, Any]) -> list[str]:
    size = script.get("piece", 12)
    return [text[at : at + size] for at in range(0, len(text), size)]


def _headers(script: dict[str, Any]) -> dict[str, str]:
    def then(found: re.Match[str]) -> str:
        return formatdate(time.time() + float(found[1]), usegmt=True)

    headers = script.get("headers", {})
    return {name: _IN_SECONDS.sub(then, value) for name, value in headers.items()}
